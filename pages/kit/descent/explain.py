"""What a race showed, in sentences: chosen by how each rule ended, every number out of the same steps as the canvas."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from pages.kit.descent.desk import Ran
from pages.kit.words import t
from tl_core.descent.race import FAR, STEPS, DescentRace, Ending, endings, trajectory, winners
from tl_core.descent.surfaces import SURFACES

NONE = "none"  # the prediction that no rule arrives
STEEPEST = {"bowl": 1.0, "ravine": 12.0}  # the largest curvature, where it is the same everywhere


def explain(ran: Ran) -> list[str]:
    """The verdict first, then those that did not arrive, why, and the prediction."""
    found = endings(ran.race)
    said = [*_verdict(found), *_failed(ran.race, found), *_first_steps(ran.race)]
    prediction = ran.note.get("prediction")
    return [*said, _prediction(found, prediction)] if prediction else said


def _verdict(found: Sequence[Ending]) -> Iterator[str]:
    arrived = [ending for ending in found if ending.kind == "arrived"]
    first = winners(tuple(found))
    if not arrived:
        yield t("descent.told.nobody", steps=STEPS)
        return
    step = arrived[0].step
    yield t("descent.told.first", rules=names(first), step=step)
    if rest := arrived[len(first) :]:
        yield t("descent.told.after", rules=t("descent.join").join(_arrival(ending) for ending in rest))


def _arrival(ending: Ending) -> str:
    return t("descent.told.arrival", rule=name_of(ending.rule), step=ending.step)


def _failed(race: DescentRace, found: Sequence[Ending]) -> Iterator[str]:
    """One sentence for each way not to arrive; a sentence of its own for each rule that diverged."""
    for kind, group in groupby((e for e in found if e.kind != "arrived"), key=lambda ending: ending.kind):
        for ending in group:
            yield _one_failed(race, ending, kind)
        if kind == "diverged" and race.surface in STEEPEST:
            steep = STEEPEST[race.surface]
            key = "beyond" if race.rate * steep > 2 else "within"
            yield t(
                f"descent.told.{key}", rate=f"{race.rate:g}", steep=f"{steep:g}", product=f"{race.rate * steep:.3g}"
            )


def _one_failed(race: DescentRace, ending: Ending, kind: str) -> str:
    above = ending.last.loss - SURFACES[race.surface].lowest
    started = trajectory(race, ending.rule)[0].loss - SURFACES[race.surface].lowest
    return t(
        f"descent.told.{kind}",
        rule=name_of(ending.rule),
        step=ending.step,
        far=f"{FAR:g}",
        place=f"({_plain(ending.last.x)}, {_plain(ending.last.y)})",
        above=f"{above:.3g}",
        started=f"{started:.3g}",
        slope=f"{ending.last.slope:.2g}",
    )


def _plain(weight: float) -> str:
    """Two decimals, and no minus in front of a zero."""
    return f"{round(weight, 2) + 0.0:.2f}".replace("-", "\N{MINUS SIGN}")


def _first_steps(race: DescentRace) -> Iterator[str]:
    """How far the first step goes, where a rule that follows the gradient's length races with one that does not."""
    if not {"sgd", "adam"} <= set(race.rules):
        return
    sgd, adam = (trajectory(race, rule)[:2] for rule in ("sgd", "adam"))
    far = [((b.x - a.x) ** 2 + (b.y - a.y) ** 2) ** 0.5 for a, b in (sgd, adam)]
    numbers = {"slope": f"{sgd[0].slope:.3g}", "rate": f"{race.rate:g}"}
    yield t("descent.told.first_steps", sgd=f"{far[0]:.2g}", adam=f"{far[1]:.2g}", **numbers)


def _prediction(found: Sequence[Ending], prediction: str) -> str:
    first = winners(tuple(found))
    if prediction == NONE:
        return t("descent.told.none_right") if not first else t("descent.told.none_wrong", rules=names(first))
    predicted = next((ending for ending in found if ending.rule == prediction), None)
    if predicted is None:
        return t("descent.told.not_raced", rule=name_of(prediction))
    if prediction in first:
        return t("descent.told.right", rule=name_of(prediction))
    how = t(f"descent.told.how.{predicted.kind}", step=predicted.step)
    return t("descent.told.wrong", rule=name_of(prediction), how=how)


def names(rules: Sequence[str]) -> str:
    return t("descent.join").join(f"**{name_of(rule)}**" for rule in rules)


def name_of(rule: str) -> str:
    return t(f"descent.rule.{rule}")
