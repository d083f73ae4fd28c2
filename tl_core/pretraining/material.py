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


def drawn(name: str, seed: int) -> Material:
    """What a drawn source of that name learns from; held-out images come from a seed of their own.

    >>> material = drawn("textures", seed=0)
    >>> material.train.class_names == material.held_out.class_names
    True
    """
    return _DRAWN[name](seed, seed + HELD_OUT_SEED)


def own(splits: Splits, origin: dict[str, Any]) -> Material:
    """Images of a folder or zip; the held-out ones are its test split."""
    return Material(splits.train, splits.test, origin=origin)


def _letters(seed: int, other: int) -> Material:
    classes = len(letters.CLASSES)
    return Material(letters.draw(400 * classes, seed), letters.draw(100 * classes, other))


def _objects(seed: int, other: int) -> Material:
    """Learnt in mixed styles; held out in mixed styles, and without any."""
    train, held_out = 20_000, 2_000
    return Material(
        objects.draw(train, seed, style=mixture(train, seed)).dataset,
        objects.draw(held_out, other, style=mixture(held_out, other)).dataset,
        {"objects": objects.draw(held_out, other).dataset},
    )


def _textures(seed: int, other: int) -> Material:
    return Material(textures.draw(16_000, seed), textures.draw(2_000, other))


_DRAWN = {"letters": _letters, "objects": _objects, "textures": _textures, "objects_autoencoder": _objects}
