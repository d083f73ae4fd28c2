"""All pictures of a data set, each decoded once: as the net sees them, and as quality and likeness are judged.

Unlike a training, a check-up also looks at what a run leaves out, and needs names. Which picture is on which side is
decided with the same rules as in `tl_core.data.folder`; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from tl_core.data.arrange import arrange, pixel_hashes
from tl_core.data.dataset import ImageDataset, load
from tl_core.data.decode import NotDecoded, decode_with_look
from tl_core.data.folder import SPLIT_SEED, TEST_SHARE
from tl_core.data.layout import Placed, content_id, place
from tl_core.data.local import opened
from tl_core.data.sampling import hold_out
from tl_core.errors import DataError
from tl_core.registry import IMAGES_ID

LOOK = 64  # pixels a side; at 32 only a blur of 5 % of the side is told from sharp pictures, at 64 one of 2 %
COARSE = 32  # where the stored pictures are smaller than LOOK: enlarged they would all be blurred
MOST = 3000  # pictures; comparing all with all takes 9 s of one core for as many
TURNS = 50  # pictures between two signs of life, about 0.05 s


@dataclass(frozen=True)
class Pictures:
    """Everything that a data set holds.

    Attributes:
        dataset: as the net sees them, with their labels.
        looks: uint8 `(N, 3, S, S)`, with S either LOOK or COARSE.
        hashes: equal where a net sees the same pixels.
        names: paths inside the zip, or part and number.
        parts: `train`, `test` or `left_out`.
        unreadable: how many files could not be decoded.
    """

    dataset: ImageDataset
    looks: Tensor
    hashes: tuple[bytes, ...]
    names: tuple[str, ...]
    parts: tuple[str, ...]
    unreadable: int = 0

    def __len__(self) -> int:
        return len(self.names)


def read(name: str, size: int) -> Generator[None, None, Pictures]:
    """The pictures of an id or a ready data set at `size` pixels a side, as the generator's value.

    Raises:
        DataError: where this process lacks them, they have changed, or there are none or too many.
    """
    return (yield from _own(name, size)) if IMAGES_ID.fullmatch(name) else _ready(name, size)


def _own(name: str, size: int) -> Generator[None, None, Pictures]:
    with opened(name) as found:
        placed = place(sorted(found, key=lambda entry: entry.name))
        if content_id(placed) != name:
            raise DataError("images_changed", path=name)
        placed = tuple(one for one in placed if one.class_name)
        _must_be_few(len(placed))
        images = torch.empty((len(placed), 3, size, size), dtype=torch.uint8)
        looks = torch.empty((len(placed), 3, LOOK, LOOK), dtype=torch.uint8)
        kept, sides = [], []
        for number, one in enumerate(placed):
            try:
                images[len(kept)], looks[len(kept)], side = decode_with_look(one.entry.read(), size, LOOK)
                kept.append(one)
                sides.append(side)
            except (NotDecoded, OSError):
                continue  # counted below; the intake has already said which and why
            finally:
                if number % TURNS == 0:
                    yield
    if not kept:
        raise DataError("images_too_few_classes", path=name, found="0")
    class_names = tuple(sorted({one.class_name for one in kept}))
    labels = torch.tensor([class_names.index(one.class_name) for one in kept])
    dataset = ImageDataset(images[: len(kept)], labels, class_names, name)
    hashes = tuple(pixel_hashes(dataset.images))
    return Pictures(
        dataset=dataset,
        looks=_looks(dataset, looks[: len(kept)], sides),
        hashes=hashes,
        names=tuple(one.entry.name for one in kept),
        parts=_parts(kept, hashes, labels),
        unreadable=len(placed) - len(kept),
    )


def _ready(name: str, size: int) -> Pictures:
    splits = load(name, size)
    _must_be_few(len(splits.train) + len(splits.test))
    images = torch.cat([splits.train.images, splits.test.images])
    labels = torch.cat([splits.train.labels, splits.test.labels])
    dataset = ImageDataset(images, labels, splits.train.class_names, splits.train.domain)
    parts = ("train",) * len(splits.train) + ("test",) * len(splits.test)
    numbers = (*range(len(splits.train)), *range(len(splits.test)))
    return Pictures(
        dataset=dataset,
        looks=_looks(dataset, dataset.resized(LOOK).images, [size]),
        hashes=tuple(pixel_hashes(images)),
        names=tuple(f"{part}/{number}" for part, number in zip(parts, numbers, strict=True)),
        parts=parts,
    )


def _looks(dataset: ImageDataset, looks: Tensor, sides: Sequence[int]) -> Tensor:
    """Pictures at LOOK, where most are stored that large."""
    return looks if sorted(sides)[len(sides) // 2] >= LOOK else dataset.resized(COARSE).images


def _parts(kept: Sequence[Placed], hashes: Sequence[bytes], labels: Tensor) -> tuple[str, ...]:
    """Where a run puts each picture: the rules of `tl_core.data.folder.read_images`."""
    trained = {one.class_name for one in kept if one.part == "train"}
    sides = {
        part: [place for place, one in enumerate(kept) if one.part == part and one.class_name in trained]
        for part in ("train", "test")
    }
    arranged = arrange(*([hashes[place] for place in sides[part]] for part in ("train", "test")))
    train = [sides["train"][place] for place in arranged.train]
    parts = ["left_out"] * len(kept)
    for side, places in (("train", train), ("test", sides["test"])):
        for place_ in places:
            parts[place_] = side
    if train and not sides["test"]:
        for place_ in _drawn(train, labels):
            parts[place_] = "test"
    return tuple(parts)


def _drawn(train: Sequence[int], labels: Tensor) -> list[int]:
    """Which of the training pictures a run keeps for its test. A class of one picture has none to spare."""
    counts = torch.bincount(labels[torch.tensor(train)])
    spared = torch.tensor([index for index in train if counts[labels[index]] > 1], dtype=torch.int64)
    return spared[hold_out(labels[spared], TEST_SHARE, SPLIT_SEED).validation].tolist() if len(spared) else []


def _must_be_few(count: int) -> None:
    if count > MOST:
        raise DataError("checkup_too_many", count=count, most=MOST)
