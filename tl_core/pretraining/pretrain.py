"""Making a source: train the net on a large task, keep its body, write the card."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from time import perf_counter

import torch
from safetensors.torch import save

from tl_core.circumstances import Normalisation
from tl_core.device import device
from tl_core.events import Event, Finished, Snapshot, Started, Step
from tl_core.looks import LIVE_IMAGES, look_steps
from tl_core.measured import Moment, Series
from tl_core.models.build import build
from tl_core.models.kept import keep
from tl_core.pretraining.batches import batches
from tl_core.pretraining.card import Order, card
from tl_core.pretraining.material import Material, drawn
from tl_core.pretraining.probe import probe
from tl_core.pretraining.recipes import RECIPES
from tl_core.pretraining.tasks import TASKS, Task
from tl_core.reports import PretrainReport
from tl_core.requests import PretrainRequest
from tl_core.training.batches import scaled, statistics
from tl_core.training.loop import Batch, train


def pretrain(request: PretrainRequest) -> Iterator[Event]:
    """Train on drawn images; say what happens. The generator's value is the `PretrainReport`."""
    told = ("backbone", "steps", "seed", *(("images",) if request.images else ()))
    asked = [f"--{field} {getattr(request, field)}" for field in told]
    command = " ".join(["python -m tl_core pretrain", request.name, *asked])
    counts = (request.images, request.images // 4) if request.images else None
    order = Order(request.name, request.steps, request.seed, request.backbone, command)
    return (yield from learn(order, drawn(request.name, request.seed, counts), probed=counts is None))


def finished(events: Iterator[Event]) -> Iterator[Event]:
    """The same events, and the report as the last of them."""
    report: PretrainReport = yield from events
    yield Finished(report=report)


def learn(order: Order, material: Material, *, probed: bool = True) -> Iterator[Event]:
    """Train on any images. The net after the last step is measured once; looks on the way choose nothing.

    `probed` measures a linear layer on the frozen features too, which takes longer than a short pre-training.
    """
    start, recipe = perf_counter(), RECIPES[order.name]
    live = material.held_out.take(torch.arange(min(LIVE_IMAGES, len(material.held_out))))
    yield Started(entrants=(order.name,), steps=order.steps, device=str(device()), live_images=len(live))
    scale = statistics(material.train.images, order.name)
    network = build(order.backbone, len(material.train.class_names), order.seed)
    network = network.to(device(), memory_format=torch.channels_last)
    task: Task = TASKS[recipe.task](network, scale, order.seed)
    learner = recipe.learner(task.model)
    losses: list[float] = []
    schedule, looks = recipe.schedule(learner, order.steps), look_steps(order.steps)
    for step, loss in train(task.model, _pairs(order, material, scale, task), learner, schedule, task.loss):
        losses.append(loss)
        yield Step(entrant=order.name, step=step, loss=loss)
        if step in looks and (seen := task.accuracy(live)) is not None:
            yield Snapshot(entrant=order.name, moment=Moment(step=step, accuracy=seen, probabilities=(), drift={}))
    weights = save({name: tensor.cpu().contiguous() for name, tensor in network.body.state_dict().items()})
    measured = task.measure(material.held_out)
    measured |= {f"on_{name}": task.measure(other) for name, other in material.others.items()}
    if probed:
        measured["linear_probe_accuracy"] = probe(network.body, scale, material.train, material.held_out).model_dump()
    seconds = round(perf_counter() - start, 1)
    parameters = sum(weight.numel() for weight in network.body.parameters())
    made = card(order, recipe, material, measured, weights, scale) | {"parameters": parameters, "seconds": seconds}
    net = keep(network.body, {key: value for key, value in made.items() if key != "sha256"})
    curve = Series(step=tuple(range(1, order.steps + 1)), value=tuple(losses))
    file = base64.b64encode(weights).decode()
    return PretrainReport(card=made, weights=file, seconds=seconds, net=net, losses=curve)


def _pairs(order: Order, material: Material, scale: Normalisation, task: Task) -> Iterator[Batch]:
    """Each step's scaled images and what the task wants of them, on the device."""
    train, generator = material.train, torch.Generator().manual_seed(order.seed)
    for images, indices in batches(train.images, RECIPES[order.name], order.steps, generator):
        inputs = scaled(images, scale, device())
        yield inputs, task.wanted(inputs, train.labels[indices].to(device()))
