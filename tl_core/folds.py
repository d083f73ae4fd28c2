"""Cross-validation on the labelled training images, the test split untouched.

Labels are few, so a single held-out part of them says little; here each takes its turn. What is measured is how well
this way of training does with the labels of all folds but one, not how good any one net is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import sqrt
from statistics import fmean, stdev
from time import perf_counter

import torch
from torch import Tensor

from tl_core.data.dataset import ImageDataset, load
from tl_core.data.sampling import Parts, k_folds, leave_one_out
from tl_core.device import device
from tl_core.errors import Fault, SpecError
from tl_core.evaluation.classes import confusion_matrix
from tl_core.evaluation.folded import Fold, FoldsReport
from tl_core.events import Event, Finished, Progress, Started
from tl_core.experiment import Experiment
from tl_core.learning import Learning
from tl_core.measured import Interval
from tl_core.reporting import circumstances
from tl_core.requests import FoldsRequest
from tl_core.run import must_be_finite
from tl_core.setup import Setup, drawn, prepare
from tl_core.text import LANGUAGES, say
from tl_core.training.batches import scaled, views
from tl_core.training.evaluate import logits
from tl_core.training.feature_cache import features
from tl_core.training.loop import train

TURNS = 5  # steps between two signs of life: at most 0.3 s with the shipped nets


def cross_validate(request: FoldsRequest) -> Iterator[Event]:
    """Train once a fold and test on the images held out. The report is in the last event.

    >>> from tl_core.experiment import Target
    >>> asked = FoldsRequest(experiment=Experiment(target=Target(per_class=2)), folds=2)
    >>> *_, last = cross_validate(asked)
    >>> [fold.n for fold in last.report.folds], last.report.accuracy.n
    ([10, 10], 20)

    Raises:
        SpecError: where the experiment wants validation images, or stops early on them.
        DataError: where a class has fewer images than folds.
    """
    start, experiment = perf_counter(), request.experiment
    _without_validation(experiment)
    train_split = load(experiment.target.dataset).train
    chosen = drawn(train_split, experiment).train
    labels = train_split.labels[chosen]
    trainings = [(repeat, parts) for repeat in range(request.repeats) for parts in _parts(labels, request, repeat)]
    yield Started(entrants=request.entrants, steps=len(trainings), device=str(device()))
    folds: list[Fold] = []
    answered: list[Tensor] = []
    for repeat, parts in trainings:
        for guesses in _guesses(_seeded(experiment, repeat), chosen, parts):  # noqa: B007 - the last one is complete
            yield Progress(entrant=experiment.strategy.name, done=len(folds), total=len(trainings))
        answered.append(guesses)
        right = int((guesses == labels[parts.validation]).sum())
        folds.append(Fold(repeat=repeat, right=right, n=len(guesses)))
    truth = torch.cat([labels[parts.validation] for _, parts in trainings])
    report = FoldsReport(
        experiment=experiment,
        folds=tuple(folds),
        repeats=request.repeats,
        images=len(chosen),
        accuracy=corrected_t(folds, len(chosen)) if request.folds else _left_out(folds, len(chosen)),
        rule="corrected_t" if request.folds else "wilson",
        confusion=confusion_matrix(truth, torch.cat(answered), len(train_split.class_names)),
        circumstances=circumstances(experiment),
        seconds=round(perf_counter() - start, 3),
    )
    yield Finished(report=report)


def corrected_t(folds: Sequence[Fold], images: int) -> Interval:
    """Mean accuracy with Nadeau and Bengio's (2003) corrected Student's interval.

    Trainings that share images vary together, so the variance of their mean is larger than s²/J: s² (1/J + held
    out/trained on), with J trainings. It is a heuristic; no unbiased estimate exists (Bengio and Grandvalet, 2004).
    s is at least that of rounding to whole images, so that folds that agree by chance are not taken for certainty.

    >>> found = corrected_t([Fold(repeat=0, right=right, n=10) for right in (8, 9, 7, 9, 8)], images=50)
    >>> round(found.low, 3), round(found.value, 3), round(found.high, 3)
    (0.664, 0.82, 0.976)
    """
    from scipy.stats import t as student  # comes with scikit-learn, which has just drawn the folds

    values = [fold.accuracy for fold in folds]
    spread = max(stdev(values), 1 / (min(fold.n for fold in folds) * sqrt(12)))
    ratio = fmean(fold.n / (images - fold.n) for fold in folds)
    half = float(student.ppf(0.975, len(values) - 1)) * spread * sqrt(1 / len(values) + ratio)
    centre = fmean(values)
    return Interval(value=centre, low=max(0.0, centre - half), high=min(1.0, centre + half), n=images)


def _left_out(folds: Sequence[Fold], images: int) -> Interval:
    """Wilson's interval over the images; over repeats an image counts with its share of right answers."""
    return Interval.wilson(sum(fold.right for fold in folds) / len(folds) * images, images)


def _parts(labels: Tensor, request: FoldsRequest, repeat: int) -> Iterator[Parts]:
    if request.folds is None:
        return leave_one_out(len(labels))
    return iter(k_folds(labels, request.folds, request.experiment.seed + repeat))


def _seeded(experiment: Experiment, repeat: int) -> Experiment:
    return experiment.model_copy(update={"seed": experiment.seed + repeat})


def _guesses(experiment: Experiment, chosen: Tensor, parts: Parts) -> Iterator[Tensor]:
    """Train on a fold of the chosen images; what the net then says of those held out, as the last that is yielded."""
    setup = prepare(experiment, Parts(chosen[parts.train], chosen[parts.validation]))
    inputs, held_out = _inputs(setup, setup.splits.train.take(chosen), parts)
    learning = Learning(setup)
    labels = setup.training_set.labels.to(device())
    batches = views(inputs, labels, setup.plan, experiment.augmentation, experiment.seed)
    moving = (learning.optimizer, learning.schedule, learning.loss)
    for step, loss in train(setup.model, batches, *moving, experiment.training.clip, learning.precision):
        must_be_finite(setup, step, loss)
        learning.after(step)
        if step % TURNS == 0:
            yield torch.empty(0)
    learning.check()
    scores = torch.cat(list(logits(setup.model, held_out)))
    must_be_finite(setup, step, float(scores.sum()))
    yield scores.argmax(dim=1)


def _inputs(setup: Setup, pool: ImageDataset, parts: Parts) -> tuple[Tensor, Tensor]:
    """What the model is fed with. A frozen body looks at each image once, whatever the number of folds."""

    def images() -> Tensor:
        return scaled(pool.images, setup.normalisation, device())

    if setup.cached:
        key = (setup.source.hash, pool.hash(), repr(setup.normalisation), str(device()))
        found = torch.cat(list(features(setup.network, images, key)))
    else:
        found = images()
    return found[parts.train], found[parts.validation]


def _without_validation(experiment: Experiment) -> None:
    """Raise `SpecError` where a part of a fold would have to be held out once more, or would choose the weights."""
    asked = {"target.validation": experiment.target.validation, "training.patience": experiment.training.patience}
    for field, value in asked.items():
        if value:
            allowed = {name: say(name, "allowed.in_folds") for name in LANGUAGES}
            raise SpecError((Fault(field, "not_allowed", str(value), allowed),))
