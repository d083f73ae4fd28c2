"""A person's own images: a folder or zip of class folders as `Splits`, and a report of what was left out and why.

Files are decoded one at a time into one uint8 tensor: 60,000 JPEGs of 32×32 in a zip take about 0.3 ms of one core
each and 670 MB in all, torch included.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor

from tl_core.data.archive import entries, title
from tl_core.data.arrange import arrange, pixel_hashes
from tl_core.data.dataset import SIZE, ImageDataset, Parting, Splits
from tl_core.data.decode import NotDecoded, decode
from tl_core.data.layout import Placed, content_id, place
from tl_core.data.sampling import hold_out
from tl_core.errors import DataError
from tl_core.text import say

TEST_SHARE = 0.2  # of every class, where there is no test folder
SPLIT_SEED = 0
UNTRAINED = -1  # label of a test image whose class has no training images; it is in neither split
LISTED = 10  # files of one kind that the report's sentences name; the tuples hold all


@dataclass(frozen=True)
class Skipped:
    """A file that was not used. `reason` is the end of the key `images.skipped.<reason>`."""

    name: str
    reason: str


@dataclass(frozen=True)
class Duplicate:
    """A training image that was left out, and the image with the same pixels that was kept."""

    name: str
    kept: str
    in_test: bool


@dataclass(frozen=True)
class OwnImages:
    """Images read from a folder or zip, with everything that a person should know about it.

    `names` are the files' names without folders, of the training and of the test images.
    """

    id: str
    splits: Splits
    skipped: tuple[Skipped, ...]
    duplicates: tuple[Duplicate, ...]
    names: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())

    def lines(self, language: str) -> list[str]:
        """What was read and what was not, in sentences."""
        train, test, parting = self.splits.train, self.splits.test, self.splits.parting
        facts = {"name": train.domain, "train": len(train), "test": len(test), "classes": len(train.class_names)}
        lines = [say(language, "images.kept", **facts)]
        lines.append(say(language, f"images.parted.{parting.rule}", share=parting.share))
        for reason, count in sorted(Counter(one.reason for one in self.skipped).items()):
            names = [one.name for one in self.skipped if one.reason == reason]
            lines.append(say(language, f"images.skipped.{reason}", count=count, names=_listed(names, language)))
        for in_test in (True, False):
            pairs = [f"{one.name} = {one.kept}" for one in self.duplicates if one.in_test == in_test]
            if pairs:
                key = "images.duplicates.test" if in_test else "images.duplicates.train"
                lines.append(say(language, key, count=len(pairs), names=_listed(pairs, language)))
        return lines


def read_images(
    path: str | Path | bytes, size: int = SIZE, test_share: float = TEST_SHARE, seed: int = SPLIT_SEED
) -> OwnImages:
    """Read and decode everything, one file at a time, into uint8 `(N, 3, size, size)`. `path` may be a zip's bytes.

    A `test` (or else `val`) folder is the test split and is never trained on; without one, `test_share` of every
    class is drawn with `seed`. A picture that is in the test split is taken out of training, and one that is twice
    in training counts once, so that no two parts share a picture. The same files give the same images in the same
    order, whatever their names and the order of the zip.

    Raises:
        DataError: where the path does not hold at least two classes with enough usable images.
    """
    path = Path(path) if isinstance(path, str) else path
    with entries(path) as found:
        placed = place(sorted(found, key=lambda entry: entry.name))
        identity = content_id(placed)
        images, kept, skipped = _decoded([one for one in placed if one.class_name], size)
    parting = Parting("folder", unreadable=len(skipped))
    names = tuple(sorted({one.class_name for one in kept if one.part == "train"}))
    skipped += [Skipped(one.entry.name, one.part) for one in placed if not one.class_name]
    skipped += [Skipped(one.entry.name, "class_not_trained") for one in kept if one.class_name not in names]
    labels = torch.tensor([names.index(one.class_name) if one.class_name in names else UNTRAINED for one in kept])
    everything = ImageDataset(images, labels.long(), names, title(path))
    train, test, duplicates = _arranged(everything, kept)
    _must_suffice(everything.labels[train], names, needed=1 if len(test) else 2, path=everything.domain)
    parting = replace(parting, duplicates=len(duplicates))
    if not len(test):
        drawn = hold_out(everything.labels[train], test_share, seed)
        train, test = train[drawn.train], train[drawn.validation]
        parting = replace(parting, rule="share", share=test_share)
    splits = Splits(everything.take(train), everything.take(test), parting)
    files = tuple(tuple(kept[place].entry.file for place in part.tolist()) for part in (train, test))
    return OwnImages(identity, splits, tuple(skipped), duplicates, files)


def _arranged(images: ImageDataset, placed: Sequence[Placed]) -> tuple[Tensor, Tensor, tuple[Duplicate, ...]]:
    """Indices of the training and the test images in the order of their content, and what was left out of training."""
    names, labels, hashes = [one.entry.name for one in placed], images.labels.tolist(), pixel_hashes(images.images)
    train, test = (
        [index for index, one in enumerate(placed) if one.part == part and labels[index] != UNTRAINED]
        for part in ("train", "test")
    )
    arranged = arrange([hashes[index] for index in train], [hashes[index] for index in test])
    duplicates = tuple(
        Duplicate(names[train[twin.index]], names[(test if twin.in_test else train)[twin.kept]], twin.in_test)
        for twin in arranged.twins
    )
    train, test = [train[index] for index in arranged.train], [test[index] for index in arranged.test]
    return torch.tensor(train, dtype=torch.int64), torch.tensor(test, dtype=torch.int64), duplicates


def _decoded(placed: Sequence[Placed], size: int) -> tuple[Tensor, list[Placed], list[Skipped]]:
    """The pixels of what could be decoded, what that was, and what could not be."""
    images = torch.empty((len(placed), 3, size, size), dtype=torch.uint8)
    kept: list[Placed] = []
    skipped: list[Skipped] = []
    for one in placed:
        try:
            images[len(kept)] = decode(one.entry.read(), size)
            kept.append(one)
        except NotDecoded as fault:
            skipped.append(Skipped(one.entry.name, fault.reason))
        except OSError:
            skipped.append(Skipped(one.entry.name, "damaged"))
    return images[: len(kept)], kept, skipped


def _must_suffice(labels: Tensor, names: Sequence[str], needed: int, path: str) -> None:
    """At least two classes, each with an image to train on and, where there is no test folder, one to test on."""
    if len(names) < 2:
        raise DataError("images_too_few_classes", path=path, found=", ".join(names) or "0")
    for label, name in enumerate(names):
        count = int((labels == label).sum())
        if count < needed:
            raise DataError("images_too_few", path=path, class_name=name, count=count, needed=needed)


def _listed(names: Sequence[str], language: str) -> str:
    """The first names, and how many more there are."""
    shown = ", ".join(names[:LISTED])
    return say(language, "images.more", shown=shown, more=len(names) - LISTED) if len(names) > LISTED else shown
