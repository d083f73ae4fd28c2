"""Which pictures show nearly the same: their details correlate, once one is moved by a few pixels over the other.

Details are what is left of a picture of 32×32 after its coarse lights and shades are taken off. The correlation
does not change with brightness and contrast, and little with the format, the size it was stored at, or a cut edge.

Measured on changed copies (JPEG at quality 40, half and double size, moved by a pixel, an edge of 3 % cut off, lighter
or darker by a quarter, less and more contrast, several at once) among 800 to 1,000 pictures, and on these alone:

    pictures          bar    copies found   pictures of the clean set taken for copies, or for one recording
    CIFAR-10          0.85   79 of 79       0 and 0 of 1,000
    drawn objects     0.85   78 of 79       6 and 15 of 1,000
    Omniglot          0.91   70 of 78       10 and 23 of 900: the same character, drawn by two
    drawn textures    0.92   60 of 79       4 and 31 of 1,000: flat ones, and the same pattern twice
    8×8 digits        0.97   66 of 76       2 and 2 of 797

Of 24 recordings of ten frames (a hand-held window over photos and textures) among 600 CIFAR-10 pictures 18 were whole,
17 where the hand moved most, without one false link; the others show little but noise, like a piece of sky.
Among 3,000 pictures of CIFAR-10 as it is, six pairs are found, and all six are copies that have always been in there.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import atanh, log, tanh
from statistics import NormalDist

import torch
from torch import Tensor
from torch.nn import functional

SIDE = 32
REACH = 3  # pixels that a picture may be moved by, a tenth of its side; a copy by one at most
COPY_REACH = 1
NOISE = 2.0  # grey values of unrelated difference that are expected anyway; keeps flat pictures from being alike
NEIGHBOURS = 16  # of each picture are compared closely, where they are this alike at half the size:
HOPEFUL = 0.4
BAR, HIGHEST = 0.85, 0.97  # of the similarity from which two pictures are alike
FEW = 10  # numbers are too few to say what is usual
RECORDED = 0.7  # median likeness within classes: 0.6 in 8×8 digits, 0.8 where each class is one recording
ROWS = 250  # pictures compared with all others at a time: 3 MB of scores among 3,000
PAIRS = 500  # compared closely at a time: 4 MB, which stays in the cache


@dataclass(frozen=True)
class Links:
    """Pairs that are alike, int64 `(P,)` each, `first < second`; similarity 0–1, and the pixels that one was moved by.

    `bar` is the similarity from which pairs are alike in this set.
    """

    first: Tensor
    second: Tensor
    similarity: Tensor
    moved: Tensor
    bar: float


def links(images: Tensor, labels: Tensor, identity: Tensor) -> Links:
    """Compare all uint8 `(N, 3, H, W)` with all. `identity` (int64) is equal where the pixels are: always alike."""
    details = _details(images)
    first, second, offset, mates = _candidates(details, labels)
    similarity, moved = _closely(details, first, second, offset)
    strangers = _nearest(first, second, similarity, labels)
    bar = round(tanh(min(atanh(HIGHEST), max(atanh(BAR), _by_chance(strangers), _in_a_crowd(mates)))), 4)
    alike = (similarity >= bar) & (identity[first] != identity[second])
    twins = _twins(identity)
    return Links(
        first=torch.cat([first[alike], twins[0]]),
        second=torch.cat([second[alike], twins[1]]),
        similarity=torch.cat([similarity[alike], torch.ones(twins.shape[1])]),
        moved=torch.cat([moved[alike], torch.zeros(twins.shape[1], dtype=torch.int64)]),
        bar=bar,
    )


def _details(images: Tensor) -> Tensor:
    """float32 `(N, 3, 32, 32)`: slightly smoothed, less its own average over 9×9 pixels."""
    small = images.float()
    if images.shape[-1] != SIDE:
        small = functional.interpolate(small, size=(SIDE, SIDE), mode="bilinear", antialias=True)
    kernel = torch.tensor([1.0, 2.0, 1.0]) / 4
    kernel = (kernel[:, None] * kernel).expand(3, 1, 3, 3)
    smooth = functional.conv2d(functional.pad(small, (1,) * 4, mode="replicate"), kernel, groups=3)
    return smooth - functional.avg_pool2d(functional.pad(smooth, (4,) * 4, mode="replicate"), 9, stride=1)


def _middles(details: Tensor, reach: int, noise: float) -> Tensor:
    """Of each picture all but `reach` pixels at every edge, channel by channel around 0, of length 1: `(N, F)`."""
    inner = slice(reach, details.shape[-1] - reach)
    part = details[:, :, inner, inner].flatten(2)
    vector = (part - part.mean(dim=2, keepdim=True)).flatten(1)
    return vector / (vector.square().sum(dim=1, keepdim=True) + vector.shape[1] * noise**2).sqrt()


def _lengths(details: Tensor, reach: int, noise: float) -> Tensor:
    """How long the same vectors would be of windows at all offsets: `(N, 2 reach + 1, 2 reach + 1)`.

    A middle adds up to 0 in every channel, so its product with a window needs no average taken off the window.
    """
    inner = details.shape[-1] - 2 * reach
    mean, square = (functional.avg_pool2d(values, inner, stride=1) for values in (details, details.square()))
    return ((square - mean.square()).sum(dim=1) + 3 * noise**2).clamp(min=0).sqrt() * inner


def _window(details: Tensor, reach: int, down: int, right: int) -> Tensor:
    """A view of the part of each picture that lies `down` and `right` pixels from its upper left corner."""
    inner = details.shape[-1] - 2 * reach
    return details[:, :, down : down + inner, right : right + inner]


def _candidates(details: Tensor, labels: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Pairs worth a close look, and the offset `(P, 2)` in pixels at which they look alike at half the size.

    Last, how alike all pairs of the same class are there, float32.

    At half the size there are 25 offsets and a quarter of the numbers; pairs of 0.8 or more have 0.55 or more there.
    """
    coarse, reach = functional.avg_pool2d(details, 2), 2
    offsets = [(down, right) for down in range(2 * reach + 1) for right in range(2 * reach + 1)]
    middle, lengths = _middles(coarse, reach, NOISE / 2), _lengths(coarse, reach, NOISE / 2)
    moved = [_window(coarse, reach, *offset).flatten(1).T / lengths[:, offset[0], offset[1]] for offset in offsets]
    count, found, mates = len(details), [], []
    for start in range(0, count, ROWS):
        rows = torch.arange(start, min(start + ROWS, count))
        best, where = torch.full((len(rows), count), -1.0), torch.zeros((len(rows), count), dtype=torch.uint8)
        for number, window in enumerate(moved):
            score = middle[rows] @ window
            where[score > best] = number
            best = torch.maximum(best, score)
        best[torch.arange(len(rows)), rows] = -1.0
        same = labels[rows, None] == labels
        mates.append(best[same & (rows[:, None] < torch.arange(count))])
        strange = best.masked_fill(same, -1.0)
        for scores, wanted, least in ((best, NEIGHBOURS, HOPEFUL), (strange, 1, 0.0)):
            top = scores.topk(min(wanted, count), dim=1)
            row, column = (top.values > least).nonzero().T
            other = top.indices[row, column]
            found.append(torch.stack([rows[row], other, where[row, other].long()]))
    first, second, number = torch.cat(found, dim=1)
    offset = 2 * (torch.tensor(offsets)[number] - reach)
    offset = torch.where((first > second)[:, None], -offset, offset)
    pairs = torch.minimum(first, second) * count + torch.maximum(first, second)
    order = pairs.argsort(stable=True)
    fresh = torch.ones_like(pairs, dtype=torch.bool)
    fresh[1:] = pairs[order][1:] != pairs[order][:-1]
    chosen = order[fresh]
    return pairs[chosen] // count, pairs[chosen] % count, offset[chosen], torch.cat(mates)


def _closely(details: Tensor, first: Tensor, second: Tensor, offset: Tensor) -> tuple[Tensor, Tensor]:
    """Similarity of each pair at full size, over offsets next to the given one, and the pixels moved at the best."""
    middle, lengths = _middles(details, REACH, NOISE), _lengths(details, REACH, NOISE)
    best, moved = torch.zeros(len(first)), torch.zeros(len(first), dtype=torch.int64)
    for down in range(2 * REACH + 1):
        for right in range(2 * REACH + 1):
            away = torch.tensor([down, right]) - REACH
            here = ((offset - away).abs().amax(dim=1) <= 1).nonzero().flatten()
            window, length = _window(details, REACH, down, right), lengths[:, down, right]
            for some in here.split(PAIRS):
                one, other = first[some], second[some]
                score = (middle[one] * window[other].flatten(1)).sum(dim=1) / length[other]
                better = score > best[some]
                best[some[better]], moved[some[better]] = score[better], int(away.abs().max())
    return best, moved


def _nearest(first: Tensor, second: Tensor, similarity: Tensor, labels: Tensor) -> Tensor:
    """Of every picture that has one, how alike it is to the most similar picture of another class."""
    strangers, nearest = labels[first] != labels[second], torch.zeros(len(labels))
    for side in (first, second):
        nearest.scatter_reduce_(0, side[strangers], similarity[strangers], "amax")
    return nearest[nearest > 0]


def _by_chance(strangers: Tensor) -> float:
    """What one picture in a hundred reaches with a stranger; Fisher-transformed, as the next one.

    Pictures of different classes are seldom of one recording, so the most similar stranger says what chance does: more
    in line drawings than in photos. Gumbel's distribution of the largest of many is fitted by quartiles, which a few
    wrong labels do not move.
    """
    if len(strangers) < FEW:
        return 0.0
    low, middle, high = _quartiles(strangers)
    scale = (high - low) / (log(-log(0.25)) - log(-log(0.75)))
    return middle + scale * (log(-log(0.5)) + log(100))


def _in_a_crowd(mates: Tensor) -> float:
    """What half a pair of one class would reach, if likeness within classes were normal with the same quartiles.

    In 8×8 digits any two are alike and some very much so, without being copies. Where half of all pairs are, classes
    are recordings, and the rule has nothing to go by.
    """
    if len(mates) < FEW:
        return 0.0
    _, middle, high = _quartiles(mates)
    beyond = NormalDist().inv_cdf(1 - 0.5 / len(mates))
    return 0.0 if tanh(middle) > RECORDED else middle + (high - middle) / NormalDist().inv_cdf(0.75) * beyond


def _quartiles(similarity: Tensor) -> list[float]:
    """Quartiles of Fisher-transformed similarities; sorted, since `quantile` takes at most 16 million numbers."""
    ordered = similarity.clamp(-0.999, 0.999).atanh().sort().values
    return [float(ordered[round(share * (len(ordered) - 1))]) for share in (0.25, 0.5, 0.75)]


def _twins(identity: Tensor) -> Tensor:
    """Pairs of pictures with the same pixels, each with the first of them: int64 `(2, P)`."""
    seen: dict[int, int] = {}
    pairs = [(seen.setdefault(same, index), index) for index, same in enumerate(identity.tolist())]
    return torch.tensor([pair for pair in pairs if pair[0] != pair[1]], dtype=torch.int64).reshape(-1, 2).T
