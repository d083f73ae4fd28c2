"""What a lesson knows of a run beside its report: the question, who predicted what, and the student's own answer."""

from __future__ import annotations

from dataclasses import dataclass

ANSWER_AT_MOST = 2000  # characters


@dataclass(frozen=True)
class Told:
    """In the reader's words. `found` replaces the sentences that a report finds by itself.

    `votes` are pairs of an answer and the number of hands raised for it.
    """

    question: str = ""
    prediction: str = ""
    votes: tuple[tuple[str, int], ...] = ()
    answer: str = ""
    found: tuple[str, ...] = ()


NOTHING_TOLD = Told()
