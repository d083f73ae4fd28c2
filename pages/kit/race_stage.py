"""The stage of a race: live accuracy curves, the followed digits under them, and after the end the scrubber."""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit as st

from pages.kit import look
from pages.kit.charts import CurveWords, accuracy_curves
from pages.kit.controls import value_name
from pages.kit.digits import digits_html
from pages.kit.language import current
from pages.kit.link import ROWS, value_of
from pages.kit.scrub_chart import ScrubWords, scrubbed
from pages.kit.tables import curve_rows, drift_rows, html_table, with_interval
from pages.kit.theme import palette
from pages.kit.words import class_names, group_name, phrase, t
from tl_core.entrants import entrant_name
from tl_core.experiment import DEFAULT_STEPS, Experiment
from tl_core.lab.contract import RunView, Status
from tl_core.recording import Recording
from tl_core.registry import ENTRANTS
from tl_core.reports import RaceReport

CHART_HEIGHT = 208
LAYER_GROUPS = ("stem", "stage1", "stage2", "stage3", "head")


@dataclass(frozen=True)
class RaceStage:
    """Draws a race in whatever state it is. `experiment` is planned next, `pinned` an earlier run to compare with."""

    experiment: Experiment
    pinned: RunView | None = None

    def draw(self, view: RunView | None) -> None:
        """The same elements in the same order in every state, so that the browser keeps the chart's node."""
        planned = Recording(steps=self.experiment.training.steps or DEFAULT_STEPS)
        recording = view.recording if view and view.recording.tracks else planned
        if view:
            names = class_names(recording.class_names, view.request.experiment.target.dataset)
            recording = replace(recording, class_names=names)
        report = view.report if view and isinstance(view.report, RaceReport) else None
        chart, scrubber, digits, after = st.container(), st.container(), st.container(), st.container()
        step = _scrubber(scrubber, view) if view and view.status is Status.FINISHED else None
        with chart:
            self._curves(recording, step, view)
        with digits:
            _digits(recording, step, self.experiment.target.dataset)
        with after:
            if report and step is not None:
                _scrubbed(recording, report, step)
            _twin(recording, report, step)

    def _curves(self, recording: Recording, step: int | None, view: RunView | None) -> None:
        pinned = self.pinned.recording if self.pinned else None
        spec = accuracy_curves(recording, curve_words(), palette(), pinned=pinned, cursor=step, scale=look.scale())
        st.echarts_chart(
            spec, key="race_curves", height=round(CHART_HEIGHT * look.scale()), alt=curves_in_words(recording)
        )
        notes = [t("race.live_note", live=recording.live_n or 200)]
        if self.pinned:
            notes.append(pinned_text(self.pinned, view))
        st.caption(t("join").join(notes))


def names() -> dict[str, str]:
    """The entrants as the reader calls them. The language is asked for once: each time costs 0.1 ms of every tick."""
    language = current()
    return {name: entrant_name(name, language) for name in ENTRANTS}


def curve_words() -> CurveWords:
    words = {name: t(f"chart.{name}") for name in ("step", "accuracy", "chance", "empty")}
    return CurveWords(names=names(), **words)


def pinned_text(pinned: RunView, view: RunView | None) -> str:
    """What the faint lines are, and by which settings they differ from the run on stage."""
    old, now = pinned.request.experiment, (view or pinned).request.experiment
    differing = [path for path in ROWS if value_of(old, path) != value_of(now, path)]
    changes = [
        t("race.pinned_change", field=t(f"field.{path}"), value=value_name(path, value_of(old, path)))
        for path in differing
    ]
    return t("race.pinned_note", changes="".join(changes))


def curves_in_words(recording: Recording) -> str:
    """What the chart shows, as one sentence for who cannot see it."""
    line, known = phrase("chart.alt_line"), names()
    latest = [
        line(name=known[name], accuracy=with_interval(track.moments[-1].accuracy))
        for name, track in recording.tracks.items()
        if track.moments
    ]
    if not latest:
        return t("chart.empty")
    step = max(track.moments[-1].step for track in recording.tracks.values() if track.moments)
    return t("chart.alt", step=step, lines=t("chart.alt_join").join(latest))


def _scrubber(place: st.delta_generator.DeltaGenerator, view: RunView) -> int | None:
    steps = view.recording.all_moment_steps  # a net that stopped early stays at its last look
    if len(steps) < 2:
        return steps[0] if steps else None
    with place:
        return st.select_slider(t("race.scrub"), steps, value=steps[-1], key=f"scrub.{view.id}")


def _digits(recording: Recording, step: int | None, dataset: str) -> None:
    if recording.watched:
        st.html(digits_html(recording, step, names()))
    else:
        st.caption(t("race.digits_to_come" if dataset == "digits" else "race.images_to_come"))


def _scrubbed(recording: Recording, report: RaceReport, step: int) -> None:
    final = report.runs[0].metrics.accuracy.n
    words = ScrubWords(
        names=names(),
        groups=_groups(),
        at_step=t("chart.at_step", step=step, n=recording.live_n),
        at_end=t("chart.at_end", n=final),
        drift=t("chart.drift"),
    )
    spec = scrubbed(recording, report, step, words, palette(), look.scale())
    st.plotly_chart(spec, key="race_scrubbed", config={"displayModeBar": False}, theme=None, alt=t("chart.scrub_alt"))


def _twin(recording: Recording, report: RaceReport | None, step: int | None) -> None:
    if not recording.moment_steps:
        return
    with st.expander(t("chart.as_table")):
        known = names()
        entrants = [known[name] for name in recording.tracks]
        final = t("chart.final_row", n=report.runs[0].metrics.accuracy.n) if report else ""
        rows = curve_rows(recording, report, final)
        st.html(html_table([t("chart.step"), *entrants], rows, t("chart.table_caption", n=recording.live_n)))
        if step is not None:
            header = [t("chart.layer_group"), *entrants]
            st.html(html_table(header, drift_rows(recording, step, _groups()), t("chart.drift_caption", step=step)))


def _groups() -> dict[str, str]:
    return {group: group_name(group) for group in LAYER_GROUPS}
