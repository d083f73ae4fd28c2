"""The common questions in reading order: where each was asked, and the page and settings that answer it by a run.

Questions and answers are words, under `faq.question.<name>`; what stands here is the same in every language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

RACE, PICTURES = "race", "pictures"  # a page is named by its topic on the map
# How many questions each of the five articles answers at its end; `asked` counts them from 1 ("001.3").
ASKED = {"000": 4, "001": 8, "002": 3, "003": 6, "004": 0}


@dataclass(frozen=True)
class Question:
    """`link` is the query of `page`; `terms` are glossary terms that belong to the answer."""

    name: str
    asked: tuple[str, ...] = ()
    link: Mapping[str, str] = field(default_factory=dict)
    page: str = RACE


def _labels(count: int) -> dict[str, str]:
    return {"target.per_class": str(count)}


GROUPS: dict[str, tuple[Question, ...]] = {
    "basics": (
        Question("principle", ("003.1",), _labels(1)),
        Question("traditional", ("000.1", "001.1", "002.1"), _labels(1)),
        Question("deep", ("001.2",), {"source": "untrained", "target.per_class": "50"}),
        Question("advantages", ("001.3", "003.5"), _labels(50)),
        Question("when", ("001.4",), _labels(20)),
        Question("applications", ("000.2",), {"source": "natural"}),
    ),
    "choosing": (
        Question("source", ("001.5", "003.2"), {"source": "textures"}),
        Question("strategy", ("000.3", "002.2"), _labels(2)),
        Question("improve", ("001.7",), {"training.learning_rate": "0.03"}),
        Question("evaluate", ("001.6",), {"seed": "1"}),
    ),
    "limits": (
        Question("limits", ("000.4", "003.6"), {"source": "untrained"}),
        Question("cross_domain", ("002.3",), page=PICTURES),
        Question("shift", ("003.3",), {"source": "natural", "target.per_class": "50"}),
        Question("medical", ("003.4",), {"seed": "2"}),
        Question("future", ("001.8",), {"source": "objects_autoencoder", "target.per_class": "2"}),
    ),
    "myths": (
        Question("unlabelled", page="pretraining"),
        Question("always", link={"source": "textures", "target.per_class": "50"}),
        Question("frozen_rate", link={}),
        Question("only_last", link=_labels(50)),
        Question("all_weights", link={"training.head_ratio": "1"}),
        Question("logits", link=_labels(10)),
        Question("batch_norm", link={"strategy.batch_norm": "adapts"}),
        Question("more_data", page="augmentation"),
        Question("adam", link={"training.optimizer": "adam", "training.learning_rate": "0.03"}),
        Question("validation", link={"seed": "3"}),
        Question("layers", page="networks"),
        Question("consistency", page=PICTURES),
        Question("tasks_added", link={"seed": "4"}),
        Question("maml", link={"target.per_class": "1", "training.steps": "20"}),
        Question("code", link={"seed": "5"}),
    ),
}
QUESTIONS: dict[str, Question] = {question.name: question for group in GROUPS.values() for question in group}
