"""All numbers of a test together; those that scikit-learn computes are computed by it. Runs in a worker.

scikit-learn is imported when it is first asked: that takes 1 to 4 s, which no race and no starting worker should pay.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tl_core.evaluation.answers import Answers, log_softmax
from tl_core.evaluation.bootstrap import auc_limits, ece_by_chance, ece_interval, macro_limits
from tl_core.evaluation.calibration import Temperature, reliability
from tl_core.evaluation.classes import Average, ClassScore, ClassScores, Counts, confusion_matrix
from tl_core.evaluation.evaluated import EvaluationReport
from tl_core.measured import Interval

Logs = NDArray[np.float64]


def evaluate(answers: Answers, temperature: Temperature | None = None) -> EvaluationReport:
    """Everything that a net's answers say, with intervals.

    Args:
        answers: of the test images, as a run's report keeps them.
        temperature: fitted on other images, which is why the answers alone cannot give it.

    >>> scores, labels = [[2.0, 0.0], [0.0, 1.0], [3.0, 0.0], [0.0, 2.0]], [0, 1, 1, 1]
    >>> report = evaluate(Answers.of(scores, labels))
    >>> report.accuracy.value, round(report.recall.value, 3), report.roc_auc.value
    (0.75, 0.833, 0.6666666666666667)
    """
    truth, guesses, logs = answers.truth(), answers.guess(), answers.log_probabilities()
    confidence, right = answers.confidence(), answers.right()
    scores = ClassScores.counted(Counts.of(truth, guesses, answers.classes))
    limits = macro_limits(truth, guesses, answers.classes)
    areas = [None] * answers.classes if logs is None else class_auc(np.exp(logs), truth)
    return EvaluationReport(
        n=answers.n,
        accuracy=Interval.wilson(int(right.sum()), answers.n),
        classes=tuple(_with_auc(one, area) for one, area in zip(scores.classes, areas, strict=True)),
        precision=None if scores.precision is None else _between(scores.precision, limits["precision"]),
        recall=_between(scores.recall, limits["recall"]),
        f1=_between(scores.f1, limits["f1"]),
        log_loss=None if logs is None else log_loss(logs, truth),
        roc_auc=None if logs is None else _macro_auc(areas, logs, truth),
        ece=ece_interval(confidence, right),
        ece_by_chance=ece_by_chance(confidence),
        bins=reliability(confidence, right),
        temperature=temperature,
        ece_after=None if temperature is None or logs is None else _tempered(logs, right, temperature),
        confusion=confusion_matrix(truth, guesses, answers.classes),
    )


def class_auc(scores: ArrayLike, truth: ArrayLike) -> list[float | None]:
    """ROC-AUC of each class against all others; `None` for a class of which there is no image, or nothing else.

    Args:
        scores: `(n, classes)`, larger where the class is likelier; comparable between images, so no bare logits.
        truth: `(n,)`.

    >>> class_auc([[0.9, 0.1, 0.0], [0.2, 0.8, 0.0], [0.6, 0.4, 0.0]], truth=[0, 1, 1])
    [1.0, 1.0, None]
    """
    from sklearn.metrics import roc_auc_score

    scores, truth = np.asarray(scores), np.asarray(truth)
    members = [truth == label for label in range(scores.shape[1])]
    return [
        float(roc_auc_score(of_it, scores[:, label])) if 0 < of_it.sum() < len(truth) else None
        for label, of_it in enumerate(members)
    ]


def macro_auc(scores: ArrayLike, truth: ArrayLike) -> float | None:
    """The mean of `class_auc` over the classes that have one."""
    defined = [area for area in class_auc(scores, truth) if area is not None]
    return float(np.mean(defined)) if defined else None


def log_loss(logs: Logs, truth: ArrayLike) -> float:
    """The mean of -log p(true class), natural logarithm. scikit-learn counts p below 2e-16 as 2e-16."""
    from sklearn import metrics

    return float(metrics.log_loss(truth, np.exp(logs), labels=np.arange(logs.shape[1])))


def _with_auc(score: ClassScore, area: float | None) -> ClassScore:
    return score.model_copy(update={"auc": area})


def _between(average: Average, limits: tuple[float, float]) -> Average:
    return average.model_copy(update={"low": limits[0], "high": limits[1]})


def _macro_auc(areas: list[float | None], logs: Logs, truth: NDArray[np.int64]) -> Average | None:
    defined, limits = [area for area in areas if area is not None], auc_limits(logs, truth)
    if limits is None:
        return None
    return _between(Average(value=float(np.mean(defined)), classes=len(defined)), limits)


def _tempered(logs: Logs, right: NDArray[np.bool_], temperature: Temperature) -> Interval:
    """Log probabilities do as logits: they differ from them by one number an image."""
    return ece_interval(np.exp(log_softmax(logs / temperature.value).max(axis=1)), right)
