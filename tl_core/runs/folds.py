"""Cross-validation on the labelled training images, the test split untouched.

Labels are few, so a single held-out part of them says little; here each takes its turn. What is measured is how well
this way of training does with the labels of all folds but one, not how good any one net is.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from functools import partial
from itertools import combinations
from time import perf_counter

import torch
from torch import Tensor
from torch.nn import functional

from tl_core.data.sampling import Parts
from tl_core.device import device
from tl_core.errors import Fault, SpecError
from tl_core.evaluation.classes import confusion_matrix
from tl_core.evaluation.folded import Fold, FoldPlan, FoldsReport, Side
from tl_core.events import Event, Finished, FoldDone, Progress, Started
from tl_core.experiment import Experiment
from tl_core.requests import FoldsRequest
from tl_core.runs.fold_intervals import accuracy_of, difference, rule_of
from tl_core.runs.inputs import Inputs, features_key, fed_views, seen
from tl_core.runs.learning import Learning
from tl_core.runs.parting import Pool, pool_of
from tl_core.runs.reporting import circumstances
from tl_core.runs.run import must_be_finite
from tl_core.setup import Setup, prepare
from tl_core.text import LANGUAGES, say
from tl_core.training.batches import scaled
from tl_core.training.evaluate import logits, right_bits
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
        SpecError: where an experiment wants validation images, stops early on them, or rivals do not compare.
        DataError: where a class has fewer images than folds, or too few groups.
    """
    start, plan = perf_counter(), FoldPlan(**{name: getattr(request, name) for name in FoldPlan.model_fields})
    _comparable(request)
    for experiment in request.experiments:
        _without_validation(experiment)
    pool = pool_of(request.experiment, plan)
    trainings = [
        (repeat, parts)
        for repeat in range(plan.repeats)
        for parts in pool.parts(plan, request.experiment.seed + repeat)
    ]
    cells = len(trainings) * len(request.experiments)
    yield Started(entrants=request.entrants, steps=0, cells=cells, device=str(device()))
    sides: list[Side] = []
    for experiment in request.experiments:
        sides.append((yield from _side(experiment, pool, trainings, plan, cells, len(sides) * len(trainings))))
    report = FoldsReport(
        **{name: getattr(sides[0], name) for name in ("experiment", "folds", "accuracy", "confusion")},
        repeats=plan.repeats,
        images=len(pool.chosen),
        rule=rule_of(plan),
        circumstances=circumstances(request.experiment),
        seconds=round(perf_counter() - start, 3),
        plan=plan,
        sides=tuple(sides),
        differences=tuple(difference(*pair, len(pool.chosen), plan) for pair in combinations(sides, 2)),
        units=_units(pool, trainings[0][1], plan),
        groups=int((pool.sizes > 1).sum()),
        grouped=int(pool.sizes[pool.sizes > 1].sum()),
        class_names=pool.splits.train.class_names,
    )
    yield Finished(report=report)


def _side(
    experiment: Experiment,
    pool: Pool,
    trainings: Sequence[tuple[int, Parts]],
    plan: FoldPlan,
    cells: int,
    done: int,
) -> Generator[Event, None, Side]:
    """All trainings of one experiment, as the generator's value."""
    start, name = perf_counter(), experiment.strategy.name
    folds: list[Fold] = []
    answered: list[Tensor] = []
    for repeat, parts in trainings:
        work = _guesses(_seeded(experiment, repeat), pool, parts)
        for guesses in work:  # noqa: B007 - the last one is complete
            yield Progress(entrant=name, done=done + len(folds), total=cells)
        answered.append(guesses)
        right = int((guesses == pool.labels[parts.validation]).sum())
        folds.append(Fold(repeat=repeat, right=right, n=len(guesses)))
        yield FoldDone(entrant=name, fold=folds[-1])
    truth, said = torch.cat([pool.labels[parts.validation] for _, parts in trainings]), torch.cat(answered)
    classes = len(pool.splits.train.class_names)
    return Side(
        experiment=experiment,
        folds=tuple(folds),
        accuracy=accuracy_of(folds, len(pool.chosen), plan),
        confusion=confusion_matrix(truth, said, classes),
        right=right_bits(functional.one_hot(said, classes), truth),
        seconds=round(perf_counter() - start, 3),
    )


def _units(pool: Pool, first: Parts, plan: FoldPlan) -> int:
    """Images that are tested and stand for themselves, groups counted once."""
    tested = first.validation if plan.held_out else torch.arange(len(pool.chosen))
    return len(tested) if pool.groups is None else len(pool.groups[tested].unique())


def _seeded(experiment: Experiment, repeat: int) -> Experiment:
    return experiment.model_copy(update={"seed": experiment.seed + repeat})


def _guesses(experiment: Experiment, pool: Pool, parts: Parts) -> Iterator[Tensor | None]:
    """Train on a fold of the chosen images; what the net then says of those held out, as the last that is yielded."""
    places = Parts(pool.chosen[parts.train], pool.chosen[parts.validation])
    setup = prepare(experiment, places, pool=pool.splits)
    inputs = yield from _inputs(setup, pool, parts)
    learning = Learning(setup)
    moving = (learning.optimizer, learning.schedule, learning.loss)
    for step, loss in train(setup.model, seen(setup, inputs), *moving, experiment.training.clip, learning.precision):
        must_be_finite(setup, step, loss)
        learning.after(step)
        if step % TURNS == 0:
            yield None
    learning.check()
    scores = torch.cat(list(logits(setup.model, inputs.validation)))
    must_be_finite(setup, step, float(scores.sum()))
    yield scores.argmax(dim=1)


def _inputs(setup: Setup, pool: Pool, parts: Parts) -> Generator[None, None, Inputs]:
    """What the model is fed with. A frozen body looks at each image once, whatever the number of folds and the seed.

    Changed views belong to a fold: an image's view depends on which training images there are.
    """
    images = partial(scaled, pool.images.images, setup.normalisation, device())
    if setup.cached:
        chunks: list[Tensor] = []
        for chunk in features(setup.network, images, features_key(setup, pool.images)):
            chunks.append(chunk)
            yield
        fed = torch.cat(chunks)
    else:
        fed = images()
    places = pool.places
    views = yield from fed_views(setup)
    return Inputs(train=fed[places[parts.train]], validation=fed[places[parts.validation]], views=views)


def _comparable(request: FoldsRequest) -> None:
    """Raise `SpecError` where rivals have other images, another source or seed, or the strategy of one before."""
    first, seen_ = request.experiment, {request.experiment.strategy.name}
    for rival in request.rivals:
        alike = (rival.target, rival.source, rival.seed) == (first.target, first.source, first.seed)
        if not alike or rival.strategy.name in seen_:
            allowed = {name: say(name, "allowed.rivals") for name in LANGUAGES}
            raise SpecError((Fault("rivals", "not_allowed", rival.strategy.name, allowed),))
        seen_.add(rival.strategy.name)


def _without_validation(experiment: Experiment) -> None:
    """Raise `SpecError` where a part of a fold would have to be held out once more, or would choose the weights."""
    asked = {"target.validation": experiment.target.validation, "training.patience": experiment.training.patience}
    for field, value in asked.items():
        if value:
            allowed = {name: say(name, "allowed.in_folds") for name in LANGUAGES}
            raise SpecError((Fault(field, "not_allowed", str(value), allowed),))
