"""Own images by id: a path on the command line only, the same id for the same content, never a path in a link."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
import torch
from pydantic import ValidationError

from tests.conftest import ROOT
from tests.data.brought import content, folder, two_classes, zipped
from tl_core.__main__ import main
from tl_core.data.dataset import load
from tl_core.data.local import register, with_ids
from tl_core.errors import DataError, SpecError
from tl_core.experiment import Experiment
from tl_core.fields import read, read_leniently
from tl_core.perform import perform
from tl_core.registry import DATASETS
from tl_core.requests import REQUEST, RunRequest, SampleQuery
from tl_core.setup import prepare

UNKNOWN = "images-0123456789abcdef"


def read_by_hand(text: str | bytes) -> Experiment:
    return read(Experiment, with_ids(text))


def test_the_id_is_that_of_the_content_wherever_it_lies(tmp_path):
    here = register(folder(tmp_path / "here", two_classes(3)))
    there = {f"wrapped/{name}".replace(".png", ".jpg"): data for name, data in reversed(two_classes(3).items())}
    assert register(zipped(tmp_path / "there.zip", there)) == here
    assert register(folder(tmp_path / "other", two_classes(4))) != here
    assert DATASETS.allows(here)


def test_an_id_loads_at_any_size_and_stays_in_memory(tmp_path):
    name = register(folder(tmp_path, two_classes(3)))
    assert load(name) is load(name)
    assert load(name, size=64).train.images.shape[1:] == (3, 64, 64)


def test_images_that_changed_since_are_refused_not_trained_on(tmp_path):
    name = register(folder(tmp_path, two_classes(3)))
    folder(tmp_path, two_classes(4))
    with pytest.raises(DataError, match="have changed"):
        load(name)


def test_a_process_that_lacks_the_images_of_an_id_says_so():
    request = REQUEST.validate_json(RunRequest(experiment=target(UNKNOWN)).model_dump_json())
    with pytest.raises(DataError, match="are not on this machine"):
        list(perform(request))
    with pytest.raises(DataError, match="are not on this machine"):
        list(perform(SampleQuery(dataset=UNKNOWN)))


def target(dataset: str) -> Experiment:
    return Experiment.model_validate({"target": {"dataset": dataset}})


@pytest.mark.parametrize(
    "path", ["/etc", ".", "../images-0123456789abcdef", f"{UNKNOWN}/..", f"{UNKNOWN}0", "cifar10.zip"]
)
def test_no_link_and_no_request_can_name_a_path(path):
    with pytest.raises(ValidationError):
        target(path)
    with pytest.raises(ValidationError):
        SampleQuery(dataset=path)
    experiment, faults = read_leniently(Experiment, {"target": {"dataset": path}})
    assert experiment == Experiment()
    assert len(faults) == 1


def test_a_path_in_a_specification_means_all_its_images_unless_it_says_otherwise(tmp_path):
    path = str(folder(tmp_path / "pets", two_classes(3)))
    assert read_by_hand(json.dumps({"target": {"dataset": path}})).target.per_class is None
    five = read_by_hand(json.dumps({"target": {"dataset": path, "per_class": 2}}))
    assert (five.target.per_class, five.target.dataset) == (2, register(path))
    assert read_by_hand("{}") == Experiment()


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ('{"target": {"dataset": "/nowhere/pets.zip"}}', DataError, "no folder and no zip at /nowhere/pets.zip"),
        ('{"target": {"dataset": "pets.zip"}}', DataError, "no folder and no zip"),
        (json.dumps({"target": {"dataset": "x/" * 9000}}), DataError, "no folder and no zip"),
        ('{"target": {"dataset": "\\u0000/x"}}', DataError, "no folder and no zip"),
        ('{"target": {"dataset": "digit"}}', SpecError, "allowed: one of: digits"),
        ('{"target": {"dataset": 5}}', SpecError, "target.dataset"),
        ('{"target": [1]}', SpecError, "target"),
        ("{", SpecError, "not JSON"),
        ("[]", SpecError, "allowed"),
    ],
)
def test_what_is_neither_a_name_nor_a_path_is_one_clear_sentence(text, kind, words):
    with pytest.raises(kind) as caught:
        read_by_hand(text)
    assert words in str(caught.value)


def test_more_images_a_class_than_there_are_is_the_usual_sentence(tmp_path):
    path = str(folder(tmp_path, two_classes(5)))
    with pytest.raises(DataError, match="4 training images of class cat"):
        prepare(read_by_hand(json.dumps({"target": {"dataset": path, "per_class": 50}})))


def test_as_many_images_a_class_may_be_asked_for_as_there_are(tmp_path):
    path = str(folder(tmp_path, two_classes(90)))
    setup = prepare(read_by_hand(json.dumps({"target": {"dataset": path, "per_class": 72}})))
    assert len(setup.parts.train) == 144


def test_pixels_are_scaled_by_the_training_images_alone(tmp_path):
    """A dark training set beside a bright test set: the test's pixels must leave no trace in the scaling."""
    from PIL import Image

    def shade(value: int) -> bytes:
        return content(Image.new("RGB", (32, 32), (value, value, value)))

    files = {f"train/{kind}/{i}.png": shade(10 * k + i) for k, kind in enumerate("ab") for i in range(3)}
    path = folder(tmp_path, files | {f"test/{kind}/{i}.png": shade(250 + i) for kind in "ab" for i in range(2)})
    spec = {"source": None, "strategy": {"name": "scratch"}, "target": {"dataset": str(path)}}
    setup = prepare(read_by_hand(json.dumps(spec)))
    assert setup.normalisation.owner == "training"
    assert setup.normalisation.mean[0] == pytest.approx(6 / 255)
    assert int(setup.splits.test.images.min()) == 250


def test_the_command_line_trains_on_a_zip_and_says_what_it_used(tmp_path, capsys):
    files = two_classes(10) | {"cat/broken.jpg": b"no image", "dog/again.png": two_classes(1)["dog/0.png"]}
    path = zipped(tmp_path / "pets.zip", files)
    spec = tmp_path / "spec.json"
    spec.write_text(json.dumps({"target": {"dataset": str(path)}, "training": {"steps": 3}}))
    assert main(["run", str(spec)]) == 0
    printed = capsys.readouterr()
    report = json.loads(printed.out)
    assert str(tmp_path) not in printed.out
    protocol = report["protocol"]
    assert (protocol["training_images"], protocol["test_images"], protocol["per_class"]) == (16, 4, None)
    assert "“pets (own images)”" in protocol["text"]
    assert "20% of each class" in protocol["text"]
    assert "1 files that could not be read, 1 training images" in protocol["text"]
    assert report["experiment"]["target"]["dataset"] == register(path)
    assert "broken.jpg" in printed.err
    assert "dog/again.png" in printed.err


def test_looking_for_a_path_loads_no_torch(tmp_path):
    path = folder(tmp_path, two_classes(1))
    code = (
        "import sys; from tl_core.data.local import register; register(sys.argv[1]); sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(path)], cwd=ROOT, check=False).returncode == 0


def test_reading_images_leaves_the_global_generator_alone(tmp_path):
    before = torch.get_rng_state()
    load(register(folder(tmp_path, two_classes(3))))
    assert torch.equal(before, torch.get_rng_state())
