"""From facts to an advice: a pure function, whose rules are the project's own measurements.

Source and strategy follow the table "What a source is worth" in the README (digits, five seeds): from letters, frozen
leads up to two labels a class (81.8 % against 77.0 % fine-tuned) and fine-tuning from five on (91.4 against 89.3); from
natural, fine-tuning leads at every size (57.2 against 47.0 with one label, 95.4 against 84.7 with ten).
Of nets that look at 224 pixels: 200 drawn objects in five classes, five folds, Teachable Machine's net frozen 100 %,
natural frozen 93.5 %; one draw, one seed, and drawings are no photos (12 steps of fine-tuning came to 95.5 %, in two
folds only, so that says little). That a flip helps after twenty looks at a picture is common practice, not measured.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from tl_core.evaluation.folded import FoldPlan
from tl_core.evaluation.least import FOLDS, HELD_OUT, enough_to_hold_out, least_difference
from tl_core.experiment import Experiment
from tl_core.reports.advice import Advice, Facts, Reason, Speed
from tl_core.requests import FoldsRequest

AIM = 0.9  # of the seconds are given away
START = 0.1  # seconds for drawing folds and writing the report
BYTE = 5e-9  # seconds to hash a pixel's byte for the passport, and to copy it: 0.2 s of 250 photos at 224
SAYING = 1.15  # a head's step in a worker that also says how far it is, over the bare step: 0.68 to 0.59 ms
BATCH = 32
DRAWING = 64  # pixels; grey pictures of at most this side are taken for drawings or writing
LARGE = 96  # pixels a side, from which on a net sees what a photo shows
FEW = 5  # pictures of the smallest class, from which on fine-tuning leads from letters
HEAD_STEPS, HEAD_MOST = 60, 400  # a head's; 1,000 are its end, and 100 leave a part untrained
LEAST_STEPS, MOST_STEPS = 30, 200  # of a whole net; 100 are enough for its own images
MOST_REPEATS = 5
LOOKS = 20  # passes over the same pictures after which changed ones are worth while


@dataclass(frozen=True)
class Budget:
    """Steps of head and whole net, repeats, how many of frozen, fine_tune and scratch take part, and what it takes."""

    ways: int
    repeats: int
    head: int
    whole: int
    seconds: float


def advise(facts: Facts) -> Advice:
    """What to do with these pictures on this machine in the seconds that there are."""
    plan = _plan(facts)
    speed, passed_over = _source(facts, plan)
    budget = _budget(facts, speed, plan)
    plan = plan.model_copy(update={"repeats": budget.repeats})
    fits = speed.source != "letters" or facts.smallest >= FEW
    tuned = budget.ways > 1 and speed.side < LARGE and fits
    tested = ceil(HELD_OUT * facts.units) if plan.held_out else facts.units
    return Advice(
        experiments=_experiments(facts, speed, budget),
        recommended="fine_tune" if tuned else "frozen",
        plan=plan,
        seconds=round(budget.seconds, 1),
        reasons=(_why_source(facts, speed, passed_over), _why_strategy(facts, speed, budget, tuned)),
        protocol=_why_plan(facts, plan, least_difference(tested)),
        better=() if speed.side >= LARGE or passed_over or not _photos(facts) else _BETTER,
        least=least_difference(tested),
    )


def request_of(advice: Advice) -> FoldsRequest:
    """The advice as a request."""
    plan = {name: getattr(advice.plan, name) for name in FoldPlan.model_fields}
    return FoldsRequest(experiment=advice.experiments[0], rivals=advice.experiments[1:], **plan)


_BETTER = (
    Reason(code="get_teachable_machine"),
    Reason(code="get_torchvision"),
)


def _photos(facts: Facts) -> bool:
    return facts.coloured or facts.side > DRAWING


def _plan(facts: Facts) -> FoldPlan:
    """One held-out test where it is large enough, else folds; never more of them than the smallest class has units."""
    if facts.units >= enough_to_hold_out():
        return FoldPlan(folds=None, held_out=HELD_OUT, groups=facts.groups, pooled=True)
    return FoldPlan(folds=max(2, min(FOLDS, facts.smallest)), groups=facts.groups, pooled=True)


def _source(facts: Facts, plan: FoldPlan) -> tuple[Speed, Speed | None]:
    """The best source whose frozen features fit into the seconds, and the better one that was passed over for time."""
    if _photos(facts):
        fitting = (one for one in facts.speeds if one.source != "letters")
        ordered = sorted(fitting, key=lambda one: (-one.side, one.source != "natural"))
    else:
        ordered = sorted(facts.speeds, key=lambda one: one.source != "letters")
    for speed in ordered:
        if _seconds(facts, speed, plan, Budget(1, 1, HEAD_STEPS, 0, 0)) <= facts.seconds * AIM:
            return speed, ordered[0] if speed.side < ordered[0].side else None
    cheapest = min(ordered, key=lambda one: one.decode + one.features)
    return cheapest, ordered[0] if cheapest.side < ordered[0].side else None


def _budget(facts: Facts, speed: Speed, plan: FoldPlan) -> Budget:
    """As many ways side by side as the time allows; then more steps, then more repeats."""
    for ways in (3, 2):
        steps = _most(facts, speed, plan, Budget(ways, 1, 2 * HEAD_STEPS, 0, 0), "whole", MOST_STEPS)
        if steps >= LEAST_STEPS:
            return _repeated(facts, speed, plan, Budget(ways, 1, 2 * HEAD_STEPS, steps, 0), "whole")
    steps = max(HEAD_STEPS, _most(facts, speed, plan, Budget(1, 1, 0, 0, 0), "head", HEAD_MOST))
    return _repeated(facts, speed, plan, Budget(1, 1, steps, 0, 0), "head")


def _repeated(facts: Facts, speed: Speed, plan: FoldPlan, budget: Budget, what: str) -> Budget:
    """The same with as many repeats as fit, and what they take."""
    fitting = [
        again
        for again in (_with(budget, repeats=count) for count in range(1, MOST_REPEATS + 1))
        if again.repeats == 1 or _seconds(facts, speed, plan, again) <= facts.seconds * AIM
    ]
    best = fitting[-1]
    if best.repeats > 1:
        most = HEAD_MOST if what == "head" else MOST_STEPS
        best = _with(best, **{what: max(getattr(best, what), _most(facts, speed, plan, best, what, most))})
    return _with(best, seconds=_seconds(facts, speed, plan, best))


def _most(facts: Facts, speed: Speed, plan: FoldPlan, budget: Budget, what: str, most: int) -> int:
    """How many steps fit, in tens; the time grows with them in a straight line."""
    none, ten = (_seconds(facts, speed, plan, _with(budget, **{what: steps})) for steps in (0, 10))
    return int(min(most, max(0.0, (facts.seconds * AIM - none) / (ten - none)) // 1 * 10))


def _seconds(facts: Facts, speed: Speed, plan: FoldPlan, budget: Budget) -> float:
    """From files to report."""
    trainings = (plan.a_repeat or facts.images) * budget.repeats
    held = facts.images * (plan.held_out or 1 / (plan.a_repeat or facts.images))
    batch = min(BATCH, facts.images - held)
    frozen = speed.prepare + budget.head * speed.head * SAYING
    whole = speed.prepare + budget.whole * batch * speed.update + held * speed.features
    once = START + facts.images * (speed.decode + speed.features + 3 * speed.side**2 * BYTE)
    return once + trainings * (frozen + (budget.ways - 1) * whole)


def _with(budget: Budget, **changes: float) -> Budget:
    return Budget(**{**vars(budget), **changes})


def _experiments(facts: Facts, speed: Speed, budget: Budget) -> tuple[Experiment, ...]:
    """Frozen first: it is there soonest. Flips where a whole net sees each picture often."""
    looks = budget.whole * BATCH / facts.images
    changed = [{"name": "flip"}] if looks >= LOOKS and _photos(facts) else []
    shared = {"source": speed.source, "target": {"dataset": facts.dataset, "per_class": None}, "seed": facts.seed}
    ways = (("frozen", budget.head, []), ("fine_tune", budget.whole, changed), ("scratch", budget.whole, changed))
    return tuple(
        Experiment.model_validate(
            {**shared, "strategy": {"name": name}, "training": {"steps": steps}, "augmentation": tuple(changes)}
        )
        for name, steps, changes in ways[: budget.ways]
    )


def _why_source(facts: Facts, speed: Speed, passed_over: Speed | None) -> Reason:
    numbers = {"side": float(speed.side), "own": float(facts.side), "images": float(facts.images)}
    if passed_over is not None:
        ahead = facts.images * (passed_over.decode + passed_over.features)
        numbers |= {"better": float(passed_over.side), "needed": ahead, "seconds": float(facts.seconds)}
        return Reason(code="source_in_time", numbers=numbers)
    if speed.source == "letters":
        return Reason(code="source_letters", numbers=numbers)
    return Reason(code="source_large" if speed.side >= LARGE else "source_natural", numbers=numbers)


def _why_strategy(facts: Facts, speed: Speed, budget: Budget, tuned: bool) -> Reason:
    numbers = {"smallest": float(facts.smallest), "head": float(budget.head), "steps": float(budget.whole)}
    numbers |= {"looks": budget.whole * BATCH / facts.images, "seconds": budget.seconds}
    numbers["step"] = min(BATCH, facts.images) * speed.update
    if budget.ways == 1:
        return Reason(code="only_frozen", numbers=numbers)
    flipped = (
        "_flipped" if numbers["looks"] >= LOOKS and _photos(facts) else ""
    )  # letters are no photos: not frozen_few
    why = "tuned" if tuned else "frozen_large" if speed.side >= LARGE else "frozen_few"
    return Reason(code=f"{why}{flipped}", numbers=numbers)


def _why_plan(facts: Facts, plan: FoldPlan, least: float) -> Reason:
    numbers = {"units": float(facts.units), "bar": float(enough_to_hold_out()), "least": least * 100}
    numbers |= {"folds": float(plan.folds or 0), "repeats": float(plan.repeats), "share": plan.held_out or 0.0}
    turns = "in_turns" if plan.repeats == 1 else "in_turns_repeated"
    return Reason(code="held_out" if plan.held_out else turns, numbers=numbers)
