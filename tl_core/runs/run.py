"""One training from experiment to report: train, look now and then, test once at the end."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import replace
from math import isfinite

import torch
from torch import Tensor

from tl_core.device import device
from tl_core.entrants import LOOKING_BACK
from tl_core.errors import TLError
from tl_core.events import Epoch, Event, Progress, Snapshot, Started, Step
from tl_core.experiment import Experiment
from tl_core.insight.source_left import looked_back
from tl_core.looks import LIVE_IMAGES, followed, look, look_steps
from tl_core.mistakes.mistake import refuse_mistake
from tl_core.models.familiar import meeting
from tl_core.recording import Track
from tl_core.runs.inputs import Inputs, load_inputs, seen
from tl_core.runs.learning import EarlyStopping, Learning, check_budget
from tl_core.runs.reporting import Trained, run_report, training_scores, with_net
from tl_core.setup import Setup, prepare
from tl_core.training.evaluate import accuracy
from tl_core.training.loop import train

Turn = tuple[Event, ...]  # what is said after one update, or after one piece of longer work


def train_one(experiment: Experiment, entrant: str | None = None, *, looks: bool = True) -> Iterator[Turn]:
    """Train one net; yield a turn an update. The generator's value is the `RunReport`.

    `entrant` is what a race calls it, by default its strategy.

    Whoever iterates may stop between two turns; on a CPU the shipped nets take less than 0.1 s a turn. Without `looks`
    the net meets the test images once, at the end.
    Raises `TLError` where the experiment cannot be done.
    """
    return (yield from train_prepared(prepare(experiment, entrant=entrant), looks=looks))


def train_prepared(setup: Setup, *, looks: bool = True) -> Iterator[Turn]:
    """The same for whoever wants the net as well: `setup.network` is the one that the report is about."""
    inputs, trained, scores = yield from _tested(setup, looks)
    judged = (scores, trained.epochs, setup.splits.test.labels)
    unseen = setup.mistake.unseen(*judged, setup.took_part)
    scores = setup.mistake.claimed(*judged)
    trained.track.moments.append(look(setup, trained.steps, scores[:LIVE_IMAGES]))
    yield (Snapshot(entrant=setup.entrant, moment=trained.track.moments[-1]),)
    left = yield from _looked_back(setup)
    with meeting(setup.network.head) as known:
        training = training_scores(setup, inputs)
    report = run_report(setup, inputs, trained, scores, training, unseen, left)
    return with_net(setup, report, torch.cat(known), trained.tested) if looks else report


def measured(experiment: Experiment) -> Iterator[Turn]:
    """Train one net and test it once: its accuracy as the generator's value, the very one of its report.

    What a sweep needs. A report takes 0.05 to 0.1 s more, for the training images and all else that it says.
    """
    refuse_mistake(experiment)  # which may have another accuracy claimed
    setup = prepare(experiment)
    _, _, scores = yield from _tested(setup, looks=False)
    return accuracy(scores, setup.splits.test.labels)


def _tested(setup: Setup, looks: bool) -> Generator[Turn, None, tuple[Inputs, Trained, Tensor]]:
    """Inputs, training and the test images' logits `(test images, classes)` after it, as the generator's value."""
    inputs, name = Inputs(), setup.entrant
    check_budget(setup)
    yield (_started(setup),)
    for inputs in load_inputs(setup):  # noqa: B007 - the last one is complete
        yield (Progress(entrant=name, done=0, total=len(setup.plan.batches)),)
    trained = yield from _train(setup, inputs, look_steps(len(setup.plan.batches)) if looks else frozenset())
    with meeting(setup.network.head) as tested:
        scores = yield from _final_test(setup, inputs)
    must_be_finite(setup, trained.steps, float(scores.sum()))
    return inputs, replace(trained, tested=torch.cat(tested)), scores


def _looked_back(setup: Setup) -> Iterator[Turn]:
    """What is left of the source, where the entrant shall say so, as the generator's value."""
    if setup.entrant not in LOOKING_BACK:
        return None
    work, steps = looked_back(setup), len(setup.plan.batches)
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value
        yield (Progress(entrant=setup.entrant, done=steps, total=steps),)


def _started(setup: Setup) -> Started:
    test = setup.splits.test
    return Started(
        entrants=(setup.entrant,),
        steps=len(setup.plan.batches),
        device=str(device()),
        live_images=min(LIVE_IMAGES, len(test)),
        watched=followed(setup),
        class_names=test.class_names,
    )


def _train(setup: Setup, inputs: Inputs, looks: frozenset[int]) -> Iterator[Turn]:
    """The steps, with the freeze contract checked after each epoch; the generator's value is the `Trained`."""
    experiment, name, track = setup.experiment, setup.entrant, Track()
    learning = Learning(setup)
    patience = experiment.training.patience
    stopping = EarlyStopping(setup.model, patience) if patience is not None else None
    epochs: list[Tensor] = []
    moving = (learning.optimizer, learning.schedule, learning.loss)
    for step, loss in train(setup.model, seen(setup, inputs), *moving, experiment.training.clip, learning.precision):
        must_be_finite(setup, step, loss)
        track.loss_steps.append(step)
        track.losses.append(loss)
        turn: list[Event] = [Step(entrant=name, step=step, loss=loss)]
        ended, stop = step in setup.plan.epoch_ends, False
        if ended:
            learning.check()
            turn.append(Epoch(entrant=name, epoch=step // min(setup.plan.epoch_ends), step=step))
            if setup.mistake.tests_each_epoch:
                epochs.append(torch.cat(list(setup.scores(inputs.test, setup.splits.test.labels))))
        if stopping is not None and (ended or step == len(setup.plan.batches)):
            stop = stopping.enough(step, inputs.validation, setup.validation_set.labels)
        if step in looks and not stop:
            scores = torch.cat(list(setup.scores(inputs.test[:LIVE_IMAGES], setup.splits.test.labels[:LIVE_IMAGES])))
            must_be_finite(setup, step, float(scores.sum()))
            track.moments.append(look(setup, step, scores))
            turn.append(Snapshot(entrant=name, moment=track.moments[-1]))
        learning.after(step)
        yield tuple(turn)
        if stop:
            break
    learning.check()
    if stopping is None:
        return Trained(track, len(track.losses), None, tuple(epochs))
    stopping.restore()
    return Trained(track, len(track.losses), stopping.best_step, tuple(epochs))


def _final_test(setup: Setup, inputs: Inputs) -> Iterator[Turn]:
    """Logits `(test images, classes)` of the net after the last step, as the generator's value."""
    chunks: list[Tensor] = []
    for chunk in setup.scores(inputs.test, setup.splits.test.labels):
        chunks.append(chunk)
        done = sum(map(len, chunks))
        yield (Progress(entrant=setup.entrant, done=done, total=len(inputs.test)),)
    return torch.cat(chunks)


def must_be_finite(setup: Setup, step: int, number: float) -> None:
    """Raise `TLError` `not_finite` for an infinite loss, and for infinite weights behind a loss that was finite."""
    if not isfinite(number):
        experiment = setup.experiment
        rate = experiment.training.learning_rate
        raise TLError("not_finite", strategy=experiment.strategy.name, step=step, learning_rate=rate)
