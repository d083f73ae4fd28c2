"""Recipes: the code of five articles, each run as published, as far as it can run, beside its mended version."""

from __future__ import annotations

from functools import partial

from pages.kit.controls import Choice, Preset
from pages.kit.race_lesson import show_race_lesson
from pages.kit.recipes.chooser import RECIPE, RecipeLesson, chosen
from pages.kit.recipes.explain import explain
from pages.kit.recipes.original import missing


def show() -> None:
    """The page from top to bottom, for the recipe that is chosen."""
    recipe = chosen()
    nets = (Choice("source", (recipe.experiment.source, recipe.original), look="wide"),)
    lesson = RecipeLesson(
        words="recipes",
        predictions=(*recipe.entrants, "tie"),
        controls=(
            Choice("target.per_class", (1, 2, 5, 10, 20)),
            Choice("training.learning_rate", (3e-4, 1e-3, 3e-3, 1e-2)),
            *(nets if missing(recipe) == "" else ()),
            Choice("seed", look="number"),
        ),
        presets=(
            Preset(f"recipes.{recipe.name}.good", recipe.good),
            Preset(f"recipes.{recipe.name}.bad", recipe.bad),
        ),
        base=recipe.experiment,
        own=(RECIPE,),
    )
    show_race_lesson(lesson, recipe.entrants, explain=partial(explain, recipe))


show()
