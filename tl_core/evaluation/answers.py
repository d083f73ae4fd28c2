"""What a net answered on its test images, small enough to be kept with the report: the rest is computed from it."""

from __future__ import annotations

import base64
from typing import Annotated, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from tl_core.experiment import Part

WHOLE_AT_MOST = 20_000  # images × classes: 53 kB of text
CLASSES_AT_MOST = 5_000  # no data set here has as many; a longer list in a file is none of ours
IMAGES_AT_MOST = 30_000  # 160 kB of text, about 100 kB once stored


class Answers(Part):
    """True class, answered class and log probabilities of `n` test images, packed and as base64.

    `labels` and `guesses` are one byte an image (two with more than 256 classes). `logs` are natural logarithms of
    the softmax in half precision, `(n, classes)` where `whole` and else only that of each answer: a probability of
    ten classes is wrong by 0.0001 as a rule, by 0.0005 at most.
    """

    n: Annotated[int, Field(ge=1, le=IMAGES_AT_MOST)]
    classes: Annotated[int, Field(ge=1, le=CLASSES_AT_MOST)]
    whole: bool
    labels: str
    guesses: str
    logs: str

    @classmethod
    def of(cls, scores: ArrayLike, labels: ArrayLike) -> Answers | None:
        """Out of logits `(n, classes)` and labels `(n,)`; `None` where there are too many images to keep.

        >>> kept = Answers.of([[2.0, 0.0], [0.0, 1.0], [3.0, 0.0]], labels=[0, 1, 1])
        >>> kept.guess().tolist(), kept.truth().tolist(), kept.log_probabilities().shape
        ([0, 1, 0], [0, 1, 1], (3, 2))
        """
        scores = np.asarray(scores, dtype=np.float64)
        n, classes = scores.shape
        if n > IMAGES_AT_MOST:
            return None
        logs, kind = log_softmax(scores), _kind(classes)
        whole, guesses = n * classes <= WHOLE_AT_MOST, scores.argmax(axis=1)  # a softmax may round two logits together
        kept = logs if whole else logs[np.arange(n), guesses]
        texts = {"labels": _packed(labels, kind), "guesses": _packed(guesses, kind)}
        return cls(n=n, classes=classes, whole=whole, logs=_packed(np.maximum(kept, -60_000), "<f2"), **texts)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        """Sizes agree, and no class is named that is not there: a file may have been edited."""
        try:
            labels, guesses, logs = self.truth(), self.guess(), self._logs()
        except ValueError:
            raise PydanticCustomError("answers", "not base64 of whole numbers") from None
        wanted = (self.n, self.n, self.n * (self.classes if self.whole else 1))
        top = max(labels.max(initial=0), guesses.max(initial=0))
        if (len(labels), len(guesses), len(logs)) != wanted or top >= self.classes or np.isnan(logs).any():
            raise PydanticCustomError("answers", "sizes or classes do not agree")
        return self

    def truth(self) -> NDArray[np.int64]:
        """The true classes `(n,)`."""
        return _unpacked(self.labels, _kind(self.classes)).astype(np.int64)

    def guess(self) -> NDArray[np.int64]:
        """The answered classes `(n,)`: the highest logit's, before anything was rounded."""
        return _unpacked(self.guesses, _kind(self.classes)).astype(np.int64)

    def right(self) -> NDArray[np.bool_]:
        """Whether each answer is true `(n,)`."""
        return self.truth() == self.guess()

    def confidence(self) -> NDArray[np.float64]:
        """The probability that each answer was given `(n,)`."""
        logs = self.log_probabilities()
        return np.exp(self._logs() if logs is None else logs[np.arange(self.n), self.guess()])

    def log_probabilities(self) -> NDArray[np.float64] | None:
        """Natural logarithms of the softmax `(n, classes)`; `None` where they were too many to keep."""
        return log_softmax(self._logs().reshape(self.n, self.classes)) if self.whole else None

    def _logs(self) -> NDArray[np.float64]:
        return _unpacked(self.logs, "<f2").astype(np.float64)


def log_softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Natural logarithms of the softmax of logits `(n, classes)`."""
    moved = scores - scores.max(axis=1, keepdims=True)
    return moved - np.log(np.exp(moved).sum(axis=1, keepdims=True))


def _kind(classes: int) -> str:
    return "u1" if classes <= 256 else "<u2"


def _packed(values: ArrayLike, kind: str) -> str:
    return base64.b64encode(np.asarray(values).astype(kind).tobytes()).decode()


def _unpacked(text: str, kind: str) -> NDArray[np.generic]:
    return np.frombuffer(base64.b64decode(text, validate=True), dtype=kind)
