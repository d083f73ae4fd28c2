"""The desk's way to use a net and to take it along: what it asks of a worker, and what comes back beside the report."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tl_core.attachments import id_of
from tl_core.lab.brought_models import BroughtModels
from tl_core.lab.database import Database
from tl_core.lab.model_desk import ModelDesk
from tl_core.lab.settings import Limits
from tl_core.reports import Report
from tl_core.requests import Query
from tl_core.requests.use import TakeQuery, TakeReport, UseQuery, UseReport

NET = "weights-0123456789abcdef"
SAID = UseReport(
    net=NET,
    class_names=("cat", "dog"),
    probabilities=(0.25, 0.75),
    temperature=None,
    likeness=None,
    picture="data:",
    explained=1,
    heat=None,
    layer=None,
    places=0,
    no_heat="no_maps",
    seconds=0.1,
)
FILE = TakeReport(net=NET, form="program", file="file-1", name="x.pt2", size=3, side=32, class_names=("cat", "dog"))


class Worker:
    """Answers as a worker would, and remembers what it was asked and sent."""

    def __init__(self) -> None:
        self.asked: list[tuple[Query, Mapping[str, bytes]]] = []

    def __call__(self, query: Query, timeout: float, files: Mapping[str, bytes]) -> tuple[Report, dict[str, bytes]]:
        self.asked.append((query, files))
        return (SAID, {}) if isinstance(query, UseQuery) else (FILE, {"file-1": b"pt2"})


@pytest.fixture
def worker() -> Worker:
    return Worker()


@pytest.fixture
def desk(worker: Worker, tmp_path: Path) -> ModelDesk:
    return ModelDesk(BroughtModels(Database(f"sqlite:///{tmp_path / 'lab.sqlite'}")), worker, Limits())


def test_a_picture_goes_beside_the_question_and_is_kept_nowhere(desk: ModelDesk, worker: Worker):
    report = desk.use(NET, "../a [cat].png", b"picture", explained=0)
    ((query, files),) = worker.asked
    assert isinstance(query, UseQuery)
    assert (query.net, query.explained, query.file.name) == (NET, 0, "../a (cat).png")
    assert files == {query.file.file: b"picture"} == {id_of(b"picture"): b"picture"}
    assert report.class_names[report.best] == "dog"
    assert report.say_likeness("en").startswith("Whether this picture is like")


def test_a_net_comes_back_as_a_file(desk: ModelDesk, worker: Worker):
    report, content = desk.take(NET, "program")
    assert (report.name, content) == ("x.pt2", b"pt2")
    assert worker.asked == [(TakeQuery(net=NET, form="program"), {})]
