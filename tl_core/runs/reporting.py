"""From a trained net to its report: metrics, bill, protocol, passport."""

from __future__ import annotations

import platform
from dataclasses import dataclass, field
from datetime import UTC, datetime

import torch
from torch import Tensor
from torch.nn import functional

import tl_core
from tl_core.circumstances import Circumstances, Passport
from tl_core.data.sampling import spread
from tl_core.device import device
from tl_core.evaluation.answers import Answers
from tl_core.evaluation.calibration import Calibration
from tl_core.evaluation.classes import confusion_matrix
from tl_core.experiment import Experiment
from tl_core.looks import LIVE_IMAGES, followed
from tl_core.measured import Interval, SourceLeft
from tl_core.mistakes.mistake import mistake_of
from tl_core.models.familiar import Familiar
from tl_core.models.freezing import weighted_groups
from tl_core.models.kept import keep
from tl_core.models.own import card_of
from tl_core.models.trained import beside
from tl_core.models.weights import source_weights, trained_on_own
from tl_core.protocol import Protocol
from tl_core.recording import Track
from tl_core.registry import is_own
from tl_core.reports import Metrics, RunReport
from tl_core.requests import RunRequest, request_hash
from tl_core.runs.bill import bill_of
from tl_core.runs.inputs import Inputs
from tl_core.setup import Setup, splits_of
from tl_core.training.evaluate import accuracy, right_bits
from tl_core.training.metrics import macro_auc
from tl_core.versions import engine_hash


@dataclass(frozen=True)
class Trained:
    """What a training leaves beside its net: curves and looks, steps done, and the step whose weights were chosen.

    `best_step` is `None` where nothing was chosen: the net after the last step is the result. `epochs` are the test
    images' logits after each epoch, for a mistake that looks at them; `tested` the features `(test images, F)` that
    the final test gave the head.
    """

    track: Track
    steps: int
    best_step: int | None
    epochs: tuple[Tensor, ...] = ()
    tested: Tensor = field(default_factory=lambda: torch.empty(0))


def run_report(
    setup: Setup,
    inputs: Inputs,
    trained: Trained,
    scores: Tensor,
    training: Tensor,
    unseen: Interval | None = None,
    left: SourceLeft | None = None,
) -> RunReport:
    """The report of a run whose final test gave `scores` `(test images, classes)`. `timed` fills in the seconds.

    `training` is what `training_scores` gave.
    `unseen` is the accuracy on images that neither trained nor chose the net, where the mistake made `scores` others'.
    """
    test = setup.splits.test
    answers = Answers.of(scores, test.labels)
    return RunReport(
        experiment=setup.experiment,
        metrics=_metrics(setup, inputs, scores, training, answers).model_copy(update={"unseen": unseen}),
        curves=trained.track.curves(min(LIVE_IMAGES, len(test))),
        moments=tuple(trained.track.moments),
        watched=followed(setup),
        class_names=test.class_names,
        bill=bill_of(setup),
        right=right_bits(scores, test.labels),
        answers=answers,
        seconds=0.0,
        protocol=_protocol(setup, trained, left),
        passport=_passport(setup.experiment),
        entered_as=None if setup.entrant == setup.experiment.strategy.name else setup.entrant,
        source_left=left,
    )


def training_scores(setup: Setup, inputs: Inputs) -> Tensor:
    """Logits `(n, classes)` of at most 200 training images, unchanged."""
    looked_at = spread(len(setup.training_set))
    tested = inputs.train[looked_at] if setup.views is None else inputs.train
    return torch.cat(list(setup.scores(tested, setup.training_set.labels[looked_at])))


def with_net(setup: Setup, report: RunReport, training: Tensor, tested: Tensor) -> RunReport:
    """The same report with the id of the net, which this process keeps for a while (4 ms).

    `training` and `tested` are features `(n, F)` of images of both kinds, by which the net knows what is like them.
    A net that was made with a mistake is nobody's source: its card would repeat what it claims.
    """
    if report.experiment.mistake is not None:
        return report
    side = setup.splits.train.images.shape[-1]
    card = card_of(report, f"{report.experiment.target.dataset}-{report.entrant}", setup.backbone, side)
    setup.beside.update(beside(setup.network.head, Familiar.of(training, tested)))
    return report.model_copy(update={"net": keep(setup.network.body, card, setup.beside)})


def timed(report: RunReport, seconds: float) -> RunReport:
    """The same report with the seconds that it took."""
    rounded = round(seconds, 3)
    passport = report.passport.model_copy(update={"seconds": rounded})
    return report.model_copy(update={"seconds": rounded, "passport": passport})


def _metrics(setup: Setup, inputs: Inputs, scores: Tensor, training: Tensor, answers: Answers | None) -> Metrics:
    labels, known = setup.splits.test.labels, setup.training_set.labels[spread(len(setup.training_set))]
    held_out = None
    if len(setup.validation_set):
        kept = setup.validation_set.labels
        held_out = (torch.cat(list(setup.scores(inputs.validation, kept))), kept)
    return Metrics(
        accuracy=accuracy(scores, labels),
        training_accuracy=accuracy(training, known),
        validation_accuracy=None if held_out is None else accuracy(*held_out),
        loss=float(functional.cross_entropy(scores.double(), labels)),
        confusion=confusion_matrix(labels, scores.argmax(dim=1), scores.shape[1]),
        calibration=Calibration.of((scores, labels), held_out),
        roc_auc=None if answers is not None and answers.whole else macro_auc(scores.double().softmax(dim=1), labels),
    )


def _protocol(setup: Setup, trained: Trained, left: SourceLeft | None) -> Protocol:
    experiment = setup.experiment
    uses = setup.strategy.uses_source
    history = setup.source.card.get("data", {}) if uses and is_own(experiment.source) else {}
    return Protocol(
        strategy=experiment.strategy.name,
        source=experiment.source,
        source_ignored=experiment.source is not None and not uses,
        dataset=experiment.target.dataset,
        training_images=len(setup.parts.train),
        per_class=experiment.target.per_class,
        validation_images=len(setup.parts.validation),
        test_images=len(setup.splits.test),
        live_images=min(LIVE_IMAGES, len(setup.splits.test)),
        steps=trained.steps,
        chosen="last_step" if trained.best_step is None else "best_validation",
        best_step=trained.best_step,
        batch_size=experiment.training.batch_size,
        normalisation=setup.normalisation,
        augmentation=experiment.augmentation,
        fill=experiment.fill,
        cached_views=experiment.training.cached_views,
        views_cached=setup.views is not None and setup.cached,
        domain=setup.splits.train.domain,
        parting=setup.splits.parting.rule,
        test_share=setup.splits.parting.share,
        unreadable=setup.splits.parting.unreadable,
        duplicates=setup.splits.parting.duplicates,
        adapting=setup.network.adapting and bool(setup.network.frozen & set(weighted_groups(setup.network))),
        compared_images=left.images
        if left and not setup.cached
        else 0,  # nothing to compare in a body that stood still
        source_fitted=left.fitted if left else 0,
        source_images=left.after.n if left and left.after else 0,
        source_data=history.get("domain", ""),
        source_trained_on=history.get("training_images", 0),
        source_of_own=uses and setup.source is not None and trained_on_own(setup.source.card),
        mistake=experiment.mistake,
    )


def circumstances(experiment: Experiment) -> Circumstances:
    """Under what a run of this experiment is made here and now. Raises as `tl_core.setup.prepare` does."""
    splits = mistake_of(experiment).images(splits_of(experiment), experiment)
    source = None if experiment.source is None else source_weights(experiment.source)
    versions = {"tl_core": tl_core.__version__, "engine": engine_hash()}
    vectors = torch.backends.cpu.get_cpu_capability()
    return Circumstances(
        versions={**versions, "torch": torch.__version__, "python": platform.python_version()},
        platform=f"{platform.system()} {platform.machine()} {vectors}",
        device=str(device()),
        threads=torch.get_num_threads(),
        data={"train": splits.train.hash(), "test": splits.test.hash()},
        weights={} if source is None else {source.name: source.hash},
    )


def _passport(experiment: Experiment) -> Passport:
    return Passport(
        **dict(circumstances(experiment)),
        request=request_hash(RunRequest(experiment=experiment)),
        finished=datetime.now(UTC).isoformat(timespec="seconds"),
        seconds=0.0,
    )
