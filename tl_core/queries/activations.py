"""What a source's body makes of one image: the feature maps of a layer group, and the kernels of its first layer."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator

import torch
from torch import Tensor, nn
from torch.nn import functional

from tl_core.data.dataset import SIZE, load
from tl_core.data.decode import NotDecoded, decode
from tl_core.data.pictures import data_uri
from tl_core.errors import DataError, Fault, SpecError
from tl_core.events import Event, Finished
from tl_core.insight.maps import feature_maps
from tl_core.models.build import build
from tl_core.models.mobilenet_v2 import Halving
from tl_core.models.network import Network
from tl_core.models.weights import SourceWeights, source_weights
from tl_core.reports.queries import ActivationsReport, ConvolutionCell, Learnt
from tl_core.requests import ActivationsQuery
from tl_core.text import LANGUAGES
from tl_core.training.batches import scaled

MAPS = 16  # shown of a group; stage 3 has 64


def activations(query: ActivationsQuery) -> Iterator[Event]:
    """Feature maps and kernels of a source's body in eval mode.

    >>> *_, last = activations(ActivationsQuery(source="untrained"))
    >>> len(last.report.maps), len(last.report.kernels)
    (16, 16)

    Raises:
        DataError: where there is no training image of that number.
        SpecError: where the net has no group of that name with feature maps.
    """
    source = source_weights(query.source)
    pixels, label = _looked_at(query)
    network = build(source.card["backbone"], 2, 0)
    source.load_into(network, source.card["backbone"])
    network.eval()
    image = scaled(pixels[None], source.normalisation, torch.device("cpu"))
    seen = feature_maps(network, image)
    groups = tuple(seen)
    group = query.group or next(iter(groups), "")
    if group not in groups:
        allowed = dict.fromkeys(LANGUAGES, ", ".join(groups) or "–")
        raise SpecError((Fault("group", "not_allowed", group, allowed),))
    first = next(part for part in network.body.modules() if isinstance(part, nn.Conv2d))
    maps = seen[group][0]
    report = ActivationsReport(
        source=query.source,
        picture=data_uri(pixels),
        label=label,
        groups=groups,
        channels=len(maps),
        side=maps.shape[-1],
        maps=tuple(data_uri(grey(one)) for one in maps[:MAPS]),
        strongest=tuple(round(one.max().item(), 3) for one in maps[:MAPS]),
        means=tuple(round(one.mean().item(), 4) for one in maps[:MAPS]),
        kernels=tuple(data_uri(coloured(kernel)) for kernel in first.weight.detach()[:MAPS]),
        learnt=_learnt(source),
    )
    if query.cell is not None:
        report = report.model_copy(update={"cell": _cell(network, image, *query.cell)})
    yield Finished(report=report)


def _looked_at(query: ActivationsQuery) -> tuple[Tensor, str]:
    """Pixels uint8 `(3, 32, 32)` and label: of a training image, or of a person's own picture, which has no label."""
    if query.picture is not None:
        try:
            return decode(base64.b64decode(query.picture), SIZE), ""
        except (NotDecoded, binascii.Error) as fault:
            raise DataError(f"picture_{getattr(fault, 'reason', 'damaged')}") from None
    train = load(query.dataset).train
    if query.image >= len(train):
        facts = {"dataset": query.dataset, "count": len(train), "number": query.image, "last": len(train) - 1}
        raise DataError("augment_image_unknown", **facts)
    return train.images[query.image], train.class_names[train.labels[query.image]]


@torch.no_grad()
def _cell(network: Network, image: Tensor, kernel: int, row: int, column: int) -> ConvolutionCell | None:
    """One number of the first layer, from pixels to ReLU; the three layers are the first of their kind.

    `None` for a net without BatchNorm.

    Raises:
        SpecError: where the layer has no such kernel or place.
    """
    parts = list(network.body.modules())
    first = next(part for part in parts if isinstance(part, nn.Conv2d))
    norm = next((part for part in parts if isinstance(part, nn.BatchNorm2d)), None)
    if norm is None:
        return None
    side = first(image).shape[-1]
    bordered = first.padded(image) if isinstance(first, Halving) else image
    patches = functional.unfold(bordered, first.kernel_size, padding=first.padding, stride=first.stride)[0]
    if kernel >= first.out_channels or max(row, column) >= side:
        allowed = dict.fromkeys(LANGUAGES, f"0…{first.out_channels - 1}, 0…{side - 1}, 0…{side - 1}")
        raise SpecError((Fault("cell", "not_allowed", f"{kernel}, {row}, {column}", allowed),))
    weights = first.weight[kernel]
    patch = patches[:, row * side + column].reshape(weights.shape)
    sums = (patch * weights).sum(dim=(1, 2))
    total = sums.sum()
    mean, deviation = norm.running_mean[kernel], (norm.running_var[kernel] + norm.eps).sqrt()
    normalised = (total - mean) / deviation * norm.weight[kernel] + norm.bias[kernel]
    return ConvolutionCell(
        patch=_rows(patch),
        weights=_rows(weights),
        sums=tuple(sums.tolist()),
        total=total.item(),
        mean=mean.item(),
        deviation=deviation.item(),
        scale=norm.weight[kernel].item(),
        shift=norm.bias[kernel].item(),
        normalised=normalised.item(),
        active=normalised.clamp(min=0, max=6 if any(isinstance(part, nn.ReLU6) for part in parts) else None).item(),
    )


def _rows(block: Tensor) -> tuple[tuple[tuple[float, ...], ...], ...]:
    return tuple(tuple(tuple(row) for row in channel) for channel in block.tolist())


def grey(values: Tensor) -> Tensor:
    """One map `(H, W)` as a uint8 image `(3, H, W)`: 0 is black, its largest value white; one without any is black."""
    top = values.max().clamp(min=1e-6)
    return (values.clamp(min=0) / top * 255).round().to(torch.uint8).expand(3, -1, -1)


def coloured(kernel: Tensor) -> Tensor:
    """One kernel `(3, k, k)` as a uint8 image: weight 0 is middle grey, the largest in size black or full."""
    reach = kernel.abs().max().clamp(min=1e-6)
    return ((kernel / reach + 1) / 2 * 255).round().to(torch.uint8)


def _learnt(source: SourceWeights) -> Learnt | None:
    """What the card says of the training; a body that has learnt nothing has no such card. A run's says no steps."""
    data, recipe = source.card.get("data") or {}, source.card.get("recipe") or {"steps": 0, "batch_size": 0}
    if not {"training_images", "classes"} <= data.keys() or not {"steps", "batch_size"} <= recipe.keys():
        return None
    accuracy = source.card.get("held_out_accuracy")
    return Learnt(
        images=data["training_images"],
        classes=len(data["classes"]) if accuracy else 0,
        steps=recipe["steps"],
        batch_size=recipe["batch_size"],
        accuracy=accuracy and accuracy["value"],
        held_out=(accuracy or source.card["held_out_error"])["n"],
    )
