"""The small-samples page: its sweep, its own settings in the link, its chart and its sentences."""

from __future__ import annotations

import json
from urllib.parse import parse_qsl

import pytest

from pages.kit.link import read_link
from pages.kit.small_samples.explain import explain
from pages.kit.words import catalogue
from tests.constructed import CIRCUMSTANCES, sweep_report
from tests.pages.conftest import Open, text_of
from tests.pages.conftest import opened as by_link
from tests.pages.fake_lab import FakeLab
from tl_core.experiment import Experiment, Training
from tl_core.lab.contract import Status
from tl_core.reports.sweep import SweepReport, SweepRow
from tl_core.requests.sweep import Cell, SweepRequest

PAGE = "pages/transfer/small_samples.py"


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Sentences that are made outside a page are English."""
    if "told" in request.node.name:
        monkeypatch.setattr("pages.kit.language.current", lambda: "en")


def open_page(open_app: Open, lang: str = "en"):
    return open_app(lang, page=PAGE)


def opened(open_app: Open, **parameters: str):
    """The page opened by a link."""
    return by_link(open_app, PAGE, **parameters)


def chart_of(at) -> dict:
    return json.loads(at.get("echarts_chart")[0].proto.spec)


def a_report(**accuracies: dict[int, list[float]]) -> SweepReport:
    """By strategy and labels: the accuracy of each seed."""
    rows = [
        SweepRow(strategy=name, per_class=size, seed=seed, accuracy=accuracy, n=1000, seconds=1.0)
        for name, sizes in accuracies.items()
        for size, values in sizes.items()
        for seed, accuracy in enumerate(values)
    ]
    return SweepReport.of(Experiment(), rows, 5.0, CIRCUMSTANCES)


def told(report: SweepReport, prediction: str | None = None) -> str:
    return "\n".join(explain(report, prediction))


CROSSING = {
    "scratch": {1: [0.40, 0.42, 0.41], 5: [0.70, 0.72, 0.71], 20: [0.95, 0.94, 0.95]},
    "frozen": {1: [0.60, 0.63, 0.61], 5: [0.80, 0.82, 0.81], 20: [0.88, 0.87, 0.88]},
}
LEVEL = CROSSING | {"scratch": {1: [0.40, 0.42, 0.41], 5: [0.70, 0.72, 0.71], 20: [0.87, 0.89, 0.88]}}
SLOW = CROSSING | {"scratch": {1: [0.2, 0.21, 0.22], 5: [0.3, 0.31, 0.30], 20: [0.31, 0.3, 0.31]}}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_opens_empty_and_hands_in_the_sweep_that_it_shows(open_app: Open, lab: FakeLab, lang):
    at = open_page(open_app, lang)
    assert not at.exception
    assert catalogue(lang)["small_samples.question"] in text_of(at)
    assert chart_of(at)["graphic"]
    at.button(key="run").click().run()
    assert not at.exception
    (asked,) = lab.submitted
    assert (asked.strategies, asked.per_class, asked.seeds) == (("scratch", "frozen"), (1, 20), 3)
    assert len(asked.cells) == 12


def test_every_seed_is_a_dot_every_mean_has_a_bar_and_the_table_says_the_same(open_app: Open, lab: FakeLab):
    at = open_page(open_app).button(key="run").click().run()
    series = {one["id"]: one for one in chart_of(at)["series"]}
    assert len(series["scratch seeds"]["data"]) == 6
    assert len(series["frozen"]["markLine"]["data"]) == 2
    assert chart_of(at)["xAxis"]["type"] == "log"
    tables = [e.proto.body for e in at.get("html") if 'class="twin"' in e.proto.body]
    assert "0: 52.0%; 1: 52.1%; 2: 52.2%" in tables[1]
    assert "52% · 0.01 s" in tables[0]


@pytest.mark.parametrize("status", list(Status))
def test_every_state_of_a_sweep_is_shown(open_app: Open, lab: FakeLab, status):
    request = SweepRequest(strategies=("scratch", "frozen"), per_class=(1, 5))
    whole = sweep_report(request)
    lab.add("mine", status, request, report=whole if status is Status.FINISHED else None)
    if status is Status.RUNNING:
        del lab.views["mine"].recording.rows[whole.rows[0].cell]
    at = opened(open_app, run="mine")
    assert not at.exception
    if status is Status.RUNNING:
        assert "19 of 20 trainings" in text_of(at)


def test_a_link_brings_back_who_took_part_and_how_many_seeds(open_app: Open, lab: FakeLab):
    at = opened(open_app, seeds="5", strategies="scratch,frozen,fine_tune", target__per_class="50")
    at.button(key="run").click().run()
    asked = lab.submitted[0]
    assert (len(asked.strategies), asked.per_class, asked.seeds) == (3, (1, 20, 50), 5)
    assert at.query_params["seeds"] in ("5", ["5"])
    again = opened(open_app, run="run-1")
    assert again.get_by_key("set.seeds").value == "5"
    assert again.radio(key="prediction.locked.None").disabled


def test_what_a_link_asks_of_these_in_vain_is_said(open_app: Open):
    at = opened(open_app, seeds="many")
    assert not at.exception
    assert at.get_by_key("set.seeds").value == "3"
    assert "seeds" in at.get_by_key("link_notice").label


def test_other_seeds_open_the_prediction_again(open_app: Open):
    at = open_page(open_app)
    at.radio(key="prediction.open").set_value("frozen").run()
    at.button(key="run").click().run()
    assert at.radio(key="prediction.locked.frozen").disabled
    at.get_by_key("set.seeds").set_value("5").run()
    assert not at.radio(key="prediction.open").disabled


def test_a_crossing_is_told_with_its_intervals_and_what_the_source_was_worth():
    said = told(a_report(**CROSSING), "frozen")
    assert "At 1 a class, “Frozen” is ahead: 61.3%" in said
    assert (
        "passes between 5 and 20 labels from “Frozen” to “From scratch”; with the fewest labels and with the most"
        in said
    )
    assert "the net from scratch has only at 5" in said
    assert "You predicted “Frozen” for 20 labels; it came out as “From scratch”." in said


def test_an_undecided_end_is_told_as_such():
    said = told(a_report(**LEVEL), "tie")
    assert "At 20 a class, nobody is ahead" in said
    assert "so it came out" in said
    assert "nobody is clearly ahead there" in told(a_report(**LEVEL), "scratch")


def test_a_net_without_time_is_told_apart_from_labels_without_worth():
    said = told(a_report(**SLOW))
    assert "has the best mean at every number of labels" in said
    assert "see whether it had enough steps" in said


def test_one_seed_is_told_to_decide_nothing():
    said = told(a_report(scratch={1: [0.4], 5: [0.7]}, frozen={1: [0.6], 5: [0.8]}), "frozen")
    assert said.count("One seed gives no interval") == 2


@pytest.mark.parametrize("preset", ["good", "bad"])
def test_a_preset_sets_the_controls_and_says_why(open_app: Open, lab: FakeLab, preset):
    at = open_page(open_app).button(key=f"preset.small_samples.preset.{preset}").click().run()
    assert catalogue("en")[f"small_samples.preset.{preset}.why"] in text_of(at)
    at.button(key="run").click().run()
    training = lab.submitted[0].experiment.training
    assert training == (Training(steps=120, batch_size=20) if preset == "good" else Training(steps=20, batch_size=16))


def test_passport_and_protocol_can_be_taken_away_and_what_cannot_is_said(open_app: Open):
    at = open_page(open_app).button(key="run").click().run()
    assert [button.label for button in at.get("download_button")] == ["Passport"]
    assert "12 trainings on" in text_of(at)
    assert catalogue("en")["take_away.sweep_has_no_more"] in text_of(at)


def test_one_net_alone_is_not_compared_and_a_missing_training_is_no_fault():
    assert told(a_report(scratch={1: [0.4, 0.5], 5: [0.7, 0.8]})) == ""
    said = told(a_report(scratch={1: [0.4, 0.5]}, frozen={1: [0.6, 0.7], 5: [0.8, 0.8]}))
    assert "At 1 a class" in said
    assert "At 5 a class" not in said


def test_one_training_of_the_sweep_is_offered_as_a_race_with_its_very_settings(open_app: Open, lab: FakeLab):
    at = open_page(open_app).button(key="run").click().run()
    links = [e.proto for e in at.get("page_link")]
    offered = next(link for link in links if "20 labels a class" in link.label)
    parameters = dict(parse_qsl(offered.query_string))
    request = lab.submitted[0]
    cell = Cell(strategy="scratch", per_class=20, seed=0)
    assert read_link(parameters).experiment.with_strategy("scratch") == request.experiment_of(cell)
