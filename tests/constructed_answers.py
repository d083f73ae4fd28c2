"""Answers to queries with chosen numbers, for tests that show them without computing anything."""

from __future__ import annotations

from math import log

from tests.constructed import GROUPS, NAMES, picture
from tl_core.measured import Interval
from tl_core.registry import AUGMENTATIONS
from tl_core.reports import Bill, BillReport
from tl_core.reports.queries import (
    ActivationsReport,
    AugmentReport,
    ChangedPicture,
    ConvolutionCell,
    Learnt,
    PlanePoint,
    PlaneReport,
    RatesReport,
    RowLook,
    RowsReport,
)
from tl_core.requests import ActivationsQuery, AugmentQuery


def augment_report(query: AugmentQuery) -> AugmentReport:
    """Each picture bears its number; its label is its class, or two where a change mixes images."""
    names = [step.name for step in query.augmentation]
    mixes = any(AUGMENTATIONS[name].acts_on == "mix" for name in names)

    def shown(image: int, strength: float, seed: int) -> ChangedPicture:
        shares = {"3": 0.75, "8": 0.25} if mixes and strength else {str(image % 10): 1.0}
        return ChangedPicture(image=image, strength=strength, seed=seed, picture=picture(str(image)), shares=shares)

    return AugmentReport(
        dataset=query.dataset,
        originals=tuple(shown(image, 0.0, query.seeds[0]) for image in query.images),
        changed=tuple(
            shown(image, strength, seed)
            for seed in query.seeds
            for strength in query.strengths
            for image in query.images
        ),
        untrue=tuple(name for name in dict.fromkeys(names) if query.dataset in AUGMENTATIONS[name].untrue_for),
    )


def activations_report(query: ActivationsQuery) -> ActivationsReport:
    """Four maps and kernels; only the untrained source has learnt nothing, only the autoencoder saw no labels."""
    rebuilt = query.source == "objects_autoencoder"
    learnt = Learnt(
        images=20_000,
        classes=0 if rebuilt else 38,
        steps=2000,
        batch_size=64,
        accuracy=None if rebuilt else 0.99,
        held_out=2000,
    )
    return ActivationsReport(
        source=query.source,
        picture=picture("5"),
        label="" if query.picture else "5",
        groups=GROUPS[:-1],
        channels=16,
        side=16,
        maps=(picture("m"),) * 4,
        strongest=(0.5, 1.0, 0.0, 2.25),
        means=(0.125, 0.25, 0.0, 0.5),
        kernels=(picture("k", 3),) * 4,
        learnt=None if query.source == "untrained" else learnt,
        cell=ConvolutionCell(
            patch=(((1.0, 0.0, 0.0),) * 3,) * 3,
            weights=(((0.5, 0.0, 0.0),) * 3,) * 3,
            sums=(1.5, 1.5, 1.5),
            total=4.5,
            mean=0.5,
            deviation=2.0,
            scale=1.0,
            shift=-3.0,
            normalised=-1.0,
            active=0.0,
        )
        if query.cell
        else None,
    )


def plane_report(steps: int = 30, grid: int = 13) -> PlaneReport:
    """A path that bends into a bowl, of which the plane holds nine tenths and a bit."""
    axis = tuple(-3 + 6 * number / (grid - 1) for number in range(grid))
    spots = [(-2 + 4 * step / steps, 1.2 * (step / steps) ** 2 - 0.4) for step in range(steps + 1)]
    losses = [2.3 - 2 * step / steps for step in range(steps + 1)]
    path = tuple(
        PlanePoint(first=x, second=y, beside=0.1, loss=loss, shadow=loss - 0.05 if step in (0, steps) else None)
        for step, ((x, y), loss) in enumerate(zip(spots, losses, strict=True))
    )
    rows = tuple(tuple(0.3 + ((x - 2) ** 2 + (y - 0.8) ** 2) / 8 for x in axis) for y in axis)
    return PlaneReport(first=axis, second=axis, loss=rows, path=path, shares=(0.9, 0.05), images=30, weights=123456)


def bill_report(frozen: tuple[str, ...] = ()) -> BillReport:
    """The bill of the small residual net with these groups frozen."""
    groups = dict(zip(GROUPS, (464, 4672, 51584, 57600, 650), strict=True))
    learning = sum(size for name, size in groups.items() if name not in frozen)
    bill = Bill(parameters=sum(groups.values()), trainable=learning, cached=False, memory=24_000_000)
    after = {name: 0 for name in groups if name not in frozen}
    rates = {name: 1e-2 if name == "head" else 1e-3 for name in after}
    return BillReport(bill=bill, groups=groups, steps=60, learns_after=after, rates=rates)


def rows_report() -> RowsReport:
    """A reader that says 3 at first and 8 in the end, with two numbers of its state; the label is 8."""

    def look(row: int, place: int, share: float) -> RowLook:
        rest = (1 - share) / 9
        shares = tuple(share if digit == place else rest for digit in range(10))
        return RowLook(row=row, probabilities=shares, scores=tuple(log(one) for one in shares))

    steps = range(1, 33)
    return RowsReport(
        picture=picture("8"),
        label="8",
        class_names=NAMES,
        hidden=128,
        units=(4, 90),
        from_row=tuple((0.5, -0.1 * row) for row in steps),
        from_state=tuple((-1.25, 0.2) for _ in steps),
        states=tuple((-0.64, 0.25) if row % 2 else (0.3, 0.24) for row in steps),
        looks=(look(0, 1, 0.12), look(8, 3, 0.42), look(16, 3, 0.9), look(24, 8, 0.55), look(32, 8, 0.97)),
        training_images=200,
        steps=60,
        accuracy=Interval.wilson(888, 1000),
    )


def rates_report(diverged: bool = True) -> RatesReport:
    """A sweep whose loss falls, and leaves all bounds at 0.2 where it diverges."""
    rate = tuple(1e-5 * 10 ** (5 * step / 79) for step in range(80) if not diverged or step < 69)
    loss = tuple(2.5 - 2 * step / 68 if step < 60 else 0.7 * 1.5 ** (step - 59) for step in range(len(rate)))
    return RatesReport(
        rate=rate, loss=loss, smooth=loss, suggestion=rate[-1] / 10 if diverged else None, diverged=diverged
    )
