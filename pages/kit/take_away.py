"""What a finished run leaves to take away: the student's own answer, files to keep, protocol, differences, passport."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from pages.kit import language
from pages.kit.lab_handle import lab
from pages.kit.link import write_link
from pages.kit.map import FILES
from pages.kit.navigation import page_of
from pages.kit.page_state import PageState, owner
from pages.kit.prediction import votes_of
from pages.kit.tables import html_table
from pages.kit.words import called, said, t
from tl_core.errors import LabError, TLError
from tl_core.export import tables
from tl_core.export.forms import FORMS, AnyReport, Form, check_scripted
from tl_core.export.passport import passport_json, request_of, runs_of
from tl_core.export.told import ANSWER_AT_MOST, Told
from tl_core.lab.contract import RunView
from tl_core.registry import STRATEGIES
from tl_core.reports import RaceReport
from tl_core.reports.sweep import SweepReport

ANSWER = "answer"  # the key in the run's note
OF_ONE_NET = ("script", "notebook")


def told_of(view: RunView, words: str, choices: Sequence[str], found: Sequence[str]) -> Told:
    """What the lab report says beside the numbers, in the words of the lesson `words`.

    A stranger with the run's link gets no answer: it is free text, and only the run's own people wrote it.
    """
    answers = {choice: t(f"{words}.answer.{choice}") for choice in choices}
    votes = votes_of(view.note)
    return Told(
        question=t(f"{words}.question"),
        prediction=answers.get(view.note.get("prediction", ""), ""),
        votes=tuple((answer, votes[choice]) for choice, answer in answers.items() if choice in votes),
        answer=view.note.get(ANSWER, "") if view.mine else "",
        found=tuple(found),
    )


def answer(view: RunView, state: PageState, hint: str) -> None:
    """A field for the student's own words, kept with the run; for whoever asked for the run only."""
    if not view.mine:
        return
    key = f"answer.{view.id}"
    st.text_area(
        t("take_away.answer"),
        value=view.note.get(ANSWER, ""),
        max_chars=ANSWER_AT_MOST,
        key=key,
        placeholder=hint,
        on_change=_keep,
        args=(view.id, key, state),
    )


def _keep(run_id: str, key: str, state: PageState) -> None:
    text = (st.session_state[key] or "")[:ANSWER_AT_MOST]  # the browser's limit binds no other client
    try:
        lab().annotate(run_id, owner(), {ANSWER: text})
    except LabError as error:
        state.refusal = (error.code, error.params)


def downloads(report: AnyReport, told: Told) -> None:
    """A button a file, each with a line that says what it is good for. A file is made when its button is clicked.

    It is made outside the script's thread, so the language is settled here. A script tells nets apart by strategy only:
    where they differ in something else there is one for each, but none for a mistake made on purpose.
    """
    with st.container(key="downloads", gap="small"):
        for name, form in FORMS.items():
            if name in OF_ONE_NET and any(run.entrant not in STRATEGIES for run in runs_of(report)):
                for run in runs_of(report):
                    label = t("take_away.of_one_net", file=t(f"take_away.{name}"), net=called(run.entrant))
                    if run.experiment.mistake is None:
                        _download(name, form, run, told, label)
                    else:
                        st.caption(t("take_away.no_mistake", file=label))
            elif name in OF_ONE_NET and (refusal := _refusal(report)):
                st.caption(refusal)
            else:
                _download(name, form, report, told, t(f"take_away.{name}"))


def _refusal(report: AnyReport) -> str:
    """Why there can be no script; empty where there can. Asked before: a file that fails at the click says nothing."""
    try:
        check_scripted(report)
    except TLError as error:
        return said(error)
    return ""


def _download(name: str, form: Form, report: AnyReport, told: Told, label: str) -> None:
    file = form.file_name(report)
    button, line = st.columns([1, 3], gap="medium", vertical_alignment="center")
    button.download_button(
        label,
        data=partial(form.make, report, language.current(), told),
        file_name=file,
        mime=form.mime,
        key=f"take.{file}",
        on_click="ignore",
        width="stretch",
    )
    again = tables.reproducing(file, report.experiment)
    line.caption(t(f"take_away.{name}_for", file=file, folder=file.rsplit(".", 1)[0], again=again))


def as_sources(report: AnyReport) -> None:
    """A link for each net that was kept: the page on pre-training, with that net as a source."""
    nets = {run.net: called(run.entrant) for run in runs_of(report) if run.net}
    if not nets:
        return
    st.markdown(f"**{t('take_away.source')}**")
    st.caption(t("take_away.source_for"))
    with st.container(horizontal=True, gap="medium", key="as_sources"):
        for net, name in nets.items():
            label = t("take_away.source_of", net=name)
            st.page_link(FILES["pretraining"], label=label, query_params={"source": net}, width="content")


def show_report(report: AnyReport) -> None:
    """Protocol, differences, passport, in this order."""
    lang = language.current()
    st.markdown(f"**{t('lesson.protocol')}**")
    lines = [f"- **{called(run.entrant)}**: {run.protocol.say(lang)}" for run in runs_of(report)]
    st.markdown("\n".join(lines))
    if isinstance(report, RaceReport) and report.differences:
        st.markdown(f"**{t('lesson.differences')}**")
        _table(tables.differences(report, lang))
    with st.expander(t("lesson.passport")):
        _table(tables.passport(report, lang))


def sweep_passport(report: SweepReport) -> None:
    """A sweep's passport and protocol. It has no script, no notebook and no lab report; a line says what helps."""
    file = f"sweep-{report.experiment.target.dataset}-seed{report.experiment.seed}-passport.json"
    st.markdown(f"**{t('take_away.files')}**")
    with st.container(key="downloads", gap="small"):
        button, line = st.columns([1, 3], gap="medium", vertical_alignment="center")
        button.download_button(
            t("take_away.passport"),
            data=partial(passport_json, report),
            file_name=file,
            mime=FORMS["passport"].mime,
            key=f"take.{file}",
            on_click="ignore",
            width="stretch",
        )
        line.caption(t("take_away.passport_for", again=tables.reproducing(file, report.experiment)))
    st.caption(t("take_away.sweep_has_no_more"))
    most = max(report.rows, key=lambda row: (row.per_class, -row.seed)).cell
    link = write_link(request_of(report).experiment_of(most), None)
    label = t("take_away.one_of_sweep", labels=most.per_class, seed=most.seed)
    st.page_link(page_of({}), label=label, query_params=link, icon=":material/arrow_forward:")
    st.markdown(f"**{t('lesson.protocol')}**")
    st.markdown(report.say(language.current()))


def _table(found: tables.Table) -> None:
    st.html(html_table(found.header, found.rows, found.caption))
