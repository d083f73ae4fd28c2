"""A lesson whose run is a sweep: several nets, numbers of labels and seeds. A page says which, and what is its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import streamlit as st

from pages.kit.lesson import Lesson
from pages.kit.navigation import show_next
from pages.kit.page_state import OwnParameter
from pages.kit.small_samples.stage import SweepStage
from pages.kit.words import t
from tl_core.experiment import Experiment
from tl_core.reports.sweep import SweepReport
from tl_core.requests.sweep import SweepRequest

Explain = Callable[[SweepReport, str | None], Iterable[str]]  # about a finished sweep and what was predicted


def show_sweep_lesson(lesson: Lesson, request_of: Callable[[Experiment], SweepRequest], *, explain: Explain) -> None:
    """The page from top to bottom."""
    lesson.open()
    turn, stage = lesson.first_screen()
    with turn:
        lesson.predict()
        for parameter in lesson.own:
            _own_buttons(lesson.words, parameter)
        experiment = lesson.what_if()
        request = request_of(experiment)
        lesson.run_button(request)
    with stage:
        view = lesson.stage(SweepStage(request, lesson.pinned()).draw)
    report = view.report if view and isinstance(view.report, SweepReport) else None
    sentences = list(explain(report, view.note.get("prediction"))) if view and report else []
    lesson.explanation(sentences, view)
    lesson.concept()
    lesson.check()
    lesson.take_away(view, sentences)
    show_next()


def _own_buttons(words: str, parameter: OwnParameter) -> None:
    """A row of buttons; a value that only a link can bring, such as four seeds, is added to them."""
    said = parameter.said
    options = [*parameter.options, *([said] if said not in parameter.options else [])]
    if all(option.isdecimal() for option in options):
        names = {option: option for option in sorted(options, key=int)}
    else:
        key = f"{words}.{parameter.name}"
        names = {option: t(f"{key}.{number}") for number, option in enumerate(parameter.options)}
        names |= {option: t(f"{key}.other") for option in options if option not in names}
    st.segmented_control(
        t(f"{words}.{parameter.name}.title"),
        list(names),
        default=said,
        key=parameter.key,
        format_func=names.__getitem__,
        required=True,
        persist_state="session",
    )
