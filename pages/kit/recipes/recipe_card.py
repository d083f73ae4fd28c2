"""What a recipe builds, part by part in the article and here, and what its published version gets wrong."""

from __future__ import annotations

from html import escape
from pathlib import Path

import streamlit as st

from pages.kit.controls import value_name
from pages.kit.map import FILES
from pages.kit.recipes.catalogue import VERSIONS, Erratum, Recipe
from pages.kit.recipes.original import missing
from pages.kit.tables import html_table
from pages.kit.words import called, option_name, t
from tl_core.experiment import Experiment

SHEET = Path(__file__).with_name("recipes.css")
PARTS = ("net", "source", "data", "augmentation", "optimizer", "learns")
GALLERY = "failures"  # the topic that stages what a test chosen on costs; linked once it is there


def show_recipe(recipe: Recipe, experiment: Experiment) -> None:
    """The parts, what is wrong with the published version, and whether the article's own net can run here."""
    st.subheader(t("recipes.parts.title", article=recipe.article), anchor=False)
    st.html(parts_table(recipe, experiment))
    st.caption(_original(recipe))
    st.subheader(t("recipes.errata.title"), anchor=False)
    st.html(f"<style>{SHEET.read_text(encoding='utf-8')}</style>{errata_list(recipe)}")
    st.caption(t("recipes.errata.note"))
    if recipe.name == "cnn" and GALLERY in FILES:
        st.page_link(FILES[GALLERY], label=t("recipes.gallery"), icon=":material/arrow_forward:")


def parts_table(recipe: Recipe, experiment: Experiment) -> str:
    """A row a part of the recipe: as the article has it, and as the settings above have it here."""
    header = [t(f"recipes.parts.{column}") for column in ("part", "article", "here")]
    rows = [
        [t(f"recipes.part.{part}"), t(f"recipes.{recipe.name}.part.{part}"), _here(part, recipe, experiment)]
        for part in PARTS
    ]
    return html_table(header, rows)


def _here(part: str, recipe: Recipe, experiment: Experiment) -> str:
    """What stands in a part's place, read off the settings."""
    training = experiment.training
    return t(
        f"recipes.here.{part}",
        net=option_name("backbone", experiment.backbone),
        source=option_name("source", experiment.source),
        dataset=option_name("dataset", experiment.target.dataset),
        labels=experiment.target.per_class,
        views=value_name("augmentation", experiment.augmentation),
        optimizer=option_name("optimizer", training.optimizer),
        rate=f"{training.learning_rate:g}",
        head=f"{training.learning_rate * training.head_ratio:g}",
        steps=training.steps,
        batch=training.batch_size,
        published=called(recipe.published),
        mended=called(recipe.mended),
    )


def _original(recipe: Recipe) -> str:
    """A sentence on the article's own net; with it, where the recipe has one, a sentence on its data."""
    lack = missing(recipe)
    if recipe.original is None:
        sentence = t("recipes.original.none")
    elif lack is None:
        sentence = t("recipes.original.unknown")
    elif lack:
        sentence = t("recipes.original.missing", reason=lack)
    else:
        sentence = t("recipes.original.there")
    return t("join").join([sentence, t("recipes.original.data")])


def errata_list(recipe: Recipe) -> str:
    """A line an erratum: what is wrong, how that was checked, and word for word what one sees."""
    return f'<ol class="errata">{"".join(_erratum(recipe, erratum) for erratum in recipe.errata)}</ol>'


def _erratum(recipe: Recipe, erratum: Erratum) -> str:
    marks = [t("recipes.errata.stops")] if erratum.stops else []
    marks += [t("recipes.errata.raced")] if erratum.raced else []
    checked = t(f"recipes.checked.{erratum.checked}", versions=VERSIONS.get(erratum.checked, ""))
    said = "".join(f"<b>{escape(mark)}</b>" for mark in marks)
    seen = f"<code>{escape(erratum.message)}</code>" if erratum.message else ""
    what = escape(t(f"recipes.{recipe.name}.erratum.{erratum.name}"))
    return f"<li>{what} <small>{escape(checked)}</small>{said}{seen}</li>"
