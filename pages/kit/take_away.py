"""What a finished race leaves to take away: its protocol, the paired differences, its passport."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from pages.kit import language
from pages.kit.tables import html_table
from pages.kit.words import option_name, t
from tl_core.report import RaceReport


def show_report(report: RaceReport) -> None:
    """Protocol, differences, passport, in this order."""
    st.markdown(f"**{t('lesson.protocol')}**")
    lines = [
        f"- **{option_name('strategy', run.strategy)}**: {run.protocol.say(language.current())}" for run in report.runs
    ]
    st.markdown("\n".join(lines))
    st.markdown(f"**{t('lesson.differences')}**")
    st.html(differences_table(report))
    with st.expander(t("lesson.passport")):
        st.html(passport_table(report))


def differences_table(report: RaceReport) -> str:
    """Who beats whom, on the same test images, with the interval of the difference."""
    header = [
        t(f"differences.{name}") for name in ("pair", "value", "interval", "only_first", "only_second", "decided")
    ]
    rows = []
    for found in report.differences:
        pair = t(
            "differences.minus",
            first=option_name("strategy", found.first),
            second=option_name("strategy", found.second),
        )
        interval = f"{_signed(found.low)} … {_signed(found.high)}"
        decided = t("differences.yes") if found.decided else t("differences.no")
        rows.append([pair, _signed(found.value), interval, str(found.only_first), str(found.only_second), decided])
    return html_table(header, rows, t("differences.caption", n=report.differences[0].n if report.differences else 0))


def _signed(share: float) -> str:
    """Percentage points with their sign; a true minus, which does not break off at the end of a line."""
    return f"{100 * share:+.1f}".replace("-", "\N{MINUS SIGN}")


def passport_table(report: RaceReport) -> str:
    """What it takes to get the same numbers again."""
    passport = report.runs[0].passport
    rows = [
        (t("passport.request"), passport.request),
        (t("passport.device"), t("passport.device_value", device=passport.device, threads=passport.threads)),
        (t("passport.finished"), passport.finished),
        *((t("passport.version", name=name), version) for name, version in passport.versions.items()),
        *((t("passport.data", name=name), digest) for name, digest in passport.data.items()),
        *((t("passport.weights", name=name), digest) for name, digest in _weights(report).items()),
    ]
    return html_table((t("passport.what"), t("passport.value")), rows)


def _weights(report: RaceReport) -> Mapping[str, str]:
    return {name: digest for run in report.runs for name, digest in run.passport.weights.items()}
