"""Tiny data sets in the true formats on disk, as torchvision's own classes read them from `TL_DATA_DIR`."""

from __future__ import annotations

import bz2
import pickle
import struct
from collections.abc import Callable
from hashlib import md5
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.data.brought import content, picture

TRAIN, TEST = 6, 4  # images a class


def grey(side: int, count: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (count, side, side), dtype=np.uint8)


def idx(path: Path, images: np.ndarray, labels: np.ndarray) -> None:
    """MNIST's format: magic number, sizes, bytes; `path` ends where `-images-idx3-ubyte` follows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for kind, array in (("images-idx3", images), ("labels-idx1", labels.astype(np.uint8))):
        sizes = struct.pack(f">{array.ndim}i", *array.shape)
        Path(f"{path}-{kind}-ubyte").write_bytes(bytes([0, 0, 8, array.ndim]) + sizes + array.tobytes())


def mnist_like(folder: str, classes: int, prefixes: tuple[str, str] = ("train", "t10k"), first: int = 0) -> Callable:
    def write(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        for seed, (prefix, each) in enumerate(zip(prefixes, (TRAIN, TEST), strict=True)):
            labels = np.arange(each * classes) % classes + first
            idx(root / folder / "raw" / prefix, grey(28, len(labels), seed), labels)

    return write


def usps(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for seed, (name, each) in enumerate({"usps.bz2": TRAIN, "usps.t.bz2": TEST}.items()):
        images = grey(16, each * 10, seed).reshape(each * 10, -1) / 127.5 - 1
        rows = [
            " ".join([str(i % 10 + 1), *(f"{k}:{value:.6f}" for k, value in enumerate(row, 1))])
            for i, row in enumerate(images)
        ]
        (root / name).write_bytes(bz2.compress("\n".join(rows).encode()))


def cifar(kind: str, folder: str, files: dict[str, int], key: str, meta: tuple[str, str], classes: int) -> Callable:
    """Pickled batches; torchvision's checksums are replaced by those of our files, as it reads nothing else."""

    def write(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        from torchvision import datasets

        (root / folder).mkdir()
        lists: dict[str, list[list[str]]] = {"train_list": [], "test_list": []}
        for seed, (name, each) in enumerate(files.items()):
            data = grey(32, each * classes * 3, seed).reshape(each * classes, -1)
            labels = [i % classes for i in range(each * classes)]
            lists["test_list" if "test" in name else "train_list"].append(
                [name, pickled(root / folder / name, {"data": data, key: labels})]
            )
        checked = pickled(root / folder / meta[0], {meta[1]: [f"class {i}" for i in range(classes)]})
        for attribute, value in lists.items():
            monkeypatch.setattr(getattr(datasets, kind), attribute, value)
        monkeypatch.setattr(getattr(datasets, kind), "meta", {"filename": meta[0], "key": meta[1], "md5": checked})

    return write


def pickled(path: Path, value: object) -> str:
    path.write_bytes(pickle.dumps(value))
    return md5(path.read_bytes()).hexdigest()


def svhn(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from scipy.io import savemat
    from torchvision import datasets

    splits = {}
    for seed, (part, each) in enumerate({"train": TRAIN, "test": TEST}.items()):
        name = f"{part}_32x32.mat"
        images = np.random.default_rng(seed).integers(0, 256, (32, 32, 3, each * 10), dtype=np.uint8)
        savemat(root / name, {"X": images, "y": (np.arange(each * 10)[:, None] % 10) + 1})
        splits[part] = ["", name, md5((root / name).read_bytes()).hexdigest()]
    monkeypatch.setattr(datasets.SVHN, "split_list", splits)


def eurosat(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for k in range(10):
        for i in range(TRAIN + TEST):
            photo(root / "eurosat" / "2750" / f"Land{k}" / f"{i}.jpg", 100 * k + i, (64, 64))


def photo(path: Path, number: int, size: tuple[int, int], kind: str = "JPEG") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content(picture(number, size=size), kind))


def flowers(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from scipy.io import savemat
    from torchvision import datasets

    base = root / "flowers-102"
    count = (TRAIN + TEST) * 102
    for number in range(1, count + 1):
        photo(base / "jpg" / f"image_{number:05d}.jpg", number, (24, 20))
    parts = np.split(np.arange(1, count + 1), [102 * TRAIN // 2, 102 * TRAIN])
    savemat(base / "imagelabels.mat", {"labels": (np.arange(count) % 102) + 1})
    savemat(base / "setid.mat", dict(zip(("trnid", "valid", "tstid"), parts, strict=True)))
    files = {
        kind: (name, md5((base / name).read_bytes()).hexdigest())
        for kind, name in {"label": "imagelabels.mat", "setid": "setid.mat"}.items()
    }
    monkeypatch.setattr(datasets.Flowers102, "_file_dict", files)


def pets(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    base = root / "oxford-iiit-pet"
    for part, each in {"trainval": TRAIN, "test": TEST}.items():
        rows = []
        for i in range(each * 37):
            name = f"breed_{i % 37:02d}_{part}{i}"
            photo(base / "images" / f"{name}.jpg", hash_of(name), (30, 40))
            rows.append(f"{name} {i % 37 + 1} {i % 2 + 1} 1")
        (base / "annotations").mkdir(exist_ok=True)
        (base / "annotations" / f"{part}.txt").write_text("\n".join(rows))


def hash_of(name: str) -> int:
    return int(md5(name.encode()).hexdigest()[:8], 16)


def omniglot(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from torchvision import datasets

    base = root / "omniglot-py"
    for k in range(12):
        for i in range(TRAIN + TEST):
            name = f"images_background/Greek/character{k:02d}/{k:04d}_{i:02d}.png"
            path = base / name
            path.parent.mkdir(parents=True, exist_ok=True)
            strokes = np.random.default_rng(100 * k + i).integers(0, 2, (9, 9), dtype=np.uint8) * 255
            Image.fromarray(strokes).resize((105, 105), Image.Resampling.NEAREST).convert("1").save(path)
    (base / "images_background.zip").write_bytes(b"the archive itself; only its checksum is looked at")
    checked = md5((base / "images_background.zip").read_bytes()).hexdigest()
    monkeypatch.setattr(datasets.Omniglot, "zips_md5", {"images_background": checked})


WRITERS: dict[str, Callable[[Path, pytest.MonkeyPatch], None]] = {
    "mnist": mnist_like("MNIST", 10),
    "fashion_mnist": mnist_like("FashionMNIST", 10),
    "kmnist": mnist_like("KMNIST", 10),
    "emnist": mnist_like("EMNIST", 26, ("emnist-letters-train", "emnist-letters-test"), first=1),
    "usps": usps,
    "svhn": svhn,
    "cifar10": cifar(
        "CIFAR10",
        "cifar-10-batches-py",
        {"data_batch_1": TRAIN, "test_batch": TEST},
        "labels",
        ("batches.meta", "label_names"),
        10,
    ),
    "cifar100": cifar(
        "CIFAR100", "cifar-100-python", {"train": TRAIN, "test": TEST}, "fine_labels", ("meta", "fine_label_names"), 100
    ),
    "eurosat": eurosat,
    "flowers102": flowers,
    "oxford_pets": pets,
    "omniglot": omniglot,
}
