"""A Teachable Machine export is a source: its net as it is, every wrong file a sentence that says what to do."""

from __future__ import annotations

import io
import json
import sys

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from tests.models.exports import BACKBONE, SHARED, SHIPPED, counted_through, files, keras, manifest, weights, zipped
from tl_core.__main__ import main
from tl_core.errors import WeightsError
from tl_core.models.brought import read_model
from tl_core.models.build import build
from tl_core.models.own import own_weights, register
from tl_core.models.teachable_machine import keras_name
from tl_core.reports import REPORT
from tl_core.seeding import stream
from tl_core.text import LANGUAGES, say

EXPORT = SHARED / "data" / "teachable_machine_export.zip"
KERAS = SHARED / "weights" / "mobilenetv2_035_224.safetensors"


def features(name: str, side: int = 224) -> torch.Tensor:
    """Pooled features of four generated pictures, as a source's pixel scaling wants them."""
    source = own_weights(name)
    network = build(BACKBONE, 2, 0).eval()
    source.load_into(network, BACKBONE)
    scale = source.normalisation
    pixels = torch.rand(4, 3, side, side, generator=stream(0, "pictures"))
    mean, std = (torch.tensor(values).view(3, 1, 1) for values in (scale.mean, scale.std))
    with torch.no_grad():
        return network.features((pixels - mean) / std)


def test_the_shipped_export_is_the_generated_one():
    tensors, _ = read_model(SHIPPED.read_bytes(), "shipped.zip")
    expected = weights()
    assert tensors.keys() == expected.keys()
    assert all(torch.allclose(tensors[name], expected[name], atol=1e-6) for name in expected)


def test_features_agree_with_the_same_weights_as_a_safetensors_file_with_its_card(tmp_path):
    save_file(counted_through(weights()), tmp_path / "keras.safetensors")
    card = {"name": "keras", "input_size": 224, "normalisation": {"mean": [0.5] * 3, "std": [0.5] * 3}}
    (tmp_path / "keras.json").write_text(json.dumps(card))
    exported, published = register(SHIPPED), register(tmp_path / "keras.safetensors")
    assert own_weights(published).card["backbone"] == BACKBONE
    ours, theirs = features(exported), features(published)
    assert ours.std() > 0.01
    assert torch.allclose(ours, theirs, atol=1e-4)
    card = own_weights(exported).card
    assert (card["labels"], card["input_size"], card["backbone"]) == (["cat", "dog", "狗"], 224, BACKBONE)


@pytest.mark.skipif(not EXPORT.exists(), reason="the real export lies beside the repository on few machines")
def test_a_real_export_has_the_features_of_keras_published_weights():
    exported, published = register(EXPORT), register(KERAS)
    assert own_weights(exported).card["labels"] == ["Class 1", "Class 2"]
    assert (features(exported) - features(published)).abs().max() < 1e-4


@pytest.mark.parametrize(("stored", "error"), [("float16", 1e-3), ("uint16", 1e-4), ("uint8", 2e-2)])
def test_exports_with_fewer_bits_in_several_files_and_a_folder_are_read(stored, error):
    def smaller(contents: dict) -> None:
        theirs = keras(weights())
        rows, numbers = manifest(theirs)[0]["weights"], []
        for row, values in zip(rows, theirs.values(), strict=True):
            low, high = float(values.min()), float(values.max())
            scale = (high - low) / np.iinfo(stored).max or 1.0 if stored != "float16" else 1.0
            row["quantization"] = (
                {"dtype": stored} if stored == "float16" else {"dtype": stored, "scale": scale, "min": low}
            )
            small = values if stored == "float16" else ((values - low) / scale).round()
            numbers.append(small.astype(stored).tobytes())
        whole = b"".join(numbers)
        del contents["weights.bin"]
        parts = ["group1-shard1of2.bin", "group1-shard2of2.bin"]
        contents |= {parts[0]: whole[:1001], parts[1]: whole[1001:]}
        contents["model.json"]["weightsManifest"] = [{"paths": [f"./{part}" for part in parts], "weights": rows}]

    tensors, _ = read_model(zipped(files(smaller), "my model/"), "small.zip")
    exact = weights()
    assert max(float((tensors[name] - exact[name]).abs().max()) for name in exact) < error


def rows(contents: dict) -> list[dict]:
    return contents["model.json"]["weightsManifest"][0]["weights"]


def wider(contents: dict) -> None:
    contents["weights.bin"] += bytes(4 * 3 * 3 * 3 * 16)
    rows(contents)[0]["shape"] = [3, 3, 3, 32]


def infinite(contents: dict) -> None:
    contents["weights.bin"] = np.float32(np.inf).tobytes() + contents["weights.bin"][4:]


WRONG = {
    "audio": ("tm_audio", lambda one: one["metadata.json"].update(wordLabels=["_background_noise_", "clap"])),
    "pose": ("tm_pose", lambda one: one["metadata.json"].update(packageName="@teachablemachine/pose")),
    "no weights": ("tm_part_missing", lambda one: one.pop("weights.bin")),
    "no model": ("tm_part_missing", lambda one: one.pop("model.json")),
    "weights cut off": ("tm_size", lambda one: one.update({"weights.bin": one["weights.bin"][:-1]})),
    "weights too long": ("tm_size", lambda one: one.update({"weights.bin": one["weights.bin"] + b"\0"})),
    "a shape beyond all memory": ("tm_size", lambda one: rows(one)[0].update(shape=[2**62, 2**62])),
    "a negative shape": ("tm_json", lambda one: rows(one)[0].update(shape=[-3, 3, 3, 16])),
    "a type that is none": ("tm_json", lambda one: rows(one)[0].update(dtype="object")),
    "no manifest": ("tm_json", lambda one: one["model.json"].pop("weightsManifest")),
    "no json": ("tm_json", lambda one: one.update({"model.json": b"\xff{"})),
    "nested beyond all stacks": ("tm_json", lambda one: one.update({"model.json": b"[" * 100_000})),
    "labels that are no words": ("tm_json", lambda one: one["metadata.json"].update(labels=[1, {}])),
    "an image size beyond all memory": ("tm_json", lambda one: one["metadata.json"].update(imageSize=10**6)),
    "another width": ("tm_other_width", wider),
    "another net": ("tm_other_net", lambda one: rows(one)[0].update(name="conv1/kernel")),
    "a number that is none": ("model_not_finite", infinite),
    "TensorFlow Lite": ("tm_tflite", lambda one: (one.clear(), one.update({"model.tflite": b"", "labels.txt": b""}))),
    "Keras": ("tm_keras", lambda one: (one.clear(), one.update({"keras_model.h5": b"", "labels.txt": b""}))),
    "pictures": ("model_unknown", lambda one: (one.clear(), one.update({"cat/1.png": b""}))),
    "two at once": ("tm_twice", lambda one: one.update({"other/model.json": b"{}"})),
    "a bomb": ("model_zip_large", lambda one: one.update({"more.bin": bytes(101 * 2**20)})),
    "thousands of files": ("model_zip_large", lambda one: one.update({f"{n}.txt": b"" for n in range(1001)})),
}


def refused(content: bytes, code: str, name: str = "wrong.zip") -> None:
    """The fault of these bytes is that one, and names the file in both languages."""
    with pytest.raises(WeightsError) as caught:
        read_model(content, name)
    assert caught.value.code == code
    for language in LANGUAGES:
        assert name in say(language, f"error.{code}", **caught.value.params)


@pytest.mark.parametrize("what", WRONG)
def test_what_is_no_image_export_is_refused_with_its_reason(what):
    code, change = WRONG[what]
    refused(zipped(files(change)), code)


def locked(content: bytes) -> bytes:
    """The first file marked as encrypted, in the zip's own table."""
    flags = content.index(b"PK\x01\x02") + 8
    return content[:flags] + b"\x01" + content[flags + 1 :]


def overlapping(content: bytes) -> bytes:
    """The first file claims more packed bytes than the whole zip has."""
    size = content.index(b"PK\x01\x02") + 20
    return content[:size] + b"\xff\xff\xff\x0f" + content[size + 4 :]


def test_damaged_and_locked_zips_and_bare_files_of_other_programs_are_refused():
    whole = SHIPPED.read_bytes()
    refused(whole[: len(whole) // 2], "model_zip_damaged")
    refused(whole[:200] + bytes(50) + whole[250:], "model_zip_damaged")
    refused(locked(whole), "model_zip_locked")
    refused(overlapping(whole), "model_zip_damaged")
    refused(b"\x89HDF\r\n\x1a\n" + bytes(99), "tm_keras", "keras_model.h5")
    refused(b"\x1c\0\0\0TFL3" + bytes(99), "tm_tflite", "model.tflite")
    refused(b"", "model_unknown", "empty.zip")
    refused(b"{}", "model_unknown", "model.json")


def test_no_name_in_a_zip_is_a_path():
    tensors, _ = read_model(zipped(files(), "../../../../tmp/"), "climbing.zip")
    assert tensors.keys() == weights().keys()


@pytest.mark.usefixtures("on_few_test_images")
@pytest.mark.parametrize("strategy", ["frozen", "fine_tune"])
def test_on_the_command_line_an_export_is_a_source_and_decides_the_net(strategy, monkeypatch, capsys):
    """Fine-tuned: what Teachable Machine itself cannot do."""
    spec = {
        "source": str(SHIPPED),
        "target": {"per_class": 1},
        "training": {"steps": 2},
        "strategy": {"name": strategy},
    }
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(spec).encode())))
    assert main(["run", "-"]) == 0
    report = REPORT.validate_json(capsys.readouterr().out)
    assert report.experiment.backbone == BACKBONE
    assert report.experiment.source == register(SHIPPED)
    assert report.protocol.normalisation.mean == (0.5, 0.5, 0.5)
    assert report.bill.trainable == (1280 * 10 + 10 if strategy == "frozen" else 396_128 + 1280 * 10 + 10)


def test_layers_have_the_names_that_keras_gave_them():
    assert keras_name("stem.conv.weight") == "Conv1/kernel"
    assert keras_name("stage1.0.project.bn.weight") == "expanded_conv_project_BN/gamma"
    assert keras_name("stage5.3.depthwise.conv.weight") == "block_16_depthwise/depthwise_kernel"
    assert keras_name("final.bn.running_var") == "Conv_1_bn/moving_variance"
