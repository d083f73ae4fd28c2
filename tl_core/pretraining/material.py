"""The images that a source learns from, and those held out: drawn from two seeds, or a person's own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tl_core.data.dataset import ImageDataset, Splits
from tl_core.data.drawn import letters, objects, textures
from tl_core.data.drawn.styles import mixture

HELD_OUT_SEED = 1_000_003


@dataclass(frozen=True)
class Material:
    """Training and held-out images. `others` are further held-out sets by name, that the card states too.

    `origin` goes into the card: where images that are not drawn come from.
    """

    train: ImageDataset
    held_out: ImageDataset
    others: dict[str, ImageDataset] = field(default_factory=dict)
    origin: dict[str, Any] = field(default_factory=dict)


def drawn(name: str, seed: int, counts: tuple[int, int] | None = None) -> Material:
    """What a drawn source of that name learns from; held-out images come from a seed of their own.

    Of objects and textures fewer images (`counts`: training, held out) are the first of all.

    >>> material = drawn("textures", seed=0, counts=(40, 20))
    >>> len(material.train), len(material.held_out), material.train.class_names[:2]
    (40, 20, ('stripes', 'bands'))
    """
    draw, usual = _DRAWN[name]
    return draw(counts or usual, seed, seed + HELD_OUT_SEED)


def own(splits: Splits, origin: dict[str, Any]) -> Material:
    """Images of a folder or zip; the held-out ones are its test split."""
    return Material(splits.train, splits.test, origin=origin)


def _letters(counts: tuple[int, int], seed: int, other: int) -> Material:
    return Material(letters.draw(counts[0], seed), letters.draw(counts[1], other))


def _objects(counts: tuple[int, int], seed: int, other: int) -> Material:
    """Learnt in mixed styles; held out in mixed styles, and without any."""
    train, held_out = counts
    return Material(
        objects.draw(train, seed, style=mixture(train, seed)).dataset,
        objects.draw(held_out, other, style=mixture(held_out, other)).dataset,
        {"objects": objects.draw(held_out, other).dataset},
    )


def _textures(counts: tuple[int, int], seed: int, other: int) -> Material:
    return Material(textures.draw(counts[0], seed), textures.draw(counts[1], other))


_DRAWN = {
    "letters": (_letters, (400 * len(letters.CLASSES), 100 * len(letters.CLASSES))),
    "objects": (_objects, (20_000, 2_000)),
    "textures": (_textures, (16_000, 2_000)),
    "objects_autoencoder": (_objects, (20_000, 2_000)),
}
