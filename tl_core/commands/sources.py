"""Commands about sources: `pretrain` makes one, `run --weights` keeps a net as one, `weights fetch` downloads one."""

from __future__ import annotations

import argparse
import base64
import json
import shlex
import sys
from collections.abc import Generator, Iterator
from itertools import count
from pathlib import Path
from time import perf_counter

from tl_core.errors import DataError, WeightsError
from tl_core.events import Event, Finished
from tl_core.experiment import Experiment
from tl_core.registry import BACKBONES, SOURCES
from tl_core.reports import PretrainReport, RunReport
from tl_core.requests import PRETRAINED, PretrainRequest
from tl_core.text import LANGUAGES, say


def add_pretrain(commands: argparse._SubParsersAction) -> None:
    """`pretrain` on the parser's list."""
    parser = commands.add_parser("pretrain", help="make the weights of a source; the card goes to standard output")
    parser.add_argument("name", choices=[*PRETRAINED, "natural"])
    parser.add_argument("--backbone", choices=[*BACKBONES], default="resnet_tiny")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--images", type=int, help="drawn to learn from (default: as many as the shipped sources had)")
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--steps", type=int, help="updates (default: enough to learn it)")
    length.add_argument("--epochs", type=int, help="for natural: how often each image is seen")
    parser.add_argument("--data", type=Path, help="for natural: folder or zip with class folders under train and test")
    parser.add_argument("--origin", help="for natural: where the images come from, their licence; goes into the card")
    parser.add_argument(
        "--out", type=Path, help="folder for NAME.safetensors and NAME.json (default: the shipped ones)"
    )
    parser.set_defaults(command=_pretrain)


def add_weights(commands: argparse._SubParsersAction) -> None:
    """`weights fetch` on the parser's list."""
    weights = commands.add_parser("weights", help="weights that others have published")
    fetching = weights.add_subparsers(required=True, metavar="fetch").add_parser("fetch", help="download ImageNet's")
    fetching.add_argument("name", choices=[name for name in SOURCES if name.startswith("imagenet_")])
    fetching.add_argument("--language", choices=LANGUAGES, default="en")
    fetching.set_defaults(command=_fetch)


def run_and_keep(experiment: Experiment, path: Path) -> Iterator[Event]:
    """The events of a run; before the last one the trained net is written to `path`, with a card from the report.

    Raises:
        WeightsError: where `path` cannot be written to; before the training where its name is none of a weights file.
    """
    from tl_core.device import use_one_thread
    from tl_core.models.own import card_of, packed
    from tl_core.runs.reporting import timed
    from tl_core.runs.run import train_prepared
    from tl_core.setup import prepare

    if path.suffix != ".safetensors":
        raise WeightsError("weights_out", path=str(path))
    use_one_thread()
    start, setup = perf_counter(), prepare(experiment)
    report: RunReport = yield from _events(train_prepared(setup))
    report = timed(report, perf_counter() - start)
    try:
        side = setup.splits.train.images.shape[-1]
        tensors = {**setup.network.body.state_dict(), **setup.beside}
        path.write_bytes(packed(tensors, card_of(report, path.stem, setup.backbone, side)))
    except OSError as error:
        raise WeightsError("cannot_write", path=str(path), reason=error.strerror or str(error)) from None
    yield Finished(report=report)


def _events(turns: Generator[tuple[Event, ...], None, RunReport]) -> Generator[Event, None, RunReport]:
    """Turns as events, numbered from 1; the value is that of the turns."""
    numbers = count(1)
    while True:
        try:
            turn = next(turns)
        except StopIteration as end:
            return end.value
        for event in turn:
            yield event.model_copy(update={"seq": next(numbers)})


def _fetch(options: argparse.Namespace) -> int:
    """A download that fails is no wrong request: its sentence, and 1."""
    from tl_core.models.download import fetch

    try:
        path = fetch(options.name)
    except WeightsError as error:
        _tell(say(options.language, f"error.{error.code}", **error.params))
        return 1
    sys.stdout.write(json.dumps({"name": options.name, "file": str(path)}, ensure_ascii=False) + "\n")
    return 0


def _pretrain(options: argparse.Namespace) -> None:
    from tl_core.device import use_one_thread
    from tl_core.models.weights import FOLDER

    use_one_thread()
    report = _followed(_natural(options) if options.name == "natural" else _drawn(options))
    folder: Path = options.out or FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{options.name}.safetensors").write_bytes(base64.b64decode(report.weights))
    card = json.dumps(report.card, indent=1, ensure_ascii=False) + "\n"
    (folder / f"{options.name}.json").write_text(card, encoding="utf-8")
    sys.stdout.write(card)


def _drawn(options: argparse.Namespace) -> Iterator[Event]:
    from tl_core.perform import perform

    if options.data or options.epochs or options.origin:
        raise DataError("pretrain_drawn", name=options.name)
    asked = {"name": options.name, "seed": options.seed, "backbone": options.backbone, "steps": options.steps}
    asked["images"] = options.images
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
    _tell(*read.lines("en"))
    per_epoch = steps_an_epoch(len(read.splits.train), recipe.batch_size)
    steps = options.steps or (options.epochs or recipe.epochs) * per_epoch
    again = ["python", "-m", "tl_core", "pretrain", options.name, "--data", options.data.name, "--steps", str(steps)]
    again += ["--backbone", options.backbone, "--seed", str(options.seed)]
    order = Order(options.name, steps, options.seed, options.backbone, shlex.join(again))
    return finished(learn(order, own(read.splits, {"id": read.id, "origin": options.origin or ""})))


def _followed(events: Iterator[Event]) -> PretrainReport:
    """The report at the end; every fiftieth of the losses and every look go to standard error."""
    steps, report = 0, None
    for event in events:
        if event.kind == "started":
            steps = event.steps
        elif event.kind == "step" and event.step % max(1, steps // 50) == 0:
            _tell(f"step {event.step} of {steps}: loss {event.loss:.4f}")
        elif event.kind == "snapshot":
            seen = event.moment.accuracy
            _tell(f"step {event.moment.step}: {seen.value:.1%} of {seen.n} held-out images")
        elif event.kind == "finished":
            report = event.report
    assert isinstance(report, PretrainReport)
    return report


def _tell(*lines: str) -> None:
    for line in lines:
        sys.stderr.write(line + "\n")
    sys.stderr.flush()
