"""Views of images: all changes of a list, put together. They stand in exported scripts as they stand here.

Order: first all changes of place, as one affine map, so that the pixels are read only once; then those of pixels;
then the mixing ones. Within each kind the list's order holds.

Images are shares of full brightness, 0 to 1, before any scaling by mean and deviation: filled with "constant", a
pixel from outside is black.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import torch
from torch import Tensor
from torch.nn import functional

from tl_core.augment.chance import keys_of, salted, uniform
from tl_core.experiment import Augmentation
from tl_core.registry import AUGMENTATIONS

Change = tuple[str, Callable[..., object], float | Tensor]  # its kind, what it does, how strongly
Changes = Sequence[Change]
Pair = tuple[Tensor, Tensor]

FILLS = {"nearest": "border", "constant": "zeros", "reflect": "reflection"}  # as Keras and PyTorch name them


def changes_of(steps: Sequence[Augmentation]) -> list[Change]:
    """The changes that an experiment names.

    >>> [(kind, change.__name__, strength) for kind, change, strength in changes_of([Augmentation(name="flip")])]
    [('place', 'flip', 1.0)]
    """
    return [(AUGMENTATIONS[step.name].acts_on, AUGMENTATIONS[step.name].load(), step.strength) for step in steps]


def augment(images: Tensor, keys: Tensor, changes: Changes, fill: str = "nearest") -> Tensor:
    """A changed copy of the images, each by its own amounts; mixing changes are left to `mixed`.

    Args:
        images: `(B, 3, H, W)`, 0 to 1, contiguous.
        keys: `chance.keys_of` them.
        changes: kind, function and strength of each.
        fill: what stands where pixels from outside the image would be read: "nearest" repeats the border,
            "reflect" mirrors the image at it, "constant" is black.

    >>> from tl_core.augment.places import rotation
    >>> images, keys = torch.rand(2, 3, 8, 8), keys_of(0, 0, torch.arange(2))
    >>> torch.equal(augment(images, keys, [("place", rotation, 0.0)]), images)
    True
    """
    every = list(single(changes, keys))
    maps = torch.eye(3).repeat(len(images), 1, 1)
    for kind, change, strength, own in every:
        if kind == "place":
            maps = maps @ change(own, strength)  # where the last change reads, the one before has been
    images = warp(images, maps, fill)
    for kind, change, strength, own in every:
        if kind == "pixels":
            strengths = torch.as_tensor(strength).expand(len(images))
            rows = strengths.nonzero().flatten()  # a policy chooses each change for few images
            if len(rows):
                images = images.index_copy(0, rows.to(images.device), change(images[rows], own[rows], strengths[rows]))
    return images


def single(changes: Changes, keys: Tensor) -> Iterator[tuple]:
    """The changes one by one, those that policies choose too, with keys of their own: none shifts another's draws."""
    for number, (kind, change, strength) in enumerate(changes):
        own = salted(keys, number)
        if kind == "policy":
            yield from single(change(own, strength), own)
        else:
            yield kind, change, strength, own


def warp(images: Tensor, maps: Tensor, fill: str) -> Tensor:
    """Read each image through its affine map; an image whose map changes nothing stays as it is, to the last bit."""
    still = (maps == torch.eye(3)).all(dim=(1, 2))
    if still.all():
        return images
    grid = functional.affine_grid(maps[:, :2].to(images.device), list(images.shape), align_corners=False)
    read = functional.grid_sample(images, grid, padding_mode=FILLS[fill], align_corners=False)
    return torch.where(still.to(images.device)[:, None, None, None], images, read)


def mixed(images: Tensor, shares: Tensor, indices: Tensor, seed: int, view: int, changes: Changes, fill: str) -> Pair:
    """Views of some of the images, mixed with views of others, and their labels, mixed alike.

    An image's partner is any of all images, itself among them, drawn from the image's own key: it does not depend on
    the batch. The partner is seen as it looks in the same view, before mixing.

    Args:
        images: all of them, `(N, 3, H, W)`, uint8.
        shares: all labels as shares of classes, float `(N, classes)`.
        indices: int64 `(B,)`: which of them.

    >>> from tl_core.augment.mixes import mixup
    >>> images = torch.randint(0, 256, (4, 3, 8, 8), dtype=torch.uint8)
    >>> views, labels = mixed(images, torch.eye(4), torch.arange(4), 0, 0, [("mix", mixup, 1.0)], "nearest")
    >>> bool(labels.sum(dim=1).allclose(torch.ones(4)))
    True
    """
    keys = keys_of(seed, view, indices)
    views, labels = augment(images[indices].float() / 255, keys, changes, fill), shares[indices]
    for kind, change, strength, own in single(changes, keys):
        if kind == "mix":
            partners = (uniform(salted(own, 0)) * len(images)).long()
            others = augment(images[partners].float() / 255, keys_of(seed, view, partners), changes, fill)
            taken = change(salted(own, 1), strength, views.shape).to(views.device)
            views = torch.lerp(views, others, taken.expand_as(views))
            labels = torch.lerp(labels, shares[partners], taken.mean(dim=(1, 2, 3))[:, None].expand_as(labels))
    return views, labels
