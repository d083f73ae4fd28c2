"""Puts a run's net to use: what it says of a picture, how sure, whether it has seen its like, and where it looks.
A picture is read as pictures for training are: cleared of all but its pixels first, then cut to the net's square.
Measured on one core with `resnet_tiny`: 20 ms, and 2 s more the first time, for captum.
"""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

import torch
from torch import Tensor

from tl_core import attachments
from tl_core.data.decode import NotDecoded, kept_square, square
from tl_core.data.intake import KEPT_SIDE
from tl_core.data.limits import MEGABYTE, UPLOAD
from tl_core.data.pictures import data_uri
from tl_core.errors import DataError, Fault, SpecError
from tl_core.events import Event, Finished
from tl_core.insight.grad_cam import Heat, grad_cam, overlaid
from tl_core.models.trained import TrainedNet, trained_net
from tl_core.requests.use import Likeness, UseQuery, UseReport
from tl_core.text import LANGUAGES
from tl_core.training.batches import scaled


def use(query: UseQuery) -> Iterator[Event]:
    """Raises `WeightsError` for a net that cannot be used, `DataError` for a picture, `SpecError` for a class."""
    start, content = perf_counter(), attachments.take(query.file.file)
    net = trained_net(query.net)
    if query.explained is not None and query.explained >= len(net.class_names):
        allowed = dict.fromkeys(LANGUAGES, f"0…{len(net.class_names) - 1}")
        raise SpecError((Fault("explained", "not_allowed", str(query.explained), allowed),))
    pixels = picture(content, net.side)
    image = scaled(pixels[None], net.normalisation, torch.device("cpu"))
    with torch.no_grad():
        features = net.network.features(image)
        probabilities = net.probabilities(net.network.head(features))[0]
    explained = int(probabilities.argmax()) if query.explained is None else query.explained
    heat = grad_cam(net.network, image, explained)
    yield Finished(
        report=UseReport(
            net=query.net,
            class_names=net.class_names,
            probabilities=tuple(probabilities.tolist()),
            temperature=net.temperature,
            likeness=_likeness(net, features),
            picture=data_uri(pixels),
            explained=explained,
            heat=None if heat.values is None else data_uri(overlaid(pixels, heat.values)),
            layer=heat.layer,
            places=_places(heat),
            no_heat=heat.missing,
            seconds=round(perf_counter() - start, 3),
        )
    )


def picture(content: bytes, side: int) -> Tensor:
    """An uploaded file as uint8 `(3, side, side)`. Raises `DataError` `picture_…` with the reason."""
    if len(content) > UPLOAD.picture_bytes:
        raise DataError("picture_bytes", most=UPLOAD.picture_bytes // MEGABYTE)
    try:
        return square(kept_square(content, max(KEPT_SIDE, side), UPLOAD)[0], side)
    except NotDecoded as fault:
        most = {"too_small": {"least": UPLOAD.least_side}, "too_large_whole": {"most": UPLOAD.whole_pixels // 10**6}}
        raise DataError(f"picture_{fault.reason}", **most.get(fault.reason, {})) from None


def _likeness(net: TrainedNet, features: Tensor) -> Likeness | None:
    if net.familiar is None:
        return None
    distance = float(net.familiar.distance(features))
    images, unlike = len(net.familiar.held_out), net.familiar.unlike(distance)
    return Likeness(nearer=net.familiar.nearer(distance) if images else 0.0, images=images, unlike=unlike)


def _places(heat: Heat) -> int:
    return 0 if heat.values is None else len(heat.values)
