"""Learning rates: the request, the plan of each net, the finder on demand, and what is said of a run."""

from __future__ import annotations

import json
from functools import partial

import pytest

from pages.kit.rates.finder import finder_chart, finder_text
from pages.kit.rates.setting import BASE, NETS
from pages.kit.rates.thawing import share_of_updates
from pages.kit.rates.timeline import timeline
from pages.kit.theme import LIGHT
from pages.kit.words import catalogue
from tests.constructed import race_report
from tests.constructed_answers import bill_report, rates_report
from tests.pages.conftest import Open, opened, text_of
from tests.pages.fake_lab import FakeLab
from tl_core.errors import LabError
from tl_core.lab.contract import Status
from tl_core.requests import BillQuery, RaceRequest

PAGE = "pages/transfer/learning_rates.py"
BODY = ("stem", "stage1", "stage2", "stage3")
WORDS = {name: name for name in ("rate", "loss", "batch", "smooth", "suggested")}


@pytest.fixture
def page(open_app: Open):
    return partial(opened, open_app, PAGE)


def told(page, lab: FakeLab, accuracies: tuple[float, ...], lang: str = "en", experiment=BASE) -> str:
    report = race_report(dict(zip(NETS, accuracies, strict=True)), experiment)
    lab.add("race", Status.FINISHED, RaceRequest(experiment=experiment, entrants=NETS), report=report)
    at = page(lang, run="race")
    assert not at.exception
    return text_of(at)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_opens_with_the_plan_of_every_net(page, lang, theme):
    at = page(lang, theme)
    assert not at.exception
    text = text_of(at)
    assert catalogue(lang)["learning_rates.question"] in text
    assert [True for e in at.get("html") if e.proto.body.count('class="plan ') == len(NETS)]


def test_controls_and_entrants_reach_the_request(page, lab):
    at = page()
    at.select_slider(key="set.training.learning_rate").set_value(3e-2).run()
    at.select_slider(key="set.strategy.rate_decay").set_value(0.2).run()
    at.get_by_key("set.strategy.probe_share").set_value(0.75).run()
    at.radio(key="prediction.open").set_value("lp_ft").run()
    at.button(key="run").click().run()
    asked = lab.submitted[0]
    assert asked.entrants == NETS
    assert (asked.experiment.source, asked.experiment.target.dataset) == ("objects", "objects")
    assert asked.experiment.training.learning_rate == 3e-2
    assert (asked.experiment.strategy.rate_decay, asked.experiment.strategy.probe_share) == (0.2, 0.75)
    assert lab.notes["run-1"] == {"prediction": "lp_ft", "lesson": "learning_rates"}


@pytest.mark.parametrize("preset", ["late", "good", "bad", "new_task"])
def test_a_preset_says_why(page, preset):
    at = page().button(key=f"preset.learning_rates.preset.{preset}").click().run()
    assert catalogue("en")[f"learning_rates.preset.{preset}.why"] in text_of(at)
    assert not at.exception


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_finder_is_asked_on_demand_and_its_rate_can_be_used(page, lang):
    at = page(lang)
    assert "rates.use" not in [button.key for button in at.button]
    at.button(key="rates.run").click().run()
    assert not at.exception
    assert "0.02" in at.button(key="rates.use").label
    charts = [json.loads(chart.proto.spec) for chart in at.get("echarts_chart")]
    assert charts[-1]["xAxis"]["type"] == "log"
    at.button(key="rates.use").click().run()
    assert at.select_slider(key="set.training.learning_rate").value == 0.02
    assert "rates.use" in [button.key for button in at.button]  # the rate is nothing to the finder: it still stands


def test_other_settings_take_the_found_rate_away(page):
    at = page().button(key="rates.run").click().run()
    at.number_input(key="set.seed").set_value(3).run()
    assert "rates.use" not in [button.key for button in at.button]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_finder_that_the_lab_refuses_is_said(page, lab, lang):
    at = page(lang)

    def unreachable(*_, **__):
        raise LabError("lab_unreachable")

    lab.answer = unreachable
    at.button(key="rates.run").click().run()
    assert not at.exception
    assert catalogue(lang)["error.lab_unreachable"] in text_of(at)


def test_the_chart_marks_the_suggestion_and_leaves_out_what_is_infinite():
    report = rates_report()
    report = report.model_copy(update={"loss": (*report.loss[:-1], None)})
    spec = finder_chart(report, WORDS, LIGHT)
    dots, line = spec["series"]
    assert len(dots["data"]) == len(report.rate) - 1
    assert line["markLine"]["data"][0]["xAxis"] == report.suggestion
    assert line["markLine"]["precision"] > 6  # rounded to two decimals, most rates were 0, which a log axis leaves out
    assert finder_chart(rates_report(diverged=False), WORDS, LIGHT)["series"][1]["markLine"]["data"] == []


def test_a_sweep_that_never_spoils_suggests_nothing_in_words():
    assert finder_text(rates_report(diverged=False)).endswith("so the finder suggests nothing.")


def test_a_bar_begins_where_its_group_begins_to_learn_and_a_frozen_one_has_none():
    plan = bill_report(("stem",)).model_copy(
        update={"learns_after": {"stage1": 30, "stage2": 0, "stage3": 0, "head": 0}}
    )
    html = timeline({"gradual": plan})
    assert "margin-left:50.0%" in html
    assert "from step 30, rate 0.001" in html
    assert html.count('class="still"') == 1


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_who_gained_who_lost_and_who_made_no_difference_is_said(page, lab, lang):
    text = told(page, lab, (0.80, 0.90, 0.70, 0.801, 0.60), lang)
    words = catalogue(lang)
    for outcome, net, gap in (
        ("ahead", "discriminative", "10.0"),
        ("behind", "gradual", "10.0"),
        ("same", "lp_ft", "0.1"),
    ):
        name = words[f"option.strategy.{net}"]
        one = words[f"learning_rates.told.one.{outcome}"].format(net=name, gap=gap)
        assert words[f"learning_rates.told.{outcome}"].format(nets=one) in text
    assert words["learning_rates.told.frozen.ahead"].split("{")[0] in text


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_below_frozen_is_called_forgetting_only_where_source_and_target_are_the_same(page, lab, lang):
    words = catalogue(lang)
    accuracies = (0.50, 0.80, 0.70, 0.90, 0.95)
    forgot = words["learning_rates.told.frozen.forgot"].split("{")[0]
    assert forgot in told(page, lab, accuracies, lang)
    digits = BASE.model_copy(update={"target": BASE.target.model_copy(update={"dataset": "digits"})})
    text = told(page, lab, accuracies, lang, digits)
    assert forgot not in text
    assert words["learning_rates.told.frozen.behind"].split("{tuned}")[0].split("{gap}")[0] in text


def test_the_student_sets_the_timeline_and_it_reaches_picture_bill_link_and_request(page, lab):
    lab.answer = partial(_answer_with_timeline, lab.answer)
    at = page()
    assert [at.select_slider(key=f"thaw.{group}").value for group in BODY] == [30, 23, 15, 8]
    assert at.button(key="thaw.evenly").disabled
    at.select_slider(key="thaw.stem").set_value(60).run()
    at.select_slider(key="thaw.stage3").set_value(20).run()
    assert not at.exception
    plan = next(e.proto.body for e in at.get("html") if 'class="plan gradual"' in e.proto.body)
    assert "from step 20" in plan.partition('class="plan gradual"')[2]
    assert "strategy.thaw_after=%5B20%2C15%2C23%2C60%5D" in "".join(code.value for code in at.code)
    at.button(key="run").click().run()
    assert lab.submitted[0].experiment.strategy.thaw_after == (20, 15, 23, 60)
    at.button(key="thaw.evenly").click().run()
    assert at.select_slider(key="thaw.stem").value == 30


def test_a_link_brings_its_timeline_along(page, lab):
    lab.answer = partial(_answer_with_timeline, lab.answer)
    at = page(strategy__thaw_after="[1,2]")
    assert [at.select_slider(key=f"thaw.{group}").value for group in BODY] == [60, 60, 2, 1]


def test_the_share_of_updates_counts_each_weight_for_the_steps_in_which_it_learns():
    plan = bill_report().model_copy(
        update={"groups": {"stem": 100, "head": 300}, "steps": 10, "learns_after": {"stem": 5, "head": 0}}
    )
    assert share_of_updates(plan) == pytest.approx((100 * 5 + 300 * 10) / 4000)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(("gradual", "said"), [(0.5, "behind"), (0.801, "same"), (0.95, "ahead")])
def test_a_timeline_of_ones_own_is_told_with_who_joined_when(page, lab, lang, gradual, said):
    experiment = BASE.model_copy(update={"strategy": BASE.strategy.model_copy(update={"thaw_after": (4, 9, 2000)})})
    text = told(page, lab, (0.7, 0.8, gradual, 0.8, 0.8), lang, experiment)
    words = catalogue(lang)
    joined = words["learning_rates.told.joined"]
    plan = words["learning_rates.join"].join(
        joined.format(group=words[f"chart.group.{group}"], step=step) for group, step in (("stage3", 4), ("stage2", 9))
    )
    gap = f"{abs(gradual - 0.8) * 100:.1f}"
    net = words["option.strategy.gradual"]
    assert words[f"learning_rates.told.timeline.{said}"].format(plan=plan, net=net, gap=gap) in text


def _answer_with_timeline(usual, query, **options):
    """Bills with the plan of gradual unfreezing over 60 steps, as the engine makes it."""
    if not isinstance(query, BillQuery) or query.experiment.strategy.name != "gradual":
        return usual(query, **options)
    after = dict(zip(reversed(BODY), query.experiment.strategy.thaw_after or (8, 15, 23, 30), strict=False))
    return bill_report().model_copy(
        update={"learns_after": {"head": 0, **{group: step for group, step in after.items() if step < 60}}}
    )
