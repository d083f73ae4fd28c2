"""The lesson on losses: its formulas against autograd, what it hands in, and what it says of a finished race."""

from __future__ import annotations

import json

import pytest
import torch
from torch.nn import functional

from pages.kit.losses.explain import two_digits
from pages.kit.losses.formulas import both, one_rival
from pages.kit.losses.seen import RECORDED, answers, worst
from pages.kit.words import catalogue
from tests.constructed import run_report
from tests.pages.conftest import Open, opened, text_of
from tests.pages.fake_lab import FakeLab
from tl_core.experiment import Experiment
from tl_core.lab.contract import Status
from tl_core.measured import Interval
from tl_core.reports import RaceReport
from tl_core.requests import RaceRequest
from tl_core.training.losses import mean_squared_error

PAGE = "pages/foundations/losses.py"
LANGUAGES = ("en", "zh")
ENTRANTS = ("cross_entropy", "squared_error")


def lesson(open_app: Open, lang: str = "en", theme: str = "light", **parameters: str):
    return opened(open_app, PAGE, lang, theme, **parameters)


def race(accuracies: tuple[float, float], known: tuple[float, float], optimizer: str = "sgd") -> RaceReport:
    """Two nets with these accuracies on test and on training images."""
    experiment = Experiment.model_validate({"strategy": {"name": "fine_tune"}, "training": {"optimizer": optimizer}})
    runs = []
    for name, accuracy, share in zip(ENTRANTS, accuracies, known, strict=True):
        run = run_report(name, accuracy, experiment)
        metrics = run.metrics.model_copy(update={"training_accuracy": Interval.wilson(round(50 * share), 50)})
        runs.append(run.model_copy(update={"metrics": metrics}))
    return RaceReport.of(experiment, ENTRANTS, runs, seconds=4.0)


@pytest.mark.parametrize("classes", [2, 3, 10])
def test_losses_and_pulls_are_what_the_engine_and_autograd_compute(classes):
    generator = torch.Generator().manual_seed(classes)
    for spread in (0.1, 3.0, 8.0):
        logits = (spread * torch.randn(1, classes, generator=generator, dtype=torch.float64)).requires_grad_()
        label = torch.tensor([1])
        given = both(functional.softmax(logits, dim=1)[0].tolist(), 1)
        for loss, cost, pull in (
            (functional.cross_entropy, given.cross_entropy, given.cross_entropy_pull),
            (mean_squared_error, given.squared_error, given.squared_error_pull),
        ):
            value = loss(logits, label)
            (slope,) = torch.autograd.grad(value, logits)
            assert cost == pytest.approx(value.item(), rel=1e-9)
            assert pull == pytest.approx(abs(slope[0, 1].item()), rel=1e-9)


def test_what_the_concept_says_of_two_and_of_ten_classes():
    assert one_rival(1 / 3).squared_error_pull == pytest.approx(8 / 27)
    assert max((one_rival(p / 1000).squared_error_pull, p) for p in range(1, 1000))[1] == 333
    even = both([0.1] * 10, 0)
    assert (even.squared_error_pull, even.cross_entropy_pull) == (pytest.approx(0.018), pytest.approx(0.9))
    mild, sure = one_rival(1 / 3), one_rival(1e-3)
    assert sure.cross_entropy_pull / mild.cross_entropy_pull == pytest.approx(1.5, abs=0.01)
    assert sure.squared_error_pull / mild.squared_error_pull == pytest.approx(0.007, abs=0.0005)


def test_the_most_confident_mistake_is_the_wrong_answer_that_leaves_the_right_class_least():
    run = run_report("squared_error", 0.5)
    moment = run.moments[-1]
    shares = [list(row) for row in moment.probabilities]
    shares[3] = [0.0] * 10
    shares[3][7] = 1.0  # recorded as 0 for the right class: taken at the most that the rounding allows
    moment = moment.model_copy(update={"probabilities": tuple(map(tuple, shares))})
    found = worst(answers(run.model_copy(update={"moments": (*run.moments[:-1], moment)}), -1))
    assert (found.number, found.label, found.guess, found.both.right) == (4, 3, 7, RECORDED)
    assert worst(answers(run_report("squared_error", 1.0), -1)) is None


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_opens_with_its_question_and_both_charts(open_app, lang, theme):
    at = lesson(open_app, lang, theme)
    assert not at.exception
    assert catalogue(lang)["losses.question"] in text_of(at)
    assert len(at.get("echarts_chart")) == 3  # the stage, the losses, the pulls


def test_pressing_run_hands_in_a_race_of_the_two_losses_by_plain_sgd(open_app: Open, lab: FakeLab):
    at = lesson(open_app).button(key="run").click().run()
    asked = lab.submitted[0]
    assert asked.entrants == ENTRANTS
    assert asked.experiment.training.optimizer == "sgd"
    assert asked.experiment.strategy.name == "fine_tune"
    assert lab.notes["run-1"] == {"lesson": "losses"}
    assert not at.exception


def test_the_slider_reads_the_numbers_off_both_curves(open_app: Open):
    at = lesson(open_app)
    assert "cross-entropy costs 4.61 and pulls with 0.99; squared error costs 0.98 and pulls with 0.0196" in text_of(at)
    at.select_slider(key="losses.p").set_value(0.5).run()
    assert "pulls with 0.25" in text_of(at)
    marks = [json.loads(chart.proto.spec)["series"][-1]["data"] for chart in at.get("echarts_chart")[1:]]
    assert marks == [[[0.5, 0.25]], [[0.5, 0.25]]]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("accuracies", "known", "optimizer", "said"),
    [
        ((0.88, 0.36), (1.0, 0.4), "sgd", ("learnt_only_ce", "plain_ahead")),
        ((0.84, 0.22), (1.0, 0.3), "adamw", ("learnt_only_ce", "adaptive_ahead")),
        ((0.81, 0.805), (1.0, 1.0), "adamw", ("learnt_both", "adaptive_level")),
        ((0.85, 0.80), (1.0, 1.0), "adamw", ("learnt_both",)),
        ((0.20, 0.205), (0.2, 0.3), "sgd", ("learnt_neither", "plain_level")),
        ((0.30, 0.80), (0.3, 1.0), "sgd", ("learnt_only_se",)),
    ],
)
def test_each_outcome_is_explained_by_what_was_measured(
    open_app, lab: FakeLab, lang, accuracies, known, optimizer, said
):
    report = race(accuracies, known, optimizer)
    request = RaceRequest(experiment=report.experiment, entrants=ENTRANTS)
    lab.add("made", Status.FINISHED, request, report=report)
    at = lesson(open_app, lang, run="made")
    assert not at.exception
    text = text_of(at)
    numbers = {"ce": f"{100 * known[0]:.0f}%", "se": f"{100 * known[1]:.0f}%", "steps": 60}
    sentences = {}
    for key in ("learnt_both", "learnt_only_ce", "learnt_only_se", "learnt_neither"):
        sentences[key] = catalogue(lang)[f"losses.said.{key}"].format(**numbers)
    for key in ("plain_ahead", "plain_level", "adaptive_ahead", "adaptive_level"):
        sentences[key] = catalogue(lang)[f"losses.said.{key}"]
    assert {key for key, sentence in sentences.items() if sentence in text} == set(said)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_images_of_a_finished_race_stand_on_the_curves(open_app, lab: FakeLab, lang):
    report = race((0.88, 0.36), (1.0, 0.4))
    request = RaceRequest(experiment=report.experiment, entrants=ENTRANTS)
    lab.add("made", Status.FINISHED, request, report=report)
    at = lesson(open_app, lang, run="made")
    series = json.loads(at.get("echarts_chart")[-1].proto.spec)["series"]
    marked = [one for one in series if one["name"].endswith("images")]
    assert [len(one["data"]) for one in marked] == [12, 12]
    assert {point["symbol"] for point in marked[0]["data"]} == {"circle", "diamond"}
    at.get_by_key("losses.look").set_value("first").run()
    assert not at.exception


@pytest.mark.parametrize("preset", ["good", "bad"])
def test_a_preset_sets_the_controls_and_says_why(open_app: Open, preset):
    at = lesson(open_app).button(key=f"preset.losses.preset.{preset}").click().run()
    assert catalogue("en")[f"losses.preset.{preset}.why"] in text_of(at)
    assert at.session_state["losses.experiment"].training.optimizer == "adamw"


@pytest.mark.parametrize(
    ("value", "text"), [(2e-5, "0.000020"), (0.0196, "0.020"), (0.999, "1.00"), (9.9, "9.9"), (0, "0")]
)
def test_small_numbers_are_written_out(value, text):
    assert two_digits(value) == text
