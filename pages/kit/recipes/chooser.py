"""Which of the five recipes the page shows: a choice above the prediction, part of the page's link."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from pages.kit.controls import Choice, put
from pages.kit.lesson import Lesson
from pages.kit.page_state import OwnParameter, PageState
from pages.kit.prediction import OPEN
from pages.kit.recipes.catalogue import Recipe
from pages.kit.recipes.five import RECIPES
from pages.kit.recipes.recipe_card import show_recipe
from pages.kit.words import called, t
from tl_core.requests import RaceRequest


class RecipeParameter(OwnParameter):
    """The recipe's name; of a run, the recipe whose two nets raced, with the optimizer that no control changes."""

    def of(self, request: object) -> str:
        if not isinstance(request, RaceRequest):
            return self.options[0]
        return next((name for name in RECIPES if _is_of(request, RECIPES[name])), self.options[0])


def _is_of(request: RaceRequest, recipe: Recipe) -> bool:
    used = request.experiment.training.optimizer
    return request.entrants == recipe.entrants and used == recipe.experiment.training.optimizer


RECIPE = RecipeParameter("recipe", tuple(RECIPES))


def chosen() -> Recipe:
    """As the choice stood when this rerun began; before the page's first, the first one."""
    return RECIPES[RECIPE.said]


@dataclass(frozen=True)
class RecipeLesson(Lesson):
    """A lesson of one recipe. The page is made anew in each rerun, for the recipe that is chosen."""

    def open(self) -> None:
        """A link, or a step back in the browser, may ask for another recipe: then it is read again, for that one."""
        before = RECIPE.said
        super().open()
        if RECIPE.said != before:
            self.state.written, st.session_state["address"] = None, self.state.last
            st.rerun()

    def predict(self) -> None:
        """First the choice of a recipe, and what its two nets do."""
        choose(self.controls, self.state)
        super().predict()

    def concept(self) -> None:
        """Before the concept, what this recipe builds and what is wrong with it."""
        show_recipe(chosen(), self.state.experiment)
        super().concept()


def choose(controls: tuple[Choice, ...], state: PageState) -> None:
    """The recipe, and in a line what was published and what is mended. Another one brings its own settings."""
    names = {name: t(f"recipes.{name}.name") for name in RECIPES}
    st.selectbox(
        t("recipes.choose"),
        list(names),
        index=list(names).index(RECIPE.said),
        key=RECIPE.key,
        format_func=names.__getitem__,
        persist_state="session",
        on_change=_take,
        args=(controls, state),
    )
    recipe = chosen()
    st.caption(
        t(
            "recipes.nets",
            published=t(f"recipes.{recipe.name}.published"),
            published_name=called(recipe.published),
            mended=t(f"recipes.{recipe.name}.mended"),
            mended_name=called(recipe.mended),
        )
    )


def _take(controls: tuple[Choice, ...], state: PageState) -> None:
    """The settings of the recipe that was just chosen; the run on stage was another one's."""
    state.experiment = chosen().experiment.model_copy(update={"seed": state.experiment.seed})
    state.run_id = state.pinned = None
    st.session_state[OPEN] = None
    put(controls, state.experiment)
