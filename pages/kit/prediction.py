"""Predict before you run: one answer, locked by the run, and for a class a tally beside each answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from pages.kit.page_state import PageState
from pages.kit.words import t

OPEN, LOCKED = "prediction.open", "prediction.locked"


def note_of(prediction: str | None, votes: Mapping[str, int]) -> dict[str, str]:
    """What is kept with the run."""
    note = {f"votes.{choice}": str(count) for choice, count in votes.items() if count}
    return {**note, **({"prediction": prediction} if prediction else {})}


def votes_of(note: Mapping[str, str]) -> dict[str, int]:
    """The class's votes out of a run's note."""
    found = {key.removeprefix("votes."): text for key, text in note.items() if key.startswith("votes.")}
    return {choice: int(text) for choice, text in found.items() if text.isdecimal()}


def votes_text(words: str, choices: Sequence[str], note: Mapping[str, str]) -> str | None:
    """The class's votes as a sentence, where a class has voted."""
    votes = votes_of(note)
    said = [
        t("predict.votes_one", answer=t(f"{words}.answer.{choice}"), count=votes[choice])
        for choice in choices
        if choice in votes
    ]
    return t("predict.votes", votes=t("predict.votes_join").join(said)) if said else None


def predict(words: str, choices: Sequence[str], state: PageState, locked: Mapping[str, str] | None) -> None:
    """Draw the answers. `locked` is the note of the run that has these very settings, where there is one."""
    tally = bool(st.session_state.get("tally"))
    with st.container(key="prediction", gap=None):
        answers, counts = st.columns([4, 1], gap="small") if tally else (st.container(), None)
        with answers:
            _answers(words, choices, state, locked)
        if counts is not None:
            with counts:
                _tally(choices, state, votes_of(locked) if locked is not None else None)
    st.toggle(t("predict.tally"), key="tally", help=t("predict.tally_help"), persist_state="session")


def _answers(words: str, choices: Sequence[str], state: PageState, locked: Mapping[str, str] | None) -> None:
    said = locked.get("prediction") if locked is not None else None
    label = t(f"{words}.predict") if locked is None else t("predict.locked" if said else "predict.none")
    names = {choice: t(f"{words}.answer.{choice}") for choice in choices}
    st.radio(
        label,
        choices,
        index=choices.index(said) if said in choices else None,
        key=OPEN if locked is None else f"{LOCKED}.{said}",
        format_func=names.__getitem__,
        disabled=locked is not None,
    )


def _tally(choices: Sequence[str], state: PageState, locked: dict[str, int] | None) -> None:
    votes = state.votes if locked is None else locked
    st.caption(t("predict.hands"))
    with st.container(key="tally_buttons", gap=None):
        for choice in choices:
            st.button(
                str(votes.get(choice, 0)),
                key=f"vote.{choice}",
                disabled=locked is not None,
                on_click=_count,
                args=(state, choice),
                width="stretch",
            )


def _count(state: PageState, choice: str) -> None:
    state.votes = {**state.votes, choice: state.votes.get(choice, 0) + 1}
