"""What a query is answered with: pictures, rates, a loss on a plane. A bill stands beside the run's, in `report`."""

from __future__ import annotations

from typing import Literal

from tl_core.experiment import Part
from tl_core.measured import Interval


class SampleReport(Part):
    """A few images: PNGs as data URIs, with the name of each one's class."""

    kind: Literal["sample"] = "sample"
    dataset: str
    pictures: tuple[str, ...]
    names: tuple[str, ...]


class ChangedPicture(Part):
    """A changed image as a PNG in a data URI: of which image, at which strength, for which seed.

    `shares` are the classes that its label is made of: one, or two where images are mixed.
    """

    image: int
    strength: float
    seed: int
    picture: str
    shares: dict[str, float]


class AugmentReport(Part):
    """Training images of a data set and what changes make of them, seed by seed, strength by strength.

    `untrue` names the changes after which an image of this data set may no longer be what its label says.
    """

    kind: Literal["augment"] = "augment"
    dataset: str
    originals: tuple[ChangedPicture, ...]
    changed: tuple[ChangedPicture, ...]
    untrue: tuple[str, ...]


class Learnt(Part):
    """What a source's card says: from how many images, in how many classes (0: without labels), in how many steps.

    `accuracy` is of `held_out` images that it never saw; `None` where there were no labels to be right about.
    """

    images: int
    classes: int
    steps: int
    batch_size: int
    accuracy: float | None
    held_out: int


class ConvolutionCell(Part):
    """How one number of the first layer comes about: `patch` times `weights`, number by number, summed over all.

    Both are `[channel][row][column]`; the patch is scaled pixels, 0 beyond the edge. `total` is the convolution,
    `normalised` what BatchNorm makes of it with the running `mean` and `deviation`, `scale` and `shift`; `active` is
    after ReLU.
    """

    patch: tuple[tuple[tuple[float, ...], ...], ...]
    weights: tuple[tuple[tuple[float, ...], ...], ...]
    sums: tuple[float, ...]
    total: float
    mean: float
    deviation: float
    scale: float
    shift: float
    normalised: float
    active: float


class ActivationsReport(Part):
    """What a source's body makes of one image. Pictures are PNGs in data URIs.

    `maps` are the first feature maps of the asked layer group, each scaled so that its largest value, in `strongest`,
    is white, and `means` what average pooling makes of each; the group has as many `channels` of `side` × `side`.
    `kernels` are the first layer's, 0 is middle grey. `groups` are the layer groups that have maps. An image of a
    person's own has no `label`. `cell` is there for nets whose first layer has BatchNorm behind it.
    """

    kind: Literal["activations"] = "activations"
    source: str
    picture: str
    label: str
    groups: tuple[str, ...]
    channels: int
    side: int
    maps: tuple[str, ...]
    strongest: tuple[float, ...]
    means: tuple[float, ...] = ()
    kernels: tuple[str, ...]
    learnt: Learnt | None
    cell: ConvolutionCell | None = None


class RowLook(Part):
    """What a row reader would answer after `row` rows: one probability a class, softmax of the head's `scores`."""

    row: int
    probabilities: tuple[float, ...]
    scores: tuple[float, ...] = ()


class RowsReport(Part):
    """A recurrent net unrolled over one test image. `picture` is a PNG in a data URI.

    `from_row`, `from_state` and `states` are `[row][unit]`: `W x_t + b`, `U h_{t-1}` and `h_t = tanh` of their sum, of
    the `units` out of `hidden` that change most. The net was trained on `training_images` for `steps` steps, and is
    right on `accuracy` of all test images.
    """

    kind: Literal["rows"] = "rows"
    picture: str
    label: str
    class_names: tuple[str, ...]
    hidden: int
    units: tuple[int, ...]
    from_row: tuple[tuple[float, ...], ...]
    from_state: tuple[tuple[float, ...], ...]
    states: tuple[tuple[float, ...], ...]
    looks: tuple[RowLook, ...]
    training_images: int
    steps: int
    accuracy: Interval


class RatesReport(Part):
    """A learning-rate sweep: rate of the body, loss of each batch, smoothed loss; and the rate that it suggests."""

    kind: Literal["rates"] = "rates"
    rate: tuple[float, ...]
    loss: tuple[float | None, ...]
    smooth: tuple[float | None, ...]
    suggestion: float | None
    diverged: bool


class PlanePoint(Part):
    """The net after one step: its place on the plane, its distance `beside` it, and the exact loss of the fixed batch.

    `shadow` is the loss at that place on the plane itself; given for the first and the last point.
    """

    first: float
    second: float
    beside: float
    loss: float
    shadow: float | None


class PlaneReport(Part):
    """The loss on a plane through a training: axes, one row of losses a value of `second`, and the path.

    `shares` are the shares of the path's variance along the two directions, of a net with so many `weights` that learn.
    `loss` is `None` where it is not finite, and is measured on as many `images`.
    """

    kind: Literal["plane"] = "plane"
    first: tuple[float, ...]
    second: tuple[float, ...]
    loss: tuple[tuple[float | None, ...], ...]
    path: tuple[PlanePoint, ...]
    shares: tuple[float, float]
    images: int
    weights: int
