"""The stage of a sweep: the chart as rows arrive, and under it what each net reached and what it cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

import streamlit as st

from pages.kit import look
from pages.kit.small_samples.chart import Planned, SweepWords, sweep_chart
from pages.kit.tables import html_table
from pages.kit.theme import palette
from pages.kit.words import called, percent, t
from tl_core.lab.contract import RunView
from tl_core.registry import STRATEGIES
from tl_core.reports.sweep import SweepMean, SweepRow, summary_of
from tl_core.requests.sweep import SweepRequest

CHART_HEIGHT = 300


@dataclass(frozen=True)
class SweepStage:
    """Draws a sweep in whatever state it is. `request` is planned next, `pinned` an earlier one to compare with."""

    request: SweepRequest
    pinned: RunView | None = None

    def draw(self, view: RunView | None) -> None:
        """The same elements in the same order in every state, so that the browser keeps the chart's node."""
        rows = rows_of(view)
        request = view.request if view and isinstance(view.request, SweepRequest) else self.request
        means = summary_of(rows).means
        pinned = summary_of(rows_of(self.pinned)).means
        sizes = tuple(sorted({*request.per_class, *(mean.per_class for mean in pinned)}))
        planned = Planned(tuple(name for name in STRATEGIES if name in request.strategies), sizes)
        spec = sweep_chart(rows, means, planned, sweep_words(), palette(), pinned=pinned, scale=look.scale())
        height = round(CHART_HEIGHT * look.scale())
        st.echarts_chart(spec, key="sweep_chart", height=height, alt=in_words(means))
        notes = [t("small_samples.chart_note"), *([t("small_samples.pinned_note")] if pinned else [])]
        st.caption(t("join").join(notes))
        if rows:
            st.html(html_table(*cost_table(rows, means, planned)))
            st.caption(t("small_samples.cost_note"))
            with st.expander(t("chart.as_table")):
                st.html(html_table(*seed_table(rows, means)))


def rows_of(view: RunView | None) -> list[SweepRow]:
    """The trainings of a run that are through, in the order of strategy, number of labels and seed."""
    rank = {name: place for place, name in enumerate(STRATEGIES)}
    found = view.recording.rows.values() if view else ()
    return sorted(found, key=lambda row: (rank[row.strategy], row.per_class, row.seed))


def sweep_words() -> SweepWords:
    return SweepWords(
        names={name: called(name) for name in STRATEGIES},
        labels=t("small_samples.labels_axis"),
        accuracy=t("chart.accuracy"),
        chance=t("chart.chance"),
        empty=t("small_samples.empty"),
    )


def in_words(means: Sequence[SweepMean]) -> str:
    """What the chart shows, as one sentence for who cannot see it."""
    if not means:
        return t("small_samples.empty")
    said = [
        t("small_samples.alt_mean", name=called(mean.strategy), labels=mean.per_class, accuracy=_mean(mean))
        for mean in means
    ]
    return t("small_samples.alt", means=t("chart.alt_join").join(said))


def cost_table(
    rows: Sequence[SweepRow], means: Sequence[SweepMean], planned: Planned
) -> tuple[list[str], list[list[str]], str]:
    """A row a strategy, a column a number of labels: mean accuracy, and the seconds that one training took."""
    header = [t("small_samples.net"), *(t("small_samples.with_labels", labels=size) for size in planned.sizes)]
    body = []
    for name in planned.strategies:
        cells = [called(name)]
        for size in planned.sizes:
            mean = next((one for one in means if (one.strategy, one.per_class) == (name, size)), None)
            seconds = [row.seconds for row in rows if (row.strategy, row.per_class) == (name, size)]
            cells.append(_with_cost(mean, seconds) if mean else "")
        body.append(cells)
    return header, body, t("small_samples.cost_caption")


def _with_cost(mean: SweepMean, seconds: Sequence[float]) -> str:
    return t("small_samples.with_cost", accuracy=percent(mean.accuracy), seconds=f"{fmean(seconds):.2g}")


def seed_table(rows: Sequence[SweepRow], means: Sequence[SweepMean]) -> tuple[list[str], list[list[str]], str]:
    """The chart's text twin: a row a strategy and number of labels, with every seed."""
    header = [t(f"small_samples.column.{name}") for name in ("net", "labels", "seeds", "mean")]
    body = []
    for mean in means:
        single = [row for row in rows if (row.strategy, row.per_class) == (mean.strategy, mean.per_class)]
        seeds = t("chart.alt_join").join(f"{row.seed}: {100 * row.accuracy:.1f}%" for row in single)
        body.append([called(mean.strategy), str(mean.per_class), seeds, _mean(mean)])
    return header, body, t("small_samples.seed_caption", n=rows[0].n)


def _mean(mean: SweepMean) -> str:
    """The mean with its interval, where two seeds or more give one."""
    over = mean.over_seeds
    interval = f" ({100 * over.low:.1f}–{100 * over.high:.1f}%)" if over else ""
    return f"{100 * mean.accuracy:.1f}%{interval}"
