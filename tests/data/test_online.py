"""torchvision's data sets from files in their true formats, and what is said where there are none and no network."""

from __future__ import annotations

import gzip
import json
import urllib.request
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
import torch

from tests.data.stored import TEST, TRAIN, WRITERS, grey
from tl_core.__main__ import main
from tl_core.data import catalogue
from tl_core.data.arrange import pixel_hashes
from tl_core.data.catalogue import describe, fetch
from tl_core.data.dataset import load
from tl_core.data.online import Online, _resident
from tl_core.errors import DataError
from tl_core.perform import perform
from tl_core.registry import DATASETS
from tl_core.requests import SampleQuery
from tl_core.text import LANGUAGES, say

NO_OFFICIAL_TEST = {"eurosat", "omniglot"}
CLASSES = {"emnist": 26, "cifar100": 100, "flowers102": 102, "oxford_pets": 37, "omniglot": 12}


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("TL_DATA_DIR", str(tmp_path))
    return tmp_path


def test_every_data_set_of_the_table_is_tried_here():
    assert set(WRITERS) == {name for name in DATASETS if isinstance(DATASETS[name].load(), Online)}


@pytest.mark.parametrize("name", WRITERS)
def test_its_files_become_uint8_images_labels_and_the_official_test_split(name, folder, monkeypatch):
    with pytest.raises(DataError, match=f"{name} is not on this machine"):
        load(name)
    WRITERS[name](folder, monkeypatch)
    splits = load(name)
    classes = CLASSES.get(name, 10)
    each_train, each_test = (8, 2) if name in NO_OFFICIAL_TEST else (TRAIN, TEST)
    assert splits.parting.rule == ("share" if name in NO_OFFICIAL_TEST else "official")
    for dataset, each in ((splits.train, each_train), (splits.test, each_test)):
        assert dataset.images.shape == (each * classes, 3, 32, 32)
        assert torch.bincount(dataset.labels).tolist() == [each] * classes
        assert len(set(dataset.class_names)) == classes
        assert float(dataset.images.float().std()) > 20
    assert not set(pixel_hashes(splits.train.images)) & set(pixel_hashes(splits.test.images))


def test_mnist_is_padded_not_stretched_and_every_label_belongs_to_its_image(folder, monkeypatch):
    WRITERS["mnist"](folder, monkeypatch)
    test = load("mnist").test
    stored = {image.tobytes(): index % 10 for index, image in enumerate(grey(28, TEST * 10, seed=1))}
    assert test.images[:, :, 2:30, 2:30].float().sum() == test.images.float().sum()
    for image, label in zip(test.images, test.labels.tolist(), strict=True):
        assert stored[image[0, 2:30, 2:30].contiguous().numpy().tobytes()] == label
        assert torch.equal(image[0], image[2])


def test_emnist_letters_stand_upright_and_start_at_a(folder, monkeypatch):
    """Its files hold rows and columns exchanged, and number letters from 1."""
    WRITERS["emnist"](folder, monkeypatch)
    test = load("emnist").test
    stored = {np.ascontiguousarray(image.T).tobytes(): i % 26 for i, image in enumerate(grey(28, TEST * 26, seed=1))}
    found = [stored[image[0, 2:30, 2:30].contiguous().numpy().tobytes()] for image in test.images]
    assert found == test.labels.tolist()
    assert test.class_names[0] == "a"


def test_photos_come_at_the_size_that_is_asked_for(folder, monkeypatch):
    WRITERS["oxford_pets"](folder, monkeypatch)
    assert load("oxford_pets", size=64).test.images.shape[1:] == (3, 64, 64)


def test_omniglots_classes_do_not_depend_on_the_order_of_the_disk(folder, monkeypatch):
    """torchvision numbers characters as the disk lists them, which differs from machine to machine."""
    from torchvision.datasets import omniglot

    def named() -> dict[bytes, str]:
        """The class of each picture."""
        _resident.cache_clear()
        train = load("omniglot").train
        names = [train.class_names[label] for label in train.labels.tolist()]
        return dict(zip(pixel_hashes(train.images), names, strict=True))

    WRITERS["omniglot"](folder, monkeypatch)
    listed, found = omniglot.list_dir, []
    for backwards in (False, True):
        monkeypatch.setattr(omniglot, "list_dir", lambda root, back=backwards: sorted(listed(root), reverse=back))
        found.append(named())
        assert load("omniglot").train.class_names[0] == "Greek/character00"
    assert found[0] == found[1]


def test_a_picture_that_is_in_the_test_split_too_is_left_out_of_training(folder, monkeypatch):
    from tests.data.stored import idx

    images, labels = grey(28, 40, seed=0), np.arange(40) % 10
    idx(folder / "MNIST/raw/train", images, labels)
    idx(folder / "MNIST/raw/t10k", images[:12], labels[:12])
    splits = load("mnist")
    assert (len(splits.train), len(splits.test), splits.parting.duplicates) == (28, 12, 12)


@pytest.mark.parametrize("name", ["mnist", "cifar10", "usps", "flowers102", "svhn"])
def test_damaged_files_are_one_sentence_that_says_what_to_do(name, folder, monkeypatch):
    WRITERS[name](folder, monkeypatch)
    source = DATASETS[name].load()
    for file in source.files:
        if (folder / file).is_file():
            (folder / file).write_bytes(b"not what was published")
    with pytest.raises(DataError, match="cannot be read") as caught:
        load(name)
    assert f"datasets fetch {name}" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_missing_data_is_said_in_both_languages_with_place_and_command(folder):
    with pytest.raises(DataError) as caught:
        list(perform(SampleQuery(dataset="cifar10")))
    for language in LANGUAGES:
        text = say(language, f"error.{caught.value.code}", **caught.value.params)
        for part in ("cifar-10-batches-py/data_batch_1", str(folder), "python -m tl_core datasets fetch cifar10"):
            assert part in text


def test_the_list_says_what_is_there_and_reads_no_images(folder, monkeypatch):
    WRITERS["usps"](folder, monkeypatch)
    monkeypatch.setattr("tl_core.data.online.read_splits", None)
    rows = {row.name: row for row in describe()}
    assert list(rows) == list(DATASETS)
    assert (rows["digits"].available, rows["digits"].training_images) == (True, 797)
    assert (rows["usps"].available, rows["usps"].why) == (True, None)
    assert rows["mnist"].available is False
    assert "MNIST/raw" in rows["mnist"].why


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_data_set_has_a_name(language):
    for name in DATASETS:
        assert say(language, f"option.dataset.{name}")


def test_without_a_network_fetching_is_one_sentence(folder, monkeypatch):
    """A proxy that nobody listens at stands for the missing network."""
    for variable in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(variable, "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setattr(urllib.request, "_opener", None)  # urllib keeps the proxies that it saw first, for all tests
    for name in ("mnist", "cifar10", "usps", "omniglot"):
        with pytest.raises(DataError, match="could not be downloaded") as caught:
            fetch(name)
        assert str(folder) in str(caught.value)
        assert DATASETS[name].load().url in str(caught.value)
        assert "\n" not in str(caught.value)


@pytest.fixture
def served(tmp_path) -> Iterator[tuple[Path, str]]:
    """A folder and the address under which a server on this machine gives it out."""
    (tmp_path / "served").mkdir()
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path / "served"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield tmp_path / "served", f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_what_is_fetched_is_unpacked_loaded_at_once_and_leaves_standard_output_alone(
    served, tmp_path, monkeypatch, capsys
):
    from torchvision import datasets

    folder, address = served
    monkeypatch.setenv("TL_DATA_DIR", str(tmp_path / "fetched"))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    WRITERS["mnist"](tmp_path, monkeypatch)
    for file in (tmp_path / "MNIST/raw").iterdir():
        (folder / f"{file.name}.gz").write_bytes(gzip.compress(file.read_bytes()))
    monkeypatch.setattr(datasets.MNIST, "mirrors", [address])
    monkeypatch.setattr(datasets.MNIST, "resources", [(name, None) for name, _ in datasets.MNIST.resources])
    assert fetch("mnist") == tmp_path / "fetched"
    assert capsys.readouterr().out == ""
    assert len(load("mnist").train) == TRAIN * 10


@pytest.mark.parametrize("name", ["digits", "mnits", "../x"])
def test_what_cannot_be_fetched_names_what_can(name):
    with pytest.raises(DataError, match="allowed: mnist, usps"):
        fetch(name)


def test_the_command_line_fetches_by_name_and_refuses_others_with_exit_code_2(folder, monkeypatch, capsys):
    monkeypatch.setattr(catalogue, "open_torchvision", lambda *_, **__: None)
    assert main(["datasets", "fetch", "mnist"]) == 0
    assert json.loads(capsys.readouterr().out) == {"name": "mnist", "folder": str(folder)}
    assert main(["datasets", "fetch", "digits"]) == 2
    assert "no data set named digits to fetch" in capsys.readouterr().err


def test_a_silent_server_does_not_hold_a_person_for_ever(folder, monkeypatch):
    import socket

    seen: list[float | None] = []
    monkeypatch.setattr(catalogue, "open_torchvision", lambda *_, **__: seen.append(socket.getdefaulttimeout()))
    before = socket.getdefaulttimeout()
    fetch("usps")
    assert seen == [catalogue.SILENCE] * 2
    assert socket.getdefaulttimeout() == before


def test_the_command_line_says_what_is_missing_and_exits_with_2(folder, tmp_path, capsys):
    spec = tmp_path / "spec.json"
    spec.write_text(json.dumps({"target": {"dataset": "kmnist"}}))
    assert main(["run", str(spec)]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert "KMNIST/raw" in printed.err
