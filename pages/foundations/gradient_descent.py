"""Gradient descent: five update rules race from one point over a surface, then over a real net's loss."""

from __future__ import annotations

import streamlit as st

from pages.kit.descent.component import show_race
from pages.kit.descent.controls import show_controls
from pages.kit.descent.desk import DESK, open_desk
from pages.kit.descent.explain import NONE, explain
from pages.kit.descent.plane_panel import show_plane
from pages.kit.descent.take_away import take_away
from pages.kit.lesson import Lesson
from pages.kit.open_link import say_what_was_ignored
from pages.kit.prediction import predict, votes_text
from pages.kit.words import t

LESSON = Lesson(words="gradient_descent", predictions=(), controls=(), presets=(), questions=4)


def show() -> None:
    """The page from top to bottom."""
    open_desk()
    race, played = DESK.race, DESK.played
    predictions = (*race.rules, NONE)
    st.html(
        f'<h1 class="question">{t("gradient_descent.question")}</h1><p class="lead">{t("gradient_descent.lead")}</p>'
    )
    say_what_was_ignored(DESK)
    turn, stage = LESSON.first_screen()
    with turn:
        predict("gradient_descent", predictions, DESK, dict(played.note) if played else None)
        show_controls()
    with stage:
        show_race(race, DESK.race_id, DESK.heard)
    over = played if played and played.over else None
    votes = votes_text("gradient_descent", predictions, over.note) if over else None
    _explanation([*explain(over), *([votes] if votes else [])] if over else [])
    LESSON.concept()
    show_plane()
    LESSON.check()
    take_away(race)


def _explanation(sentences: list[str]) -> None:
    with st.container(key="explanation", gap="small"):
        st.subheader(t("lesson.explanation"), anchor=False)
        st.markdown("\n\n".join(sentences) if sentences else t("gradient_descent.no_explanation"))


show()
