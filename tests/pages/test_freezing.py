"""Frozen or tuned: the blocks to click on, the request that they make, the bill, and what is said of a run."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial

import pytest

from pages.kit.freezing.blocks import GROUPS, clicked, states, with_states
from pages.kit.freezing.source_left_chart import SourceLeftWords, similarity_chart, source_chart
from pages.kit.freezing.strips import strips
from pages.kit.theme import LIGHT
from pages.kit.words import catalogue
from tests.constructed import race_report
from tests.pages.conftest import Open, opened, text_of
from tests.pages.fake_lab import FakeLab
from tl_core.errors import LabError
from tl_core.experiment import Experiment
from tl_core.lab.contract import Status
from tl_core.measured import Interval, SourceLeft
from tl_core.reports import RaceReport
from tl_core.requests import RaceRequest

PAGE = "pages/transfer/freezing.py"
NETS = ("your_net", "all_frozen", "all_tuned")


@pytest.fixture
def page(open_app: Open):
    return partial(opened, open_app, PAGE)


def a_race(accuracies: tuple[float, ...], moved: dict[str, float] | None = None, **strategy: object) -> RaceReport:
    """A finished race of the three nets; `moved` is how far the student's blocks went."""
    experiment = Experiment.model_validate({"strategy": {"name": "partial", **strategy}})
    report = race_report(dict(zip(NETS, accuracies, strict=True)), experiment)
    if moved is None:
        return report
    yours = report.runs[0]
    last = yours.moments[-1]
    last = last.model_copy(update={"drift": {**last.drift, **moved}})
    yours = yours.model_copy(update={"moments": (*yours.moments[:-1], last)})
    return report.model_copy(update={"runs": (yours, *report.runs[1:])})


def told(page, lab: FakeLab, report: RaceReport, lang: str = "en") -> str:
    request = RaceRequest(experiment=report.experiment, entrants=NETS)
    lab.add("race", Status.FINISHED, request, report=report)
    at = page(lang, run="race")
    assert not at.exception
    return text_of(at)


def test_a_click_takes_a_block_from_tuned_to_frozen_to_fresh_and_never_leaves_all_tuned():
    experiment = with_states(Experiment(), dict.fromkeys(GROUPS, "tuned") | {"stage3": "frozen"})
    assert states(experiment)["stage3"] == "frozen"
    experiment = clicked(experiment, "stage3")
    assert states(experiment) == dict.fromkeys(GROUPS, "tuned") | {"stage3": "fresh"}
    assert experiment.strategy.frozen == ("stage3",)  # an empty list would freeze the first half
    assert states(clicked(experiment, "stage3"))["stage3"] == "frozen"
    assert states(clicked(clicked(experiment, "stem"), "stage3"))["stage3"] == "tuned"


def test_nothing_named_as_frozen_is_shown_as_the_engine_reads_it():
    assert [group for group, state in states(Experiment()).items() if state == "frozen"] == ["stem", "stage1"]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_block_says_its_state_in_words_and_the_bill_stands_below(page, lang, theme):
    at = page(lang, theme)
    assert not at.exception
    words = catalogue(lang)
    assert words["freezing.state.frozen"] in at.button(key="block_stem").label
    assert words["freezing.state.tuned"] in at.button(key="block_stage3").label
    assert at.button(key="block_head").disabled
    assert "58,250" in text_of(at)
    assert words["freezing.question"] in text_of(at)


def test_clicks_and_the_switch_reach_the_request_and_the_bill(page, lab: FakeLab):
    at = page()
    at.button(key="block_stem").click().run()
    at.button(key="block_stage3").click().run()
    at.get_by_key("follows").set_value(True).run()
    at.radio(key="prediction.open").set_value("all_frozen").run()
    at.button(key="run").click().run()
    asked = lab.submitted[0]
    assert asked.entrants == NETS
    assert asked.experiment.strategy.frozen == ("stage1", "stage2", "stage3")
    assert asked.experiment.strategy.reinitialise == ("stem",)
    assert asked.experiment.strategy.batch_norm == "adapts"
    assert asked.experiment.target.per_class == 20
    assert lab.notes["run-1"] == {"prediction": "all_frozen", "lesson": "freezing"}
    assert not at.exception


@pytest.mark.parametrize("preset", ["good", "bad", "wrong_end"])
def test_a_preset_sets_blocks_and_switch_and_says_why(page, preset):
    at = page().button(key=f"preset.freezing.preset.{preset}").click().run()
    assert catalogue("en")[f"freezing.preset.{preset}.why"] in text_of(at)
    assert at.get_by_key("follows").value == (preset == "bad")


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(
    ("accuracies", "against_tuned", "against_frozen"),
    [
        ((0.90, 0.80, 0.901), "same", "ahead"),
        ((0.80, 0.801, 0.92), "behind", "same"),
        ((0.9, 0.95, 0.8), "ahead", "behind"),
    ],
)
def test_cost_and_gain_are_said_as_they_were_measured(page, lab, lang, accuracies, against_tuned, against_frozen):
    text = told(page, lab, a_race(accuracies), lang)
    for key in (f"tuned.{against_tuned}", f"frozen.{against_frozen}"):
        assert catalogue(lang)[f"freezing.told.{key}"].split("{")[0] in text


def test_the_block_that_moved_most_is_named_with_its_number(page, lab):
    moved = {"stem": 0.0, "stage1": 0.0, "stage2": 0.14, "stage3": 0.21}
    assert "stem, stage 1 stood still, and stage 3 went furthest: 0.21" in told(
        page, lab, a_race((0.9, 0.8, 0.9), moved)
    )


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(
    ("accuracies", "frozen", "said"),
    [
        ((0.70, 0.80, 0.75), GROUPS, "behind"),
        ((0.80, 0.80, 0.75), GROUPS, "same"),
        ((0.85, 0.80, 0.75), GROUPS, "ahead"),
        ((0.85, 0.80, 0.75), GROUPS[:2], "mixed"),
    ],
)
def test_statistics_that_followed_are_named_and_blamed_only_where_nothing_else_differs(
    page, lab, lang, accuracies, frozen, said
):
    still = dict.fromkeys(frozen, 0.0)
    text = told(page, lab, a_race(accuracies, still, frozen=frozen, batch_norm="adapts"), lang)
    key = catalogue(lang)[f"freezing.told.statistics.{said}"]
    assert max(key.split("{"), key=len).split("}")[-1][:12] in text
    to_blame = catalogue(lang)["freezing.told.frozen.ahead"].split("{")[0] in text  # blocks that learn, where any did
    assert to_blame == (said == "mixed")


def test_fresh_blocks_are_said_to_have_begun_at_random(page, lab):
    report = a_race((0.8, 0.8, 0.9), frozen=("stem",), reinitialise=("stage3",))
    assert "stage 3 began at random" in told(page, lab, report)


def test_the_strips_hold_drift_only_of_a_run_with_these_very_settings(page, lab):
    report = a_race((0.9, 0.8, 0.9), {"stem": 0.0, "stage3": 0.21})
    assert "<b>0.21</b>" in strips(report.experiment, report)
    at = page()
    assert catalogue("en")["freezing.strips.before"] in text_of(at)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_lab_that_cannot_say_the_bill_leaves_the_blocks_usable(page, lab, lang):
    def unreachable(*_):
        raise LabError("lab_unreachable")

    lab.answer = unreachable
    at = page(lang)
    assert not at.exception
    assert catalogue(lang)["error.lab_unreachable"] in text_of(at)
    at.button(key="block_stem").click().run()
    assert catalogue(lang)["freezing.state.fresh"] in at.button(key="block_stem").label


def test_while_the_lab_warms_up_no_bill_is_asked_for(page, lab):
    lab.lab_state = replace(lab.lab_state, ready=False)
    at = page()
    assert not at.exception
    assert "MB" not in text_of(at)


def kept(after: float | None, *similarity: float) -> SourceLeft:
    """Of a net whose source was right on 99 % of 300 images of its own task."""
    known = {"before": Interval.wilson(297, 300), "after": Interval.wilson(round(300 * after), 300)} if after else {}
    values = dict(zip(GROUPS, similarity or (1.0, 1.0, 1.0, 0.98), strict=True))
    return SourceLeft(similarity=values, images=200, fitted=380 if after else 0, **known)


def looking_back(report: RaceReport, yours: SourceLeft, tuned: SourceLeft) -> RaceReport:
    """The same race, whose nets say what is left of the source."""
    by_net = {"your_net": yours, "all_tuned": tuned, "all_frozen": kept(0.99, 1.0, 1.0, 1.0, 1.0)}
    runs = tuple(run.model_copy(update={"source_left": by_net[run.entrant]}) for run in report.runs)
    return report.model_copy(update={"runs": runs})


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(
    ("yours", "tuned", "said"),
    [(0.7, 0.4, "both"), (0.99, 0.4, "tuned"), (0.4, 0.98, "yours"), (0.99, 0.98, "neither")],
)
def test_who_forgot_the_source_is_said_with_both_numbers(page, lab, lang, yours, tuned, said):
    text = told(page, lab, looking_back(a_race((0.9, 0.8, 0.9)), kept(yours), kept(tuned, 1.0, 0.9, 0.8, 0.7)), lang)
    words = catalogue(lang)
    names = {"task": words["option.source.letters"], "tuned_name": words["option.entrant.all_tuned"], "n": 300}
    numbers = {"before": "99%", "yours": f"{100 * yours:.0f}%", "tuned": f"{100 * tuned:.0f}%"}
    assert words[f"freezing.told.source.{said}"].format(**names, **numbers) in text


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_activations_that_changed_without_any_weight_are_named_as_the_trap(page, lab, lang):
    still = dict.fromkeys(GROUPS, 0.0)
    trapped = a_race((0.7, 0.8, 0.75), still, frozen=GROUPS, batch_norm="adapts")
    start = catalogue(lang)["freezing.told.trap"].split("{")[0]
    assert start in told(page, lab, looking_back(trapped, kept(0.5, 0.99, 0.95, 0.9, 0.8), kept(0.4)), lang)
    assert start not in told(page, lab, looking_back(trapped, kept(0.99, 1.0, 1.0, 1.0, 1.0), kept(0.4)), lang)


def test_a_source_whose_task_cannot_be_drawn_leaves_the_similarity(page, lab):
    text = told(page, lab, looking_back(a_race((0.9, 0.8, 0.9)), kept(None), kept(None, 1.0, 0.9, 0.8, 0.7)))
    assert "least like the source in stage 3 (CKA 0.98)" in text
    assert "one and the same head" not in text


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_run_of_an_earlier_version_is_said_not_to_have_measured_it(page, lab, lang):
    assert catalogue(lang)["freezing.source_left.not_measured"] in told(page, lab, a_race((0.9, 0.8, 0.9)), lang)


def test_the_charts_hold_one_line_a_net_and_the_sources_own_accuracy():
    known = {"all_frozen": kept(0.99), "your_net": kept(0.7), "all_tuned": kept(0.4, 1.0, 0.9, 0.8, 0.7)}
    words = SourceLeftWords(
        {net: net for net in known}, {group: group for group in GROUPS}, "similarity", "source", "before"
    )
    lines = similarity_chart(known, words, LIGHT)["series"]
    assert [line["data"] for line in lines][2] == [1.0, 0.9, 0.8, 0.7]
    assert len({json.dumps(line["lineStyle"]["type"]) + line["symbol"] for line in lines}) == 3
    points = [one for one in source_chart(known, words, LIGHT)["series"] if one["type"] == "scatter"]
    assert [one["data"][0][0] for one in points] == pytest.approx([99, 70, 40])
    mark = source_chart(known, words, LIGHT)["series"][-1]["markLine"]["data"][0]
    assert mark["xAxis"] == pytest.approx(99)
