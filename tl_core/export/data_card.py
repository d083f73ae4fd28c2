"""What a run was trained and tested on, and what each net took for what: two tables of the lab report."""

from __future__ import annotations

from tl_core.entrants import entrant_name
from tl_core.export.passport import circumstances_of, runs_of
from tl_core.export.tables import AnyReport, Table
from tl_core.registry import IMAGES_ID
from tl_core.reports import RunReport
from tl_core.text import catalogue, say

MOST_CLASSES = 20  # whose confusions fit on a page


def data_card(report: AnyReport, language: str) -> Table:
    """The data of a run: how many images of what, how they were parted, in what form they are kept."""
    run = runs_of(report)[0]
    protocol, join = run.protocol, say(language, "table.join")
    own = IMAGES_ID.fullmatch(protocol.dataset) is not None
    name = say(language, "option.dataset." + ("own" if own else protocol.dataset), domain=protocol.domain)
    names = class_names(run, language)
    rows = [
        ("name", name),
        ("classes", f"{len(names)}: {join.join(names)}"),
        ("training", f"{protocol.training_images:,}"),
        ("validation", f"{protocol.validation_images:,}"),
        ("test", f"{run.metrics.accuracy.n:,}"),
    ]
    if run.metrics.confusion is not None:
        counts = (f"{label} {sum(row)}" for label, row in zip(names, run.metrics.confusion, strict=True))
        rows.append(("test_classes", join.join(counts)))
    rows.append(("parted", say(language, f"data_card.parting.{protocol.parting}", share=protocol.test_share)))
    rows += [("form", say(language, "data_card.own_form"))] if own else []
    rows += [("left_out", f"{protocol.unreadable} + {protocol.duplicates}")] if own else []
    rows += [("hash", f"{part} {digest}") for part, digest in circumstances_of(report).data.items()]
    return Table(
        (say(language, "passport.what"), say(language, "passport.value")),
        tuple((say(language, f"data_card.{key}"), value) for key, value in rows),
    )


def confusions(report: AnyReport, language: str) -> tuple[Table, ...]:
    """A table a net: rows are labels, columns what the net said. None where there are too many classes to print."""
    found = []
    for run in runs_of(report):
        names = class_names(run, language)
        if run.metrics.confusion is None or len(names) > MOST_CLASSES:
            continue
        rows = tuple((name, *map(str, row)) for name, row in zip(names, run.metrics.confusion, strict=True))
        header = (say(language, "data_card.label"), *names)
        found.append(Table(header, rows, entrant_name(run.entrant, language)))
    return tuple(found)


def class_names(run: RunReport, language: str) -> tuple[str, ...]:
    """The classes in the reader's language; a person's own are called what they called them."""
    words = catalogue(language)
    return tuple(words.get(f"class.{run.protocol.dataset}.{name}", name) for name in run.class_names)
