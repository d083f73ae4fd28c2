"""The map of what there is to learn: chapters and topics, which of them are here and which are still to come."""

from __future__ import annotations

import streamlit as st

from pages.kit.words import t

# Topics by chapter, in reading order; each has its words under `map.<topic>`. Those in HERE have a page.
CHAPTERS: dict[str, tuple[str, ...]] = {
    "start": ("race", "pictures", "notebook"),
    "foundations": ("losses", "gradient_descent", "networks", "augmentation", "regularisation", "evaluation"),
    "transfer": ("pretraining", "freezing", "small_samples", "choosing_source", "multi_task", "few_shot"),
    "domains": ("domain_shift", "adaptation"),
    "insight": ("explanations", "compression", "advisor"),
    "own_images": ("my_model",),
    "classroom": ("glossary", "faq", "recipes", "outlook"),
}
HERE = frozenset(
    {"race", "pictures", "notebook", "gradient_descent", "augmentation", "small_samples", "glossary", "faq"}
)


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
