"""Reports and recordings with chosen numbers, for tests that show or explain runs without training anything.

Nothing here is measured: `race_report(accuracies=…)` says what the nets shall have scored.
"""

from __future__ import annotations

import base64
import io
from math import exp

from PIL import Image, ImageDraw

from tl_core.circumstances import Circumstances, Normalisation, Passport
from tl_core.entrants import entered
from tl_core.evaluation.folded import Fold, FoldsReport
from tl_core.experiment import Experiment
from tl_core.measured import Curves, Interval, Moment, Series, Watched
from tl_core.protocol import Protocol
from tl_core.query_report import (
    ActivationsReport,
    AugmentReport,
    ChangedPicture,
    ConvolutionCell,
    Learnt,
    PlanePoint,
    PlaneReport,
    RatesReport,
)
from tl_core.recording import Recording, Track
from tl_core.registry import AUGMENTATIONS
from tl_core.report import Bill, BillReport, Metrics, RaceReport, RunReport
from tl_core.requests import ActivationsQuery, AugmentQuery, FoldsRequest, RaceRequest, request_hash
from tl_core.sweep_report import SweepReport, SweepRow
from tl_core.sweep_request import Cell, SweepRequest

USUAL = {"scratch": 0.80, "frozen": 0.82, "fine_tune": 0.92}  # product.md, five labels a class
NAMES = tuple(str(digit) for digit in range(10))
LABELS = (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 3, 8)
GROUPS = ("stem", "stage1", "stage2", "stage3", "head")
TEST_IMAGES, LIVE_IMAGES = 1000, 200
CIRCUMSTANCES = Circumstances(versions={}, device="cpu", threads=1, data={}, weights={})


def picture(text: str, side: int = 32) -> str:
    """A PNG as data URI with `text` drawn on it, 8×8 blown up to 32×32 like the real digits."""
    small = Image.new("L", (8, 8), 0)
    ImageDraw.Draw(small).text((1, -2), text, fill=255)
    buffer = io.BytesIO()
    small.resize((side, side), Image.Resampling.NEAREST).save(buffer, "PNG")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


def watched() -> tuple[Watched, ...]:
    """Twelve followed test images."""
    return tuple(Watched(index=index, label=label, picture=picture(str(label))) for index, label in enumerate(LABELS))


def moment(strategy: str, step: int, accuracy: float, steps: int) -> Moment:
    """A look after `step` updates: the first images right, as many as `accuracy` says, the others one class off."""
    right = round(accuracy * len(LABELS))
    rows = []
    for position, label in enumerate(LABELS):
        guess = label if position < right else (label + 1) % 10
        sure = 0.2 + 0.7 * accuracy
        rows.append(tuple(sure if digit == guess else (1 - sure) / 9 for digit in range(10)))
    pace = 0.0 if strategy == "frozen" else 0.3 * step / steps
    drift = {group: (0.5 * step / steps if group == "head" else pace) for group in GROUPS}
    return Moment(
        step=step,
        accuracy=Interval.wilson(round(accuracy * LIVE_IMAGES), LIVE_IMAGES),
        probabilities=tuple(rows),
        drift=drift,
    )


def moments(strategy: str, final: float, steps: int) -> tuple[Moment, ...]:
    """Ten looks at a curve that climbs from chance to `final`."""
    marks = sorted({round(steps * tenth / 9) for tenth in range(10)})
    return tuple(
        moment(strategy, step, 0.1 + (final - 0.1) * (1 - exp(-4 * step / steps)) / (1 - exp(-4)), steps)
        for step in marks
    )


def run_report(entrant: str, accuracy: float, experiment: Experiment | None = None) -> RunReport:
    """One finished net that was right on the first `accuracy` of the 1,000 test images."""
    experiment = entered(experiment or Experiment(), entrant)
    strategy = experiment.strategy.name
    steps = experiment.training.steps or 60
    seen = moments(strategy, accuracy, steps)
    right = round(accuracy * TEST_IMAGES)
    return RunReport(
        experiment=experiment,
        metrics=Metrics(
            accuracy=Interval.wilson(right, TEST_IMAGES), training_accuracy=Interval.wilson(50, 50), loss=0.6
        ),
        curves=Curves(
            loss=Series(step=tuple(range(1, steps + 1)), value=tuple(2.3 * exp(-3 * k / steps) for k in range(steps))),
            accuracy=Series(step=tuple(m.step for m in seen), value=tuple(m.accuracy.value for m in seen)),
            live_n=LIVE_IMAGES,
        ),
        moments=seen,
        watched=watched(),
        class_names=NAMES,
        bill=Bill(
            parameters=117_000, trainable=1_290 if strategy == "frozen" else 117_000, cached=strategy == "frozen"
        ),
        right=f"{(1 << TEST_IMAGES) - (1 << (TEST_IMAGES - right)):x}",
        seconds=2.0,
        protocol=_protocol(strategy, experiment, steps),
        passport=Passport(
            request=request_hash(RaceRequest(experiment=experiment)),
            versions={"python": "3.11", "torch": "2.13.0"},
            device="cpu",
            threads=1,
            data={"train": "0123456789abcdef", "test": "123456789abcdef0"},
            weights={"letters": "fedcba9876543210"},
            finished="2026-01-01T00:00:00+00:00",
            seconds=2.0,
        ),
        entered_as=None if entrant == strategy else entrant,
    )


def _protocol(strategy: str, experiment: Experiment, steps: int) -> Protocol:
    per_class = experiment.target.per_class
    return Protocol(
        strategy=strategy,
        source=experiment.source,
        source_ignored=strategy == "scratch",
        dataset=experiment.target.dataset,
        training_images=10 * (per_class or 69),
        per_class=per_class,
        validation_images=0,
        test_images=TEST_IMAGES,
        live_images=LIVE_IMAGES,
        steps=steps,
        batch_size=experiment.training.batch_size,
        normalisation=Normalisation(mean=(0.3, 0.3, 0.3), std=(0.2, 0.2, 0.2), owner="letters"),
    )


def race_report(accuracies: dict[str, float] | None = None, experiment: Experiment | None = None) -> RaceReport:
    """A finished race with the given accuracies; the nets are right on nested sets of images."""
    experiment = experiment or Experiment()
    accuracies = accuracies or USUAL
    runs = [run_report(name, accuracies[name], experiment) for name in accuracies]
    return RaceReport.of(experiment, tuple(accuracies), runs, seconds=4.6)


def sweep_row(cell: Cell) -> SweepRow:
    """More labels, more accuracy; seeds differ by a tenth of a point."""
    accuracy = round(USUAL[cell.strategy] - 0.3 / cell.per_class + 0.001 * (cell.seed % 7), 4)
    return SweepRow(**cell.model_dump(), accuracy=accuracy, n=TEST_IMAGES, seconds=0.01)


def sweep_report(request: SweepRequest) -> SweepReport:
    """A finished sweep."""
    return SweepReport.of(request.experiment, map(sweep_row, request.cells), 1.0, CIRCUMSTANCES)


def folds_report(request: FoldsRequest) -> FoldsReport:
    """A finished cross-validation: eight of ten right in every fold."""
    folds = (Fold(repeat=0, right=8, n=10),) * ((request.folds or 10) * request.repeats)
    return FoldsReport(
        experiment=request.experiment,
        folds=folds,
        repeats=request.repeats,
        images=50,
        accuracy=Interval.wilson(40, 50),
        rule="corrected_t" if request.folds else "wilson",
        confusion=None,
        circumstances=CIRCUMSTANCES,
        seconds=1.0,
    )


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


def half_way(report: RaceReport) -> Recording:
    """The recording that a viewer sees in the middle of the race that left `report`."""
    recording = Recording.of_report(report)
    for name, track in recording.tracks.items():
        steps = len(track.losses) // 2
        recording.tracks[name] = Track(
            track.loss_steps[:steps],
            track.losses[:steps],
            [moment for moment in track.moments if moment.step <= steps],
        )
    return recording


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
        label="5",
        groups=GROUPS[:-1],
        channels=16,
        side=16,
        maps=(picture("m"),) * 4,
        strongest=(0.5, 1.0, 0.0, 2.25),
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


def rates_report(diverged: bool = True) -> RatesReport:
    """A sweep whose loss falls, and leaves all bounds at 0.2 where it diverges."""
    rate = tuple(1e-5 * 10 ** (5 * step / 79) for step in range(80) if not diverged or step < 69)
    loss = tuple(2.5 - 2 * step / 68 if step < 60 else 0.7 * 1.5 ** (step - 59) for step in range(len(rate)))
    return RatesReport(
        rate=rate, loss=loss, smooth=loss, suggestion=rate[-1] / 10 if diverged else None, diverged=diverged
    )
