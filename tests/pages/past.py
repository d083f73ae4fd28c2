"""What the tests of past runs share: a race to list, and what is done on that page."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from tl_core.experiment import Experiment, Target
from tl_core.requests import RaceRequest

LANGUAGES = ("en", "zh")


def race(labels: int = 5, seed: int = 0, source: str | None = "letters") -> RaceRequest:
    return RaceRequest(experiment=Experiment(target=Target(per_class=labels), seed=seed, source=source))


def boxes(at: AppTest) -> list:
    return [box for box in at.checkbox if box.key.startswith("past.box.")]


def tick(at: AppTest, *run_ids: str) -> AppTest:
    for run_id in run_ids:
        at.checkbox(key=f"past.box.{run_id}").check().run()
    return at


def click(at: AppTest, name: str) -> AppTest:
    return at.button(key=f"past.{name}").click().run()


def keys(at: AppTest) -> set[str]:
    return {button.key for button in at.button}
