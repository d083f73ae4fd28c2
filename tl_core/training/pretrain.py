"""Making a source: train the net on a large labelled task, keep its body, write the card."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from time import perf_counter
from typing import Any

import torch
from safetensors.torch import save
from torch.optim import AdamW

from tl_core.data.dataset import ImageDataset
from tl_core.data.drawn.letters import CLASSES, draw
from tl_core.device import device
from tl_core.events import Event, Step
from tl_core.measured import Interval
from tl_core.models.build import build
from tl_core.models.network import Network
from tl_core.report import PretrainReport
from tl_core.requests import PretrainRequest
from tl_core.training.batches import scaled, statistics
from tl_core.training.evaluate import accuracy, logits
from tl_core.training.loop import train
from tl_core.training.schedules import one_cycle

BACKBONE = "resnet_tiny"
TRAINING_IMAGES = 400 * len(CLASSES)
HELD_OUT_IMAGES = 100 * len(CLASSES)
HELD_OUT_SEED = 1_000_003
BATCH, RATE, WEIGHT_DECAY = 64, 1e-2, 0.05


def pretrain(request: PretrainRequest) -> Iterator[Event]:
    """Train on drawn letters; yield a step an update. The generator's value is the `PretrainReport`.

    The held-out letters come from a seed of their own and are looked at once, after the last step.
    """
    start = perf_counter()
    source, held_out = draw(TRAINING_IMAGES, request.seed), draw(HELD_OUT_IMAGES, request.seed + HELD_OUT_SEED)
    scale = statistics(source.images, request.name)
    network = build(BACKBONE, len(CLASSES), request.seed).to(device(), memory_format=torch.channels_last)
    optimizer = AdamW(network.parameters(), lr=RATE, weight_decay=WEIGHT_DECAY)
    images, labels = scaled(source.images, scale, device()), source.labels.to(device())
    generator = torch.Generator().manual_seed(request.seed)
    chosen = (torch.randint(len(labels), (BATCH,), generator=generator) for _ in range(request.steps))
    batches = ((images[indices], labels[indices]) for indices in chosen)
    for step, loss in train(network, batches, optimizer, one_cycle(optimizer, request.steps)):
        yield Step(entrant=request.name, step=step, loss=loss)
    scores = torch.cat(list(logits(network, scaled(held_out.images, scale, device()))))
    weights = save({name: tensor.cpu().contiguous() for name, tensor in network.body.state_dict().items()})
    seconds = round(perf_counter() - start, 1)
    measured = accuracy(scores, held_out.labels)
    card = _card(request, network, source, weights, measured, seconds) | {
        "normalisation": scale.model_dump(mode="json")
    }
    return PretrainReport(card=card, weights=base64.b64encode(weights).decode(), seconds=seconds)


def _card(
    request: PretrainRequest, network: Network, source: ImageDataset, weights: bytes, measured: Interval, seconds: float
) -> dict[str, Any]:
    """All that somebody needs to judge the weights or to make them again."""
    return {
        "name": request.name,
        "backbone": BACKBONE,
        "parameters": sum(weight.numel() for weight in network.body.parameters()),
        "sha256": hashlib.sha256(weights).hexdigest(),
        "data": {
            "domain": source.domain,
            "classes": list(CLASSES),
            "training_images": len(source),
            "training_hash": source.hash(),
        },
        "recipe": {
            "steps": request.steps,
            "batch_size": BATCH,
            "optimizer": "adamw",
            "learning_rate": RATE,
            "weight_decay": WEIGHT_DECAY,
            "schedule": "one_cycle",
            "loss": "cross-entropy",
        },
        "held_out_accuracy": measured.model_dump(),
        "seed": request.seed,
        "torch": torch.__version__,
        "device": str(device()),
        "seconds": seconds,
        "command": f"python -m tl_core pretrain {request.name}",
    }
