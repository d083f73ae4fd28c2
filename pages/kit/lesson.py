"""The lesson frame: the pieces that every concept page puts together, in the order a student meets them.

A page says what is particular to it; `words` is the prefix of its sentences (`race` → `race.question`, …).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.kit.controls import Choice, Preset, chosen_preset, presets, read, what_if
from pages.kit.open_link import current_link, open_link, save_link, say_what_was_ignored, show_link
from pages.kit.page_state import OwnParameter, PageState
from pages.kit.prediction import predict, votes_text
from pages.kit.run_panel import Draw, RunRequestKind, run_button, show_stage, view_of
from pages.kit.take_away import answer, as_sources, downloads, show_report, sweep_passport, told_of
from pages.kit.terms import with_terms
from pages.kit.words import prose, t
from tl_core.experiment import Experiment
from tl_core.lab.contract import RunView
from tl_core.reports import RaceReport, RunReport
from tl_core.reports.sweep import SweepReport
from tl_core.requests import RaceRequest, RunRequest


@dataclass(frozen=True)
class Lesson:
    """One concept page. `questions` is the number of check questions; `shows` are the runs that its stage draws.

    `base` is the experiment that the page begins with (`None`: the default one); links and presets say what differs.
    `own` are settings that no experiment has; the page draws their widgets. `kept` are fields that no preset changes.
    """

    words: str
    predictions: Sequence[str]
    controls: Sequence[Choice]
    presets: Sequence[Preset]
    questions: int = 3
    shows: tuple[type[RunRequestKind], ...] = (RunRequest, RaceRequest)
    base: Experiment | None = None
    own: tuple[OwnParameter, ...] = ()
    kept: tuple[str, ...] = ("seed",)

    @property
    def state(self) -> PageState:
        return PageState(self.words, self.base, self.own)

    def open(self) -> None:
        """Take in the link, then the question and the line below it."""
        self.take_in_link()
        st.html(f'<h1 class="question">{t(f"{self.words}.question")}</h1><p class="lead">{t(f"{self.words}.lead")}</p>')
        say_what_was_ignored(self.state)

    def take_in_link(self) -> None:
        """Settings, run and prediction from the link, where it is new; a page that shows less takes in less."""
        open_link(self.controls, self.state, self.shows)

    def first_screen(self) -> tuple[DeltaGenerator, DeltaGenerator]:
        """A third for the student's turn, two thirds for the stage."""
        turn, stage = st.columns([1, 2.1], gap="medium")
        return turn.container(key="turn", gap="small"), stage.container(key="stage", gap="small")

    def predict(self) -> None:
        """The prediction: open, or locked while the settings are those of the run on stage."""
        view = view_of(self.state.run_id)
        locked = view is not None and read(self.controls, self.state.experiment) == view.request.experiment
        locked = locked and all(parameter.said == parameter.of(view.request) for parameter in self.own)
        predict(self.words, self.predictions, self.state, dict(view.note) if view and locked else None)

    def what_if(self) -> Experiment:
        """Controls and presets; the settings that they say."""
        self.state.experiment = experiment = what_if(self.controls, self.state)
        presets(self.presets, self.controls, self.state, self.kept)
        chosen = chosen_preset(self.presets, self.state, self.kept)
        if chosen:
            st.caption(t(f"{chosen.words}.why"))
        return experiment

    def run_button(self, request: RunRequestKind) -> None:
        run_button(request, self.state, view_of(self.state.run_id))

    def stage(self, draw: Draw) -> RunView | None:
        """The live stage; the run as it stood at this rerun."""
        show_stage(draw, self.state)
        return view_of(self.state.run_id)

    def pinned(self) -> RunView | None:
        """The pinned run, unless it is the one on stage."""
        return view_of(self.state.pinned) if self.state.pinned != self.state.run_id else None

    def explanation(self, sentences: Sequence[str], view: RunView | None) -> None:
        """What happened, in words chosen by what was measured; the class's votes after them."""
        votes = votes_text(self.words, self.predictions, view.note) if view else None
        sentences = [*sentences, *([votes] if votes and sentences else [])]
        with st.container(key="explanation", gap="small"):
            st.subheader(t("lesson.explanation"), anchor=False)
            st.markdown("\n\n".join(sentences) if sentences else t("lesson.no_explanation"))

    def concept(self) -> None:
        """The concept at two reading levels."""
        st.subheader(t("lesson.concept"), anchor=False)
        levels = {name: t(f"lesson.level_{name}") for name in ("simple", "deep")}
        level = st.segmented_control(
            t("lesson.level"),
            levels,
            default="simple",
            required=True,
            key="level",
            format_func=levels.__getitem__,
            label_visibility="collapsed",
            persist_state="session",
        )
        st.markdown(with_terms(prose(f"{self.words}.concept.{level}")), unsafe_allow_html=True)

    def check(self) -> None:
        """Questions whose feedback explains each answer, right or wrong."""
        st.subheader(t("lesson.check"), anchor=False)
        for number in range(1, self.questions + 1):
            self._question(f"{self.words}.check.{number}")

    def _question(self, key: str) -> None:
        answers = {answer: t(f"{key}.{answer}") for answer in ("a", "b", "c")}
        given = st.radio(t(f"{key}.question"), answers, index=None, key=key, format_func=answers.__getitem__)
        if given:
            verdict = "right" if given == t(f"{key}.right") else "wrong"
            why = with_terms(t(f"{key}.{given}_why"))
            st.markdown(f"**{t(f'lesson.{verdict}')}** {why}", unsafe_allow_html=True)

    def take_away(self, view: RunView | None, sentences: Sequence[str]) -> None:
        """The link, the student's answer, files to keep, and what the run was; the address bar is brought up to date.

        `sentences` are those of the explanation, for the lab report.
        """
        st.subheader(t("lesson.take_away"), anchor=False)
        save_link(self.state)
        st.markdown(t("lesson.link"))
        show_link(current_link(self.state))
        if view is not None and isinstance(view.report, SweepReport):
            answer(view, self.state, t("take_away.answer_kept"))
            sweep_passport(view.report)
            return
        if view is None or not isinstance(view.report, RunReport | RaceReport):
            st.caption(t("lesson.nothing_yet"))
            return
        answer(view, self.state, t("take_away.answer_here"))
        st.markdown(f"**{t('take_away.files')}**")
        downloads(view.report, told_of(view, self.words, self.predictions, sentences))
        as_sources(view.report)
        show_report(view.report)
