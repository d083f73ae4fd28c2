"""Past runs side by side: what a comparison shows, and what it refuses."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from pages.kit.words import catalogue
from tests.constructed import race_report, run_report
from tests.pages.conftest import text_of
from tests.pages.fake_lab import WHEN, FakeLab
from tests.pages.past import LANGUAGES, click, race, tick
from tl_core.experiment import Experiment
from tl_core.lab.contract import Status
from tl_core.requests import RunRequest


def add_race(lab: FakeLab, run_id: str, labels: int, seed: int, fine_tune: float) -> None:
    request = race(labels, seed)
    report = race_report({"frozen": 0.82, "fine_tune": fine_tune}, request.experiment)
    lab.add(run_id, Status.FINISHED, request, report=report, created=WHEN + timedelta(minutes=len(lab.views)))


def compared(at: AppTest, *run_ids: str) -> AppTest:
    return click(tick(at, *run_ids), "compare")


def chart(at: AppTest, number: int) -> dict:
    return json.loads(at.get("echarts_chart")[number].proto.spec)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_two_races_are_shown_on_one_chart_with_their_settings_and_paired_differences(open_past, lab, lang, theme):
    add_race(lab, "few", 1, 0, 0.85)
    add_race(lab, "many", 20, 0, 0.95)
    at = compared(open_past(lang, theme), "many", "few")
    assert not at.exception
    words, text = catalogue(lang), text_of(at)
    assert "<td>1</td><td>20</td>" in text  # labels a class: the older run is A
    gap = words["past.pair"].format(net=words["option.strategy.fine_tune"], runs="A − B")
    assert f'<th scope="row">{gap}</th><td>−10.0</td>' in text
    assert words["past.images_meaning"] in text
    assert words["past.seeds_meaning"] not in text


def test_compared_runs_differ_in_marker_and_letter_while_colour_and_dash_stay_the_strategys(open_past, lab):
    add_race(lab, "few", 1, 0, 0.85)
    add_race(lab, "many", 20, 0, 0.95)
    at = compared(open_past(), "few", "many")
    lines = {series["name"]: series for series in chart(at, 0)["series"] if series.get("endLabel", {}).get("show")}
    assert set(lines) == {"A frozen", "A fine_tune", "B frozen", "B fine_tune"}
    first, second, other = (lines[name] for name in ("A frozen", "B frozen", "B fine_tune"))
    assert first["lineStyle"] == second["lineStyle"]
    assert first["lineStyle"]["type"] != other["lineStyle"]["type"]
    assert first["symbol"] != second["symbol"] == other["symbol"]
    assert first["endLabel"]["formatter"] == "A Frozen 82%"


def test_groups_over_seeds_show_one_dot_a_seed_and_say_what_their_interval_means(open_past, lab: FakeLab):
    for seed in (0, 1):
        add_race(lab, f"few-{seed}", 1, seed, 0.85 + seed / 100)
        add_race(lab, f"many-{seed}", 20, seed, 0.95)
    at = compared(open_past(), "few-0", "few-1", "many-0", "many-1")
    dots = {series["id"]: series["data"] for series in chart(at, 1)["series"] if series["id"].startswith("seeds")}
    assert dots["seeds 1"] == [[-10.0, 1], [-9.0, 1]]
    assert "Fine-tuned: AC − BD</th><td>−9.5</td>" in text_of(at)
    assert catalogue("en")["past.seeds_meaning"] in text_of(at)


def test_other_seeds_give_a_sentence_and_no_difference(open_past, lab: FakeLab):
    add_race(lab, "few", 1, 0, 0.85)
    add_race(lab, "many", 20, 7, 0.95)
    at = compared(open_past(), "few", "many")
    assert catalogue("en")["past.reason.other_seeds"].format(pairs="A − B") in text_of(at)
    assert len(at.get("echarts_chart")) == 1


def test_runs_that_are_equal_but_for_the_seed_compare_their_nets_and_single_nets_nothing(open_past, lab: FakeLab):
    for seed in (0, 1):
        add_race(lab, f"race-{seed}", 1, seed, 0.85 + seed / 100)
        request = RunRequest(experiment=Experiment(seed=seed))
        report = run_report("frozen", 0.8, request.experiment)
        lab.add(f"net-{seed}", Status.FINISHED, request, report=report)
    at = compared(open_past(), "race-0", "race-1")
    assert "Frozen − Fine-tuned</th><td>−3.5</td>" in text_of(at)
    click(click(at, "back"), "clear")
    assert catalogue("en")["past.one_group"] in text_of(compared(at, "net-0", "net-1"))


def test_what_has_no_result_is_left_out_of_a_comparison_and_named(open_past, lab: FakeLab):
    add_race(lab, "few", 1, 0, 0.85)
    at = compared(open_past(), "few", "failed")
    assert catalogue("en")["past.left_out"].format(names="“default settings”") in text_of(at)
    assert catalogue("en")["past.too_few"] in text_of(at)


def test_more_than_six_runs_are_not_compared(open_past, lab: FakeLab):
    for seed in range(7):
        add_race(lab, f"race-{seed}", 1, seed, 0.85)
    at = tick(open_past(), *(f"race-{seed}" for seed in range(6)))
    assert not at.button(key="past.compare").disabled
    assert tick(at, "race-6").button(key="past.compare").disabled
