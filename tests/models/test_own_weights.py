"""Any finished run can become a source: its file with a card, named by a path on the command line only."""

from __future__ import annotations

import io
import json
import pickle
import sys

import pytest
import torch
from pydantic import ValidationError
from safetensors.torch import load_file, save_file

from tl_core.__main__ import main
from tl_core.errors import WeightsError
from tl_core.experiment import Experiment
from tl_core.fields import read, read_leniently
from tl_core.models.own import own_weights, register, with_ids
from tl_core.models.weights import FOLDER, parted, source_weights
from tl_core.reports import REPORT
from tl_core.requests import REQUEST

pytestmark = pytest.mark.usefixtures("on_few_test_images")

SHORT = {"training": {"steps": 3}, "target": {"per_class": 1}}


@pytest.fixture
def tl(monkeypatch, capsys):
    """`tl(arguments, spec)`: exit code, standard output and error of `python -m tl_core …`, in this process."""

    def call(*arguments: str, spec: dict) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(spec).encode())))
        code = main(list(arguments))
        return (code, *capsys.readouterr())

    return call


@pytest.fixture
def file(tmp_path):
    return tmp_path / "mine.safetensors"


def test_a_run_becomes_a_source_and_the_next_run_starts_where_it_ended(tl, file):
    net = {"model": {"backbone": "vgg_tiny"}, "source": None, "strategy": {"name": "fine_tune"}}
    code, out, _ = tl("run", "-", "--weights", str(file), spec=SHORT | net)
    assert code == 0
    first = REPORT.validate_json(out)
    code, out, _ = tl("run", "-", spec=SHORT | {"source": str(file)})
    assert code == 0
    report = REPORT.validate_json(out)
    name = report.experiment.source
    assert report.experiment.backbone == "vgg_tiny"
    assert report.passport.weights == {name: name.removeprefix("weights-")}
    assert name in report.protocol.text
    assert name in report.protocol.say("zh")
    card = own_weights(name).card
    assert card["held_out_accuracy"] == first.metrics.accuracy.model_dump()
    assert card["experiment"] == first.experiment.nested()
    assert card["passport"]["seconds"] == first.seconds
    scaling = report.protocol.normalisation
    assert (scaling.mean, scaling.owner) == (first.protocol.normalisation.mean, name)


def test_the_kept_net_is_the_one_of_the_same_run_without_keeping_and_events_are_told(tl, file):
    spec = SHORT | {"strategy": {"name": "fine_tune"}}
    _, plain, _ = tl("run", "-", spec=spec)
    _, kept, events = tl("run", "-", "--events", "--weights", str(file), spec=spec)
    assert REPORT.validate_json(plain).right == REPORT.validate_json(kept).right
    assert [json.loads(line)["seq"] for line in events.splitlines()] == list(range(1, len(events.splitlines()) + 1))
    letters, mine = source_weights("letters").tensors, load_file(file)
    assert letters.keys() == parted(mine)[0].keys()
    assert not torch.equal(letters["stem.0.weight"], mine["stem.0.weight"])


def test_a_shipped_file_by_its_path_is_the_same_source_by_the_card_beside_it():
    name = register(FOLDER / "letters.safetensors")
    own, letters = own_weights(name), source_weights("letters")
    assert (own.hash, own.card) == (letters.hash, letters.card)
    assert all(torch.equal(own.tensors[key], letters.tensors[key]) for key in letters.tensors)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("nothing.safetensors", None, "cannot be opened"),
        ("noise.safetensors", b"noise, no tensors", "cannot be read"),
        ("bare.safetensors", {"a": torch.zeros(2)}, "has no card"),
        ("keras_model.h5", b"\x89HDF\r\n\x1a\n", "Tensorflow.js → Download"),
        ("mine.pth", pickle.dumps(print, protocol=2), "run code that came with the file"),
    ],
)
def test_weights_that_cannot_be_used_are_a_sentence(tl, tmp_path, name, content, words):
    path = tmp_path / name
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content:
        save_file(content, path)
    code, out, err = tl("run", "-", spec={"source": str(path)})
    assert (code, out) == (2, "")
    assert words in err


def test_a_card_of_other_weights_is_noticed(tmp_path):
    save_file(load_file(FOLDER / "letters.safetensors") | {"more": torch.zeros(1)}, tmp_path / "letters.safetensors")
    (tmp_path / "letters.json").write_bytes((FOLDER / "letters.json").read_bytes())
    with pytest.raises(WeightsError, match="SHA-256"):
        register(tmp_path / "letters.safetensors")


def test_another_net_than_the_cards_is_refused_and_a_file_name_must_say_what_it_is(tl):
    path = str(FOLDER / "letters.safetensors")
    code, _, err = tl("run", "-", spec={"source": path, "model": {"backbone": "vgg_tiny"}})
    assert code == 2
    assert "vgg_tiny" in err
    code, _, err = tl("run", "-", "--weights", "mine.bin", spec=SHORT)
    assert code == 2
    assert "ends in .safetensors" in err


def test_a_folder_that_is_not_there_is_a_sentence(tl, tmp_path):
    code, out, err = tl("run", "-", "--weights", str(tmp_path / "no" / "where.safetensors"), spec=SHORT)
    assert (code, out) == (2, "")
    assert "cannot be written" in err


def test_neither_a_request_nor_a_link_can_name_a_path():
    path = str(FOLDER / "letters.safetensors")
    with pytest.raises(ValidationError):
        REQUEST.validate_python({"kind": "run", "experiment": {"source": path}})
    found, faults = read_leniently(Experiment, {"source": path})
    assert (found.source, [fault.field for fault in faults]) == ("letters", ["source"])


def test_an_id_that_nobody_registered_here_is_a_sentence():
    experiment = Experiment(source="weights-0123456789abcdef")
    with pytest.raises(WeightsError, match="weights-0123456789abcdef are not on this machine"):
        source_weights(experiment.source)


def test_what_is_no_specification_is_left_to_its_reader():
    for text in (
        "{",
        "[]",
        '{"source": 3}',
        '{"source": null}',
        '{"source": "letters"}',
        '{"model": 1, "source": "x"}',
    ):
        assert with_ids(text) == text
    assert read(Experiment, with_ids('{"source": "objects"}')).source == "objects"
    for name in ("nowhere.pth", "nowhere.zip"):
        with pytest.raises(WeightsError, match=f"{name} cannot be opened"):
            with_ids(json.dumps({"source": name}))


def test_a_net_that_is_left_open_is_the_files():
    spec = {"source": str(FOLDER / "letters.safetensors"), "model": {"backbone": None, "dropout": 0.5}}
    experiment = read(Experiment, with_ids(json.dumps(spec)))
    assert (experiment.model.backbone, experiment.model.dropout) == ("resnet_tiny", 0.5)
