"""What a race showed, in sentences: chosen by how each rule ended, every number out of the same steps as the canvas."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from pages.kit.descent.desk import Ran
from pages.kit.words import t
from tl_core.descent.race import FAR, FLAT, STEPS, DescentRace, Ending, endings, height, trajectory, winners
from tl_core.descent.surfaces import SURFACES

NONE = "none"  # the prediction that no rule arrives
WITHOUT_DIVISION = {"sgd", "momentum", "nesterov"}  # rules whose steps grow with the steepness
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
    """One sentence for each way not to arrive; rules that came to rest at one place share theirs."""
    for kind in ("under_way", "resting", "diverged"):
        failed = [ending for ending in found if ending.kind == kind]
        for _, group in groupby(failed, key=lambda one: _place(one) if one.kind == "resting" else one.rule):
            yield _one_failed(race, list(group))
        if kind == "diverged" and race.surface in STEEPEST and WITHOUT_DIVISION & {one.rule for one in failed}:
            steep = STEEPEST[race.surface]
            key = "beyond" if race.rate * steep > 2 else "within"
            numbers = {"rate": f"{race.rate:g}", "steep": f"{steep:g}", "product": f"{race.rate * steep:.3g}"}
            yield t(f"descent.told.{key}", **numbers)


def _one_failed(race: DescentRace, group: Sequence[Ending]) -> str:
    ending = group[0]
    return t(
        f"descent.told.{ending.kind}",
        rule=t("descent.join").join(name_of(one.rule) for one in group),
        step=ending.step,
        far=f"{FAR:g}",
        place=_place(ending),
        above=f"{ending.last.loss - SURFACES[race.surface].lowest:.3g}",
        started=f"{height(race):.3g}",
        flat=f"{FLAT:g}",
    )


def _place(ending: Ending) -> str:
    return f"({_plain(ending.last.x)}, {_plain(ending.last.y)})"


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
