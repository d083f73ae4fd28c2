"""`pretrain`: the command that makes the weights of a source and their card."""

from __future__ import annotations

import argparse
import base64
import json
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

from tl_core.errors import DataError
from tl_core.events import Event
from tl_core.registry import BACKBONES
from tl_core.report import PretrainReport
from tl_core.requests import PRETRAINED, PretrainRequest


def add_pretrain(commands: argparse._SubParsersAction) -> None:
    """`pretrain` on the parser's list."""
    parser = commands.add_parser("pretrain", help="make the weights of a source; the card goes to standard output")
    parser.add_argument("name", choices=[*PRETRAINED, "natural"])
    parser.add_argument("--backbone", choices=[*BACKBONES], default="resnet_tiny")
    parser.add_argument("--seed", type=int, default=0)
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--steps", type=int, help="updates (default: enough to learn it)")
    length.add_argument("--epochs", type=int, help="for natural: how often each image is seen")
    parser.add_argument("--data", type=Path, help="for natural: folder or zip with class folders under train and test")
    parser.add_argument("--origin", help="for natural: where the images come from, their licence; goes into the card")
    parser.add_argument("--out", type=Path, help="folder for NAME.safetensors and NAME.json (default: the shipped ones)")
    parser.set_defaults(command=_pretrain)


def _pretrain(options: argparse.Namespace) -> None:
    from tl_core.device import use_one_thread
    from tl_core.models.weights import FOLDER

    use_one_thread()
    report = _followed(_natural(options) if options.name == "natural" else _drawn(options))
    folder: Path = options.out or FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{options.name}.safetensors").write_bytes(base64.b64decode(report.weights))
    card = json.dumps(report.card, indent=1, ensure_ascii=False)
    (folder / f"{options.name}.json").write_text(card + "\n", encoding="utf-8")
    print(card)


def _drawn(options: argparse.Namespace) -> Iterator[Event]:
    from tl_core.perform import perform

    if options.data or options.epochs:
        raise DataError("pretrain_drawn", name=options.name)
    asked = {"name": options.name, "seed": options.seed, "backbone": options.backbone, "steps": options.steps}
    return perform(PretrainRequest.model_validate(asked))


def _natural(options: argparse.Namespace) -> Iterator[Event]:
    from tl_core.data.folder import read_images
    from tl_core.pretraining.batches import steps_an_epoch
    from tl_core.pretraining.card import Order
    from tl_core.pretraining.material import own
    from tl_core.pretraining.pretrain import finished, learn
    from tl_core.pretraining.recipes import RECIPES

    if not options.data:
        raise DataError("pretrain_needs_data", name=options.name)
    read, recipe = read_images(options.data), RECIPES[options.name]
    print(*read.lines("en"), sep="\n", file=sys.stderr)
    per_epoch = steps_an_epoch(len(read.splits.train), recipe.batch_size)
    steps = options.steps or (options.epochs or recipe.epochs) * per_epoch
    again = ["python", "-m", "tl_core", "pretrain", options.name, "--data", options.data.name, "--steps", str(steps)]
    again += ["--backbone", options.backbone, "--seed", str(options.seed)]
    order = Order(options.name, steps, options.seed, options.backbone, shlex.join(again))
    return finished(learn(order, own(read.splits, {"id": read.id, "origin": options.origin or ""})))


def _followed(events: Iterator[Event]) -> PretrainReport:
    """The report at the end; every fiftieth loss and every look go to standard error."""
    steps, report = 0, None
    for event in events:
        if event.kind == "started":
            steps = event.steps
        elif event.kind == "step" and event.step % max(1, steps // 50) == 0:
            print(f"step {event.step} of {steps}: loss {event.loss:.4f}", file=sys.stderr, flush=True)
        elif event.kind == "snapshot":
            seen = event.moment.accuracy
            print(f"step {event.moment.step}: {seen.value:.1%} of {seen.n} held-out images", file=sys.stderr, flush=True)
        elif event.kind == "finished":
            report = event.report
    assert isinstance(report, PretrainReport)
    return report
