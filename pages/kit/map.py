"""The map of what there is to learn: chapters and topics, which of them are here and which are still to come.

A topic has its words under `map.<topic>`, and its page, once there is one, is the file `<chapter>/<topic>.py`.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from pages.kit.words import t

PAGES = Path(__file__).parents[1]
# Topics by chapter, in reading order.
CHAPTERS: dict[str, tuple[str, ...]] = {
    "start": ("race", "pictures", "notebook"),
    "foundations": ("losses", "gradient_descent", "networks", "augmentation", "regularisation", "evaluation"),
    "transfer": (
        "kinds",
        "pretraining",
        "freezing",
        "small_samples",
        "learning_rates",
        "choosing_source",
        "multi_task",
        "few_shot",
    ),
    "domains": ("domain_shift", "adaptation"),
    "insight": ("explanations", "failures", "compression", "advisor"),
    "own_images": ("gather", "checkup", "own_model", "trial", "my_model"),
    "classroom": ("glossary", "faq", "recipes", "outlook"),
}
FILES: dict[str, Path] = {
    topic: file
    for chapter, topics in CHAPTERS.items()
    for topic in topics
    if (file := PAGES / chapter / f"{topic}.py").is_file()
}
HERE = frozenset(FILES)


def show_map() -> None:
    """A calm list, two columns of chapters."""
    st.subheader(t("map.title"), anchor=False)
    st.markdown(t("map.lead"))
    columns = st.columns(2, gap="large")
    for number, (chapter, topics) in enumerate(CHAPTERS.items()):
        lines = [f"**{t(f'chapter.{chapter}')}**", *(_line(topic) for topic in topics)]
        columns[number % 2].markdown("\n".join([lines[0], "", *lines[1:]]))


def _line(topic: str) -> str:
    if topic in HERE:
        return f"- **{t(f'map.{topic}')}** ({t('map.here')})"
    return f"- {t(f'map.{topic}')} :gray[({t('map.coming')})]"
