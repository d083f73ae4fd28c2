"""What is left of the source in each net: how alike its features are, and how well they still do the source's task."""

from __future__ import annotations

from collections.abc import Iterator

import streamlit as st

from pages.kit import look
from pages.kit.freezing.blocks import GROUPS
from pages.kit.freezing.explain import FROZEN, TUNED, YOURS
from pages.kit.freezing.source_left_chart import SourceLeftWords, similarity_chart, source_chart
from pages.kit.tables import html_table, with_interval
from pages.kit.theme import palette
from pages.kit.words import called, group_name, option_name, percent, t
from tl_core.measured import Interval, SourceLeft
from tl_core.reports import RaceReport

NETS = (FROZEN, YOURS, TUNED)
STILL = 0.995  # a similarity that is printed as 1.00
HEIGHTS = {"similarity": 250, "source": 190}


def show_source_left(report: RaceReport | None) -> None:
    """Below the bill: both measures of each net of the finished race, as charts and as a table."""
    st.subheader(t("freezing.source_left.title"), anchor=False)
    st.markdown(t("freezing.source_left.what"))
    known = source_left_of(report)
    if not known:
        st.caption(t("freezing.source_left.none_yet" if report is None else "freezing.source_left.not_measured"))
        return
    for sentence in told_kept(report):
        st.markdown(sentence)
    words, scale = _words(report, known), look.scale()
    left, right = st.columns([3, 2], gap="large")
    with left:
        spec = similarity_chart(known, words, palette(), scale)
        alt = t("freezing.source_left.alt_similarity", nets=_said(known))
        st.echarts_chart(spec, key="kept_similarity", height=round(HEIGHTS["similarity"] * scale), alt=alt)
    if known[TUNED].after:
        with right:
            spec = source_chart(known, words, palette(), scale)
            alt = t("freezing.source_left.alt_source", nets=_said_source(known))
            st.echarts_chart(spec, key="kept_source", height=round(HEIGHTS["source"] * scale), alt=alt)
    with st.expander(t("chart.as_table")):
        st.html(kept_table(known))
    st.caption(t("freezing.source_left.note"))


def source_left_of(report: RaceReport | None) -> dict[str, SourceLeft]:
    """By net; nothing where one of them does not say, as in reports of earlier versions."""
    found = {run.entrant: run.source_left for run in report.runs if run.source_left} if report else {}
    return {net: found[net] for net in NETS} if set(NETS) <= set(found) else {}


def told_kept(report: RaceReport) -> Iterator[str]:
    """Who forgot how much of the source's task; which block sees things differently, and whether by weights at all."""
    known = source_left_of(report)
    if not known:
        return
    yours, tuned = known[YOURS], known[TUNED]
    if yours.before and yours.after and tuned.after:
        outcome = {(True, True): "both", (True, False): "yours", (False, True): "tuned", (False, False): "neither"}
        yield t(
            f"freezing.told.source.{outcome[forgot(yours), forgot(tuned)]}",
            task=option_name("source", report.experiment.source or "none"),
            before=percent(yours.before.value),
            yours=percent(yours.after.value),
            tuned=percent(tuned.after.value),
            tuned_name=called(TUNED),
            n=yours.after.n,
        )
    yield _least_alike(yours, tuned)
    yield from _moved_without_weights(report, yours)


def forgot(kept: SourceLeft) -> bool:
    """Whether the intervals before and after lie apart: stricter than a test on the same images would be."""
    return bool(kept.before and kept.after and kept.after.high < kept.before.low)


def _least_alike(yours: SourceLeft, tuned: SourceLeft) -> str:
    block, value = _least(yours)
    tuned_block, tuned_value = _least(tuned)
    return t(
        f"freezing.told.similar.{'same' if value >= STILL else 'changed'}",
        block=_block(block),
        value=f"{value:.2f}",
        tuned=_block(tuned_block),
        tuned_value=f"{tuned_value:.2f}",
        tuned_name=called(TUNED),
    )


def _moved_without_weights(report: RaceReport, yours: SourceLeft) -> Iterator[str]:
    """The trap: not one weight of the body moved, and it computes something else all the same."""
    drift = report.run(YOURS).moments[-1].drift
    block, value = _least(yours)
    if value < STILL and all(drift.get(group) == 0.0 for group in GROUPS):
        yield t("freezing.told.trap", block=_block(block), value=f"{value:.2f}")


def _least(kept: SourceLeft) -> tuple[str, float]:
    return min(kept.similarity.items(), key=lambda item: item[1])


def _block(group: str) -> str:
    return group_name(group)


def _words(report: RaceReport, known: dict[str, SourceLeft]) -> SourceLeftWords:
    task = option_name("source", report.experiment.source or "none")
    before = known[TUNED].before
    return SourceLeftWords(
        names={net: called(net) for net in known},
        groups={group: _block(group) for group in known[TUNED].similarity},
        similarity=t("freezing.source_left.similarity", n=known[TUNED].images),
        source=t("freezing.source_left.source", task=task, n=before.n if before else 0),
        before=t("freezing.source_left.before", value=percent(before.value)) if before else "",
    )


def _said(known: dict[str, SourceLeft]) -> str:
    parts = (f"{called(net)} {_values(kept)}" for net, kept in known.items())
    return t("chart.alt_join").join(parts)


def _values(kept: SourceLeft) -> str:
    return t("freezing.join").join(f"{_block(group)} {value:.2f}" for group, value in kept.similarity.items())


def _said_source(known: dict[str, SourceLeft]) -> str:
    return t("chart.alt_join").join(f"{called(net)} {_rate(kept.after)}" for net, kept in known.items())


def _rate(accuracy: Interval | None) -> str:
    return with_interval(accuracy) if accuracy else "–"


def kept_table(known: dict[str, SourceLeft]) -> str:
    """One row a net: similarity block by block, the source's task before and after."""
    groups = list(known[TUNED].similarity)
    header = [t("freezing.bill.net"), *(_block(group) for group in groups)]
    header += [t("freezing.source_left.column.before"), t("freezing.source_left.column.after")]
    rows = [
        [called(net), *(f"{kept.similarity[group]:.2f}" for group in groups), _rate(kept.before), _rate(kept.after)]
        for net, kept in known.items()
    ]
    return html_table(header, rows, t("freezing.source_left.caption"))
