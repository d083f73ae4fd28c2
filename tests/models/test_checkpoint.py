"""A state dict of torchvision's is a source; whatever else a pickle holds is refused in words, and never run."""

from __future__ import annotations

import io
import os
import pickle
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from tests.models.exports import zipped
from tl_core.errors import WeightsError
from tl_core.models.brought import read_model
from tl_core.models.build import build
from tl_core.models.own import own_weights, take_in
from tl_core.models.torchvision_net import torchvision_net
from tl_core.seeding import stream
from tl_core.text import LANGUAGES, say

BACKBONE = "mobilenet_v3_small"


class Calls:
    """What a hostile file looks like: unpickled, it makes a file."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def __reduce__(self):
        return (os.mkdir, (str(self.place),))


def saved(held: object, **options: object) -> bytes:
    buffer = io.BytesIO()
    torch.save(held, buffer, **options)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def net() -> nn.Module:
    """torchvision's own net for three classes, its BatchNorm statistics as if it had been trained."""
    made = torchvision_net(BACKBONE, num_classes=3).eval()
    for number, tensor in enumerate(made.state_dict().values()):
        if tensor.is_floating_point():
            tensor.copy_(torch.rand(tensor.shape, generator=stream(number, "weights")) * 0.2 + 0.1)
    return made


@torch.no_grad()
def test_its_features_are_those_of_the_net_that_was_saved_whatever_its_head(net):
    source = own_weights(take_in(saved(net.state_dict()), "mine.pth"))
    assert (source.card["backbone"], source.card["input_size"]) == (BACKBONE, 224)
    assert source.normalisation.mean == (0.485, 0.456, 0.406)
    ours = build(BACKBONE, 2, 0).eval()
    source.load_into(ours, BACKBONE)
    images = torch.randn(2, 3, 64, 64, generator=stream(0, "images"))
    seen: list[torch.Tensor] = []
    with net.classifier[3].register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0])):
        net(images)
    assert torch.allclose(ours.features(images), seen[0], rtol=1e-5)


def test_checkpoints_of_the_usual_forms_hold_the_same_model(net):
    state = net.state_dict()
    forms = (
        saved(state, _use_new_zipfile_serialization=False),
        saved({"epoch": 3, "state_dict": {f"module.{name}": held for name, held in state.items()}, "best": 0.5}),
        saved({"model_state_dict": state, "optimizer": {"state": {0: {"step": torch.tensor(1.0)}}, "lr": [0.1]}}),
        saved({"state_dict": {f"model._orig_mod.{name}": held for name, held in state.items()}}),
        saved({name: held for name, held in state.items() if not name.startswith("classifier.3.")}),
    )
    expected, _ = read_model(saved(state), "plain.pth")
    for form in forms:
        tensors, _ = read_model(form, "form.pt")
        assert tensors.keys() == expected.keys()
        assert all(torch.equal(tensors[name], expected[name]) for name in expected)


def refused(content: bytes, code: str) -> str:
    """The fault of these bytes is that one, and names the file in both languages; the English sentence."""
    with pytest.raises(WeightsError) as caught:
        read_model(content, "theirs.pth")
    assert caught.value.code == code
    for language in LANGUAGES:
        assert "theirs.pth" in say(language, f"error.{code}", **caught.value.params)
    return str(caught.value)


@pytest.mark.parametrize("options", [{}, {"_use_new_zipfile_serialization": False}], ids=["zip", "legacy"])
def test_a_pickle_with_code_is_refused_and_not_run(options, tmp_path):
    place = tmp_path / "made by the file"
    for held in (Calls(place), {"state_dict": {"conv1.weight": Calls(place)}}):
        assert "mkdir" in refused(saved(held, **options), "checkpoint_code")
    for protocol, code in ((2, "checkpoint_code"), (4, "checkpoint_damaged")):
        refused(pickle.dumps(Calls(place), protocol=protocol), code)
    assert not place.exists()


def test_whole_models_and_other_objects_are_refused_and_named(net):
    assert "torch.nn.modules.linear.Linear" in refused(saved(nn.Linear(2, 2)), "checkpoint_code")
    assert "numpy" in refused(saved({"state_dict": net.state_dict(), "best": np.float64(1)}), "checkpoint_code")


def test_files_without_the_weights_of_a_net_here_say_what_they_hold_instead(net):
    state = net.state_dict()
    for held in (
        [torch.zeros(2)],
        {},
        {"a": 3},
        {"a": torch.zeros(2).to_sparse()},
        {1: torch.zeros(1)},
        torch.zeros(2),
    ):
        refused(saved(held), "checkpoint_without_weights")
    other = state | {"features.0.0.weight": torch.zeros(8, 3, 3, 3)}
    assert f"Nearest is {BACKBONE}, with 1 differences" in refused(saved(other), "checkpoint_other_net")
    refused(saved({"a.weight": torch.zeros(2)}), "checkpoint_other_net")
    refused(saved(state | {"features.0.1.bias": torch.full((16,), torch.nan)}), "model_not_finite")
    whole = saved(state)
    refused(whole[:1000], "model_zip_damaged")
    refused(b"\x80\x02 and nothing that follows", "checkpoint_damaged")


def test_a_tensor_that_claims_more_memory_than_its_file_has_is_refused(net):
    """Repeated numbers take no room in a file: sizes are compared before anything is copied."""
    refused(saved(net.state_dict() | {"features.0.0.weight": torch.zeros(1).expand(2**40)}), "checkpoint_other_net")


def test_a_program_of_torchscript_is_refused():
    names = ("data.pkl", "constants.pkl", "code/__torch__/net.py")  # as torch.jit.save lays them out
    refused(zipped({f"net/{name}": b"" for name in names}), "checkpoint_script")
