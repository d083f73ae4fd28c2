"""Reports and recordings with chosen numbers, for tests that show or explain runs without training anything.

Nothing here is measured: `race_report(accuracies=…)` says what the nets shall have scored.
"""

from __future__ import annotations

import base64
import io
from functools import cache
from math import exp

from PIL import Image, ImageDraw

from tl_core.circumstances import Circumstances, Normalisation, Passport
from tl_core.entrants import entered
from tl_core.evaluation.folded import Fold, FoldedDifference, FoldsReport, Side
from tl_core.experiment import Experiment
from tl_core.measured import Curves, Interval, Moment, Series, Watched
from tl_core.protocol import Protocol
from tl_core.recording import Recording, Track
from tl_core.reports import Bill, Metrics, PretrainReport, RaceReport, RunReport
from tl_core.reports.sweep import SweepReport, SweepRow
from tl_core.requests import FoldsRequest, PretrainRequest, RaceRequest, request_hash
from tl_core.requests.sweep import Cell, SweepRequest

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


@cache  # drawing these was the most of a constructed report
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
    """A finished cross-validation: eight of ten right in every fold, fine-tuned a little more. Frozen leads scratch."""
    folds = (Fold(repeat=0, right=8, n=10),) * ((request.folds or 10) * request.repeats)
    accuracy, counts = Interval.wilson(40, 50), ((20, 5), (5, 20))
    sides = tuple(
        Side(
            experiment=one,
            folds=folds,
            accuracy=Interval.wilson(42, 50) if one.strategy.name == "fine_tune" else accuracy,
            confusion=counts,
            right="1" * 50,
            seconds=0.5,
        )
        for one in request.experiments
    )
    gaps = (("frozen", "fine_tune", 0.02, -0.05, 0.09), ("frozen", "scratch", 0.2, 0.1, 0.3))
    differences = tuple(
        FoldedDifference(first=first, second=second, value=value, low=low, high=high, only_first=9, only_second=2)
        for first, second, value, low, high in gaps
        if {first, second} <= set(request.entrants)
    )
    return FoldsReport(
        sides=sides if request.rivals else (),
        differences=differences,
        units=50 if request.rivals else 0,
        groups=3 if request.groups else 0,
        class_names=("cup", "pen"),
        experiment=request.experiment,
        folds=folds,
        repeats=request.repeats,
        images=50,
        accuracy=Interval.wilson(40, 50),
        rule="corrected_t" if request.folds else "wilson",
        confusion=counts if request.rivals else None,
        circumstances=CIRCUMSTANCES,
        seconds=1.0,
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


def pretrain_report(request: PretrainRequest) -> PretrainReport:
    """What a short pre-training leaves; its net's id is that of the steps."""
    share = {"value": 0.95, "low": 0.94, "high": 0.96, "n": 500}
    rebuilt = {"held_out_error": share, "error_of_mean_image": 0.99}
    measured = {"held_out_accuracy": share} if request.name == "letters" else rebuilt
    losses = Series(
        step=tuple(range(1, request.steps + 1)), value=tuple(3.0 / step for step in range(1, request.steps + 1))
    )
    card = {"name": request.name, "device": "cpu", **measured}
    return PretrainReport(card=card, weights="AAAA", seconds=2.0, net=f"weights-{request.steps:016x}", losses=losses)
