"""The lesson on regularisation: the gap and its interval, what is handed in, and what is said of a finished race."""

from __future__ import annotations

import json

import pytest

from pages.kit.regularisation.explain import NONE, REMEDIES
from pages.kit.regularisation.gap import between, gap_of
from pages.kit.words import catalogue
from tests.constructed import run_report
from tests.pages.conftest import Open, opened, text_of
from tests.pages.fake_lab import FakeLab
from tl_core.experiment import Experiment
from tl_core.lab.contract import Status
from tl_core.measured import Interval
from tl_core.reports import RaceReport
from tl_core.requests import RaceRequest

PAGE = "pages/foundations/regularisation.py"
LANGUAGES = ("en", "zh")
ENTRANTS = (NONE, *REMEDIES)
EXPERIMENT = Experiment.model_validate(
    {
        "strategy": {"name": "scratch"},
        "target": {"validation": 0.2},
        "model": {"dropout": 0.5},
        "training": {"patience": 20},
    }
)


def lesson(open_app: Open, lang: str = "en", theme: str = "light", **parameters: str):
    return opened(open_app, PAGE, lang, theme, **parameters)


def race(tested: tuple[float, ...], trained: tuple[float, ...] = (1.0, 1.0, 1.0, 1.0)) -> RaceReport:
    """Four nets with these accuracies on test images and on forty training images."""
    runs = []
    for name, accuracy, known in zip(ENTRANTS, tested, trained, strict=True):
        run = run_report(name, accuracy, EXPERIMENT)
        metrics = run.metrics.model_copy(update={"training_accuracy": Interval.wilson(round(40 * known), 40)})
        runs.append(run.model_copy(update={"metrics": metrics}))
    return RaceReport.of(EXPERIMENT, ENTRANTS, runs, seconds=9.0)


def shown(open_app: Open, lab: FakeLab, report: RaceReport, lang: str = "en"):
    request = RaceRequest(experiment=report.experiment, entrants=ENTRANTS)
    lab.add("made", Status.FINISHED, request, report=report)
    at = lesson(open_app, lang, run="made")
    assert not at.exception
    return at


def test_the_interval_of_the_gap_is_newcombes_of_his_own_example():
    """Newcombe (1998), table II, 56/70 against 48/80, method 10."""
    gap = between(Interval.wilson(56, 70), Interval.wilson(48, 80))
    assert (round(gap.low, 4), round(gap.high, 4)) == (0.0524, 0.3339)
    assert gap.is_seen


def test_a_net_that_is_right_on_everything_has_no_gap_that_could_be_seen():
    gap = between(Interval.wilson(40, 40), Interval.wilson(1000, 1000))
    assert gap.value == 0
    assert gap.low < 0 < gap.high
    assert not gap.is_seen


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_opens_with_its_question(open_app, lang, theme):
    at = lesson(open_app, lang, theme)
    assert not at.exception
    assert catalogue(lang)["regularisation.question"] in text_of(at)
    assert catalogue(lang)["regularisation.gap.none_yet"] in text_of(at)


def test_pressing_run_hands_in_all_four_nets_with_images_kept_aside(open_app: Open, lab: FakeLab):
    at = lesson(open_app)
    at.select_slider(key="set.model.dropout").set_value(0.8).run()
    at.button(key="run").click().run()
    asked = lab.submitted[0]
    assert asked.entrants == ENTRANTS
    assert asked.experiment.model.dropout == 0.8
    assert asked.experiment.target.validation == 0.2
    assert asked.experiment.training.patience
    assert asked.experiment.strategy.name == "scratch"
    assert not at.exception


def said(text: str, lang: str) -> set[str]:
    """Which of the page's sentences stand in the text, by the words before their first placeholder."""
    keys = ("gap", "no_gap", "unlearnt", "better", "worse", "same", "too_much")
    beginnings = {key: catalogue(lang)[f"regularisation.said.{key}"].split("{")[0] for key in keys}
    return {key for key, beginning in beginnings.items() if beginning in text}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("tested", "trained", "expected"),
    [
        ((0.79, 0.79, 0.83, 0.60), (1.0, 1.0, 1.0, 0.7), {"gap", "better", "worse", "same", "too_much"}),
        ((0.79, 0.792, 0.789, 0.79), (1.0, 1.0, 1.0, 1.0), {"gap", "same"}),
        ((0.98, 0.981, 0.979, 0.98), (1.0, 1.0, 1.0, 1.0), {"no_gap", "same"}),
        ((0.30, 0.301, 0.10, 0.299), (0.4, 0.4, 0.1, 0.4), {"unlearnt", "same", "worse"}),
    ],
)
def test_each_outcome_is_explained_by_what_was_measured(open_app, lab, lang, tested, trained, expected):
    assert said(text_of(shown(open_app, lab, race(tested, trained), lang)), lang) == expected


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_gap_of_each_net_is_drawn_and_stands_in_the_table(open_app, lab, lang):
    report = race((0.79, 0.80, 0.83, 0.60), (1.0, 1.0, 1.0, 0.7))
    at = shown(open_app, lab, report, lang)
    figures = [json.loads(chart.proto.spec) for chart in at.get("plotly_chart")]
    layout = next(figure["layout"] for figure in figures if len(figure["layout"]["annotations"]) == 5)
    assert len(layout["yaxis"]["ticktext"]) == 4
    gap = gap_of(report.run("only_dropout"))
    numbers = {"value": "17", "low": f"{100 * gap.low:.0f}", "high": f"{100 * gap.high:.0f}"}
    assert text_of(at).count(catalogue(lang)["regularisation.gap.points"].format(**numbers)) >= 1


@pytest.mark.parametrize("preset", ["good", "bad"])
def test_a_preset_sets_the_controls_and_says_why(open_app: Open, preset):
    at = lesson(open_app).button(key=f"preset.regularisation.preset.{preset}").click().run()
    assert catalogue("en")[f"regularisation.preset.{preset}.why"] in text_of(at)
    assert at.select_slider(key="set.target.per_class").value == (50 if preset == "good" else 10)


def test_a_net_that_stopped_early_does_not_end_the_looking_back_of_the_others(open_app: Open, lab: FakeLab):
    """The scrubber offered only the steps that all nets shared, so the others' later looks could not be reached."""
    report = race((0.79, 0.79, 0.83, 0.20))
    stopped = report.runs[-1].model_copy(update={"moments": report.runs[-1].moments[:4]})
    at = shown(open_app, lab, report.model_copy(update={"runs": (*report.runs[:-1], stopped)}))
    assert at.select_slider(key="scrub.made").value == 60
    assert not at.exception
