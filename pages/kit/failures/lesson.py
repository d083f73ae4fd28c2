"""The lesson frame with a case in it: choose one, read its symptom, diagnose it, run it beside its mended twin."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from pages.kit.controls import Preset, put, read, what_if
from pages.kit.failures.cases import CASE, CASES, case_of, faults_of, plain, request_of
from pages.kit.failures.evidence import Evidence
from pages.kit.failures.explain import explain
from pages.kit.failures.panel import show_evidence
from pages.kit.language import current
from pages.kit.lesson import Lesson
from pages.kit.link import with_values
from pages.kit.navigation import show_next
from pages.kit.prediction import predict
from pages.kit.race_stage import RaceStage
from pages.kit.run_panel import view_of
from pages.kit.words import t
from tl_core.experiment import Experiment
from tl_core.lab.contract import RunView
from tl_core.reports import RaceReport


@dataclass(frozen=True)
class CasePreset(Preset):
    """A preset that also chooses the case."""

    case: str = "1"


class CaseLesson(Lesson):
    """A lesson whose first control is the case. The page remembers the controls; a case brings its own settings."""

    def take_in_link(self) -> None:
        """Of a link only what the page has controls for; what else stands in it is named as ignored."""
        super().take_in_link()
        asked, state = self.state.experiment, self.state
        state.experiment = plain(asked)  # a link with a run brings the settings of its case, which no link names
        if state.experiment != asked:
            left_out = faults_of(asked, state.written or {})
            state.ignored += tuple((fault.field, fault.text(current())) for fault in left_out)
            put(self.controls, state.experiment)

    def predict(self) -> None:
        """The diagnosis: open, or locked while case and settings are those of the run on stage."""
        view, state = view_of(self.state.run_id), self.state
        said = request_of(CASE.said, read(self.controls, state.experiment))
        predict(self.words, self.predictions, state, dict(view.note) if view and view.request == said else None)

    def what_if(self) -> Experiment:
        self.state.experiment = experiment = what_if(self.controls, self.state)
        with st.container(horizontal=True, gap="small", key="presets"):
            for preset in self.presets:
                st.button(
                    t(f"{preset.words}.label"),
                    key=f"preset.{preset.words}",
                    help=t(f"{preset.words}.why"),
                    on_click=self._apply,
                    args=(preset,),
                    type="tertiary",
                )
        for preset in self.presets:
            if CASE.said == preset.case and experiment == self._preset(preset):
                st.caption(t(f"{preset.words}.why"))
        return experiment

    def _preset(self, preset: Preset) -> Experiment:
        return with_values(self.state.base.model_copy(update={"seed": self.state.experiment.seed}), preset.values)

    def _apply(self, preset: CasePreset) -> None:
        self.state.experiment = self._preset(preset)
        put(self.controls, self.state.experiment)
        st.session_state[CASE.key] = preset.case


def show_failures(lesson: CaseLesson) -> None:
    """The page from top to bottom."""
    lesson.open()
    turn, stage = lesson.first_screen()
    with turn:
        _choose_case()
        lesson.predict()
        request = request_of(CASE.said, lesson.what_if())
        lesson.run_button(request)
    with stage:
        view = lesson.stage(RaceStage(request.experiment, lesson.pinned()).draw)
    evidence = _evidence(view)
    sentences = []
    if view and evidence:
        diagnosis = CASES[case_of(view.request) or CASE.said].diagnosis
        sentences = list(explain(evidence, diagnosis, view.note.get("prediction")))
    lesson.explanation(sentences, view)
    show_evidence(evidence)
    lesson.concept()
    lesson.check()
    lesson.take_away(view, sentences)
    show_next()


def _choose_case() -> None:
    """Seven numbers, and in a sentence what somebody complains of."""
    names = {number: number for number in CASES}
    st.segmented_control(
        t("failures.case"),
        list(names),
        default=CASE.said,
        key=CASE.key,
        format_func=names.__getitem__,
        required=True,
        persist_state="session",
    )
    st.markdown(t(f"failures.symptom.{CASE.said}"))


def _evidence(view: RunView | None) -> Evidence | None:
    """Nothing for a race of others than a failing run and its twin, which a link may bring."""
    report = view.report if view else None
    known = isinstance(report, RaceReport) and case_of(view.request) is not None
    return Evidence.of(report) if known else None
