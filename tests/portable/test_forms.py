"""A net taken along says the same in a fresh process, loaded by PyTorch or ONNX Runtime alone or by this program."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from tests.conftest import ROOT
from tests.performing import few_test_images, report_of
from tl_core.__main__ import main
from tl_core.data.dataset import load
from tl_core.errors import TLError
from tl_core.experiment import Experiment
from tl_core.models import kept
from tl_core.models.trained import trained_net
from tl_core.perform import files_of
from tl_core.portable.forms import taken
from tl_core.requests import RunRequest
from tl_core.requests.use import TakeQuery
from tl_core.training.batches import scaled

IMAGES = 5
AGAIN = """
import json, sys
import onnxruntime, torch
folder, card = sys.argv[1], {"card.json": ""}
pixels = torch.load(f"{folder}/pixels.pt")
program = torch.export.load(f"{folder}/net.pt2", extra_files=card)
assert not [name for name in sys.modules if name.startswith("tl_core")]
said = {"program": program.module()(pixels).tolist(), "program alone": program.module()(pixels[:1]).tolist()}
session = onnxruntime.InferenceSession(f"{folder}/net.onnx")
said["onnx"] = session.run(None, {"pixels": pixels.numpy()})[0].tolist()
said["onnx alone"] = session.run(None, {"pixels": pixels[:1].numpy()})[0].tolist()
cards = [card["card.json"], session.get_modelmeta().custom_metadata_map["card"]]
from tl_core.models.own import register
from tl_core.models.trained import trained_net
from tl_core.portable.whole import Whole
said["safetensors"] = Whole(trained_net(register(f"{folder}/net.safetensors")))(pixels).tolist()
print(json.dumps({"said": said, "cards": [json.loads(card) for card in cards]}))
"""


@pytest.fixture(scope="module")
def net() -> str:
    asked = {"training": {"steps": 15}, "target": {"per_class": 4, "validation": 0.5}, "strategy": {"name": "frozen"}}
    with pytest.MonkeyPatch.context() as patch:
        few_test_images(patch)
        return report_of(RunRequest(experiment=Experiment.model_validate(asked))).net


@pytest.fixture
def pixels() -> torch.Tensor:
    return load("digits").test.images[:IMAGES]


def expected(net: str, pixels: torch.Tensor) -> torch.Tensor:
    """By the engine's own scaling and net."""
    trained = trained_net(net)
    scores = trained.network(scaled(pixels, trained.normalisation, torch.device("cpu")))
    return trained.probabilities(scores)


def here(command: list[str], **_: object) -> None:
    """What a process of its own would do, in this one: another import of torch takes 3 s."""
    assert command[:3] == [sys.executable, "-m", "tl_core"]
    assert main(command[3:]) == 0


def test_each_form_says_the_same_in_a_fresh_process(
    net: str, pixels: torch.Tensor, tmp_path: Path, capsys, monkeypatch
):
    """Weights by the command line, the program as a page asks for it; at two batch sizes, and a card in each."""
    kept_file = tmp_path / "kept.safetensors"
    kept_file.write_bytes(kept.file_of(net))
    assert main(["model", str(kept_file), "--out", str(tmp_path / "net.safetensors")]) == 0
    card = json.loads(capsys.readouterr().out)
    with monkeypatch.context() as patch:
        patch.setattr("tl_core.queries.taking.subprocess.run", here)
        report = report_of(TakeQuery(net=net, form="program"))
    assert report.name == "digits-frozen.pt2"
    (tmp_path / "net.pt2").write_bytes(files_of(report)[report.file])
    (tmp_path / "net.onnx").write_bytes(taken(net, "onnx").content)
    torch.save(pixels, tmp_path / "pixels.pt")
    command = [sys.executable, "-c", AGAIN, str(tmp_path)]
    again = json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout)
    wanted = expected(net, pixels)
    for form in ("program", "safetensors", "onnx"):
        torch.testing.assert_close(torch.tensor(again["said"][form]), wanted, rtol=0, atol=1e-4)
    for form in ("program alone", "onnx alone"):
        torch.testing.assert_close(torch.tensor(again["said"][form]), wanted[:1], rtol=0, atol=1e-4)
    assert again["cards"] == [card, card]
    assert card["input"]["shape"] == ["batch", 3, 32, 32]
    assert card["output"]["calibrated"]
    assert card["data"]["classes"] == list(trained_net(net).class_names)


def test_a_page_gets_the_file_beside_the_report(net: str):
    report = report_of(TakeQuery(net=net))
    ((name, content),) = files_of(report).items()
    assert (name, len(content), report.name) == (report.file, report.size, "digits-frozen.safetensors")
    assert (report.side, len(report.class_names)) == (32, 10)
    brought = kept.bring(content, report.name)
    assert trained_net(brought.id).class_names == report.class_names


def test_a_program_that_cannot_be_made_is_a_sentence(net: str, monkeypatch):
    def failing(command: list[str], **_: object) -> None:
        raise subprocess.CalledProcessError(1, command, stderr=b"one line\nno room left\n")

    monkeypatch.setattr("tl_core.queries.taking.subprocess.run", failing)
    with pytest.raises(TLError, match="no room left") as refused:
        report_of(TakeQuery(net=net, form="program"))
    assert refused.value.code == "export_failed"


def test_without_its_packages_onnx_is_refused_with_how_to_install_them(net: str, tmp_path: Path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnx", None)  # whether it is installed or not
    with pytest.raises(TLError, match="python -m pip install onnx onnxscript") as refused:
        taken(net, "onnx")
    assert refused.value.code == "onnx_missing"
    kept_file = tmp_path / "kept.safetensors"
    kept_file.write_bytes(kept.file_of(net))
    assert main(["model", str(kept_file), "--out", str(tmp_path / "x.onnx"), "--language", "zh"]) == 1
    assert "onnxscript" in capsys.readouterr().err


def test_the_command_says_what_it_cannot_write_or_find(tmp_path: Path, capsys):
    assert main(["model", "weights-0123456789abcdef", "--out", str(tmp_path / "x.pt2")]) == 2
    assert "not on this machine" in capsys.readouterr().err
    assert main(["model", "weights-0123456789abcdef", "--out", "x.bin"]) == 2
    assert ".safetensors, .pt2, .onnx" in capsys.readouterr().err
