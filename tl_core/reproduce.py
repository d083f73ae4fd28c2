"""Run a passport again, here and now: equal to the last bit, or what differs."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import computed_field

from tl_core.device import use_one_thread
from tl_core.entrants import entrant_name
from tl_core.experiment import Part
from tl_core.export.passport import EntrantResult, Made, passport_of, runs_of
from tl_core.measured import Series
from tl_core.perform import perform
from tl_core.reports import RaceReport, RunReport
from tl_core.requests import request_hash
from tl_core.runs.reporting import circumstances
from tl_core.text import say

ABSENT = "—"


class Circumstance(Part):
    """One thing that is not as it was then; `what` is a dotted path such as `versions.torch`."""

    what: str
    then: str
    now: str

    def say(self, language: str) -> str:
        group, _, name = self.what.partition(".")
        key = name if name == "engine" else group
        return say(language, f"reproduce.circumstance.{key}", name=name, then=self.then, now=self.now)


class Entrant(Part):
    """One net, then and now. `images` answered differently; `from_step`: the first step of another loss, if known."""

    strategy: str
    accuracy_then: float
    accuracy_now: float
    images: int
    loss_then: float
    loss_now: float
    losses_equal: bool
    from_step: int | None = None

    @computed_field
    @property
    def equal(self) -> bool:
        """To the last bit: accuracy, loss, every test image's verdict, the loss of every step."""
        same = (self.accuracy_then, self.loss_then) == (self.accuracy_now, self.loss_now)
        return same and not self.images and self.losses_equal

    def lines(self, language: str) -> tuple[str, ...]:
        """That it is equal, or a line for each thing that differs."""
        name = entrant_name(self.strategy, language)
        if self.equal:
            return (say(language, "reproduce.entrant_equal", name=name),)
        differing = self._differing(language)
        return tuple(say(language, "reproduce.entrant_differs", name=name, differing=text) for text in differing)

    def _differing(self, language: str) -> Iterator[str]:
        if self.accuracy_then != self.accuracy_now:
            facts = {"then": self.accuracy_then, "now": self.accuracy_now}
            points = 100 * (self.accuracy_now - self.accuracy_then)
            yield say(language, "reproduce.accuracy", points=points, **facts)
        if self.images:
            yield say(language, "reproduce.images", n=self.images)
        if self.loss_then != self.loss_now:
            yield say(language, "reproduce.loss", then=self.loss_then, now=self.loss_now)
        if not self.losses_equal:
            key = "reproduce.losses" if self.from_step is None else "reproduce.losses_from"
            yield say(language, key, step=self.from_step)


class ShareAgain(Part):
    """One of many trainings, then and now."""

    name: str
    accuracy_then: float
    accuracy_now: float

    @computed_field
    @property
    def equal(self) -> bool:
        return self.accuracy_then == self.accuracy_now


class Reproduction(Part):
    """What came of it. `equal` speaks of the results; circumstances may differ all the same.

    A sweep or a cross-validation has `shares` instead of `entrants`.
    """

    equal: bool
    circumstances: tuple[Circumstance, ...]
    entrants: tuple[Entrant, ...] = ()
    shares: tuple[ShareAgain, ...] = ()

    def lines(self, language: str) -> Iterator[str]:
        """What is equal and what differs; of many trainings how many are equal, and each that is not."""
        for one in self.entrants:
            yield from one.lines(language)
        if self.shares:
            equal = sum(share.equal for share in self.shares)
            yield say(language, "reproduce.shares", equal=equal, count=len(self.shares))
        for share in self.shares:
            if not share.equal:
                points = 100 * (share.accuracy_now - share.accuracy_then)
                facts = {"then": share.accuracy_then, "now": share.accuracy_now, "points": points}
                differing = say(language, "reproduce.accuracy", **facts)
                yield say(language, "reproduce.entrant_differs", name=share.name, differing=differing)


def differing_circumstances(made: Made) -> tuple[Circumstance, ...]:
    """What here and now is not as it was then. Raises `WeightsError` or `DataError` where something is missing."""
    use_one_thread()
    passport = made.passport
    then = _flat(passport.circumstances)
    now = _flat(circumstances(passport.request.experiment)) | {"request": request_hash(passport.request)}
    then["request"] = passport.hash
    names = [name for name in dict.fromkeys([*then, *now]) if then.get(name) != now.get(name)]
    return tuple(Circumstance(what=name, then=then.get(name, ABSENT), now=now.get(name, ABSENT)) for name in names)


def reproduce(made: Made, differing: tuple[Circumstance, ...]) -> Reproduction:
    """Run the passport's request again and compare. `differing` is what `differing_circumstances` found."""
    *_, last = perform(made.passport.request)
    if made.passport.shares:
        again = passport_of(last.report).shares
        pairs = zip(made.passport.shares, again, strict=False)  # a file with too few of them is not equal
        shares = tuple(
            ShareAgain(name=then.name, accuracy_then=then.accuracy, accuracy_now=now.accuracy) for then, now in pairs
        )
        equal = len(again) == len(made.passport.shares) and all(one.equal for one in shares)
        return Reproduction(equal=equal, circumstances=differing, shares=shares)
    entrants = tuple(_compared(made, last.report))
    return Reproduction(equal=all(one.equal for one in entrants), circumstances=differing, entrants=entrants)


def _compared(made: Made, report: RunReport | RaceReport) -> Iterator[Entrant]:
    again = passport_of(report).results
    for then, now, run in zip(made.passport.results, again, runs_of(report), strict=True):
        curve = made.losses.get(then.strategy)
        yield Entrant(
            strategy=then.strategy,
            accuracy_then=then.accuracy.value,
            accuracy_now=now.accuracy.value,
            images=_answered_differently(then, now),
            loss_then=then.loss,
            loss_now=now.loss,
            losses_equal=then.losses == now.losses,
            from_step=None if curve is None else _first_difference(curve, run.curves.loss),
        )


def _answered_differently(then: EntrantResult, now: EntrantResult) -> int:
    return (int(then.right, 16) ^ int(now.right, 16)).bit_count()


def _first_difference(then: Series, now: Series) -> int | None:
    """The first step whose loss is another one; a curve that ends early differs from its end on."""
    pairs = zip(zip(then.step, then.value, strict=True), zip(now.step, now.value, strict=True), strict=False)
    for one, other in pairs:
        if one != other:
            return one[0]
    common = min(len(then.step), len(now.step))
    longer = max(then.step, now.step, key=len)
    return longer[common] if len(longer) > common else None


def _flat(found: Part) -> dict[str, str]:
    """Nested names as dotted paths, values as text; what a passport does not say is left out."""
    flat: dict[str, str] = {}
    for name, value in found:
        flat |= (
            {f"{name}.{key}": text for key, text in value.items()} if isinstance(value, dict) else {name: str(value)}
        )
    return {name: text for name, text in flat.items() if text}
