"""What is said of a finished case: the gap, the student's diagnosis held against the clues, the cause and its cure."""

from __future__ import annotations

from collections.abc import Iterator

from pages.kit.failures.evidence import Evidence, against
from pages.kit.words import percent, t

MINUS = "\N{MINUS SIGN}"


def explain(evidence: Evidence, diagnosis: str, guessed: str | None) -> Iterator[str]:
    """Chosen by what was measured. `diagnosis` is the case's own, `guessed` the student's."""
    facts = facts_of(evidence)
    yield t(f"failures.said.{'gap' if evidence.gap.decided else 'gap_open'}", **facts)
    if guessed == diagnosis:
        yield t("failures.said.right", diagnosis=answer(diagnosis))
    elif guessed is not None:
        yield _wrong(evidence, diagnosis, guessed, facts)
    learnt = diagnosis == "rate" and evidence.clues["learnt"]  # few images are known by heart without any features
    kind = "rate_learnt" if learnt else diagnosis
    if evidence.gap.decided:  # what a run has not shown is not explained
        yield t(f"failures.what.{kind}", **facts)
        yield t(f"failures.notice.{kind}", **facts)
    yield t(f"failures.mend.{diagnosis}", **facts)
    yield t("failures.said.seed", seed=evidence.failing.experiment.seed, images=facts["images"])


def _wrong(evidence: Evidence, diagnosis: str, guessed: str, facts: dict[str, str]) -> str:
    """Which clue the wrong diagnosis does not fit; where all fit by chance, that this run cannot tell them apart."""
    clue = against(guessed, evidence.clues) or "none"
    names = {"guessed": answer(guessed), "diagnosis": answer(diagnosis)}
    return t("failures.said.wrong", **names, clue=t(f"failures.clue.{clue}", **names, **facts))


def answer(diagnosis: str) -> str:
    return t(f"failures.answer.{diagnosis}")


def facts_of(evidence: Evidence) -> dict[str, str]:
    """The run's numbers as a person reads them."""
    failing, twin, gap = evidence.failing, evidence.twin, evidence.gap
    unseen = failing.metrics.unseen
    return {
        "failing": percent(failing.metrics.accuracy.value),
        "twin": percent(twin.metrics.accuracy.value),
        "gap": points(gap.value),
        "size": f"{abs(100 * gap.value):.1f}",
        "low": points(gap.low),
        "high": points(gap.high),
        "n": f"{gap.n:,}",
        "images": str(failing.protocol.training_images),
        "steps": str(failing.protocol.steps),
        "known": percent(failing.metrics.training_accuracy.value),
        "known_twin": percent(twin.metrics.training_accuracy.value),
        "unseen": percent(unseen.value) if unseen else "",
        "unseen_n": f"{unseen.n:,}" if unseen else "",
        "first": f"{evidence.first_loss(failing):.2f}",
        "last": f"{evidence.last_loss(failing):.2f}",
        "last_twin": f"{evidence.last_loss(twin):.2f}",
        "one_name": percent(evidence.one_name),
        "rate": f"{failing.experiment.training.learning_rate:g}",
        "rate_twin": f"{twin.experiment.training.learning_rate:g}",
        "times": f"{failing.experiment.training.learning_rate / twin.experiment.training.learning_rate:.0f}",
        "epochs": str(epochs(failing.protocol.steps, failing.protocol.training_images, failing.protocol.batch_size)),
        "sets": str(gap.n // 50),
    }


def epochs(steps: int, images: int, batch_size: int) -> int:
    """Whole passes over the training images.

    >>> epochs(300, 200, 32)
    42
    """
    return steps // -(-images // batch_size)


def points(share: float) -> str:
    """A difference in percentage points, with its sign."""
    return f"{100 * share + 0.0:+.1f}".replace("-", MINUS)
