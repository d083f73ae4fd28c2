"""The past-runs page: which runs are listed, what can be done with them, and what a comparison shows and refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from pages.kit.navigation import page_of
from pages.kit.past.listing import Order, Wish, best, listed, origin_of, origins, sheet
from pages.kit.words import catalogue
from tests.constructed import race_report, run_report
from tests.pages.conftest import Open, text_of
from tests.pages.fake_lab import WHEN, FakeLab
from tl_core.errors import LabError
from tl_core.experiment import Experiment, Target
from tl_core.lab.contract import PastRun, Result, Status
from tl_core.measured import Interval
from tl_core.requests import PretrainRequest, RaceRequest, RunRequest

LANGUAGES = ("en", "zh")


def race(labels: int = 5, seed: int = 0, source: str | None = "letters") -> RaceRequest:
    return RaceRequest(experiment=Experiment(target=Target(per_class=labels), seed=seed, source=source))


# -- which runs are listed, in which order ---------------------------------------------------------------------------


def line(number: int, status: Status, accuracy: int | None, seconds: float | None, name: str) -> PastRun:
    results = () if accuracy is None else (Result("frozen", Interval.wilson(accuracy, 100)),)
    when = WHEN + timedelta(minutes=number)
    return PastRun(str(number), race(seed=number % 3), status, when, name, {}, results, seconds)


LINES = st.lists(
    st.tuples(
        st.sampled_from(Status),
        st.none() | st.integers(0, 100),
        st.none() | st.floats(0, 100),
        st.sampled_from(["", "Alpha", "beta", "Klasse 8b"]),
    ),
    max_size=30,
).map(lambda rows: [line(number, *row) for number, row in enumerate(rows)])


def by_name(run: PastRun) -> str:
    return run.name


@given(LINES, st.sampled_from(Order))
def test_sorting_loses_and_doubles_nothing_and_puts_what_has_no_value_last(runs, order):
    found = listed(runs, Wish(order=order), by_name, by_name)
    assert sorted(run.id for run in found) == sorted(run.id for run in runs)
    keys = {
        Order.NEWEST: [-run.created.timestamp() for run in found],
        Order.OLDEST: [run.created.timestamp() for run in found],
        Order.NAME: [run.name.casefold() for run in found],
        Order.ACCURACY: [-best(run).accuracy.value if run.results else 1 for run in found],
        Order.SECONDS: [1 if run.seconds is None else -run.seconds for run in found],
    }[order]
    assert keys == sorted(keys)


@given(LINES, st.none() | st.sampled_from(Status), st.sampled_from(["", "A", "ta be", "KLASSE 8B", "zzz"]))
def test_what_is_listed_fits_the_wish_and_what_is_not_does_not(runs, status, text):
    found = listed(runs, Wish(text=text, status=status), by_name, by_name)
    fits = [
        run
        for run in runs
        if (status is None or run.status is status) and all(word.lower() in run.name.lower() for word in text.split())
    ]
    assert {run.id for run in found} == {run.id for run in fits}


@given(LINES, st.integers(-3, 9), st.integers(1, 7))
def test_the_sheets_together_are_the_list_and_a_number_beyond_them_is_the_nearest(runs, number, size):
    count = sheet(runs, 1, size).count
    together = [run for place in range(1, count + 1) for run in sheet(runs, place, size).runs]
    assert together == runs
    assert sheet(runs, number, size).number == min(max(number, 1), count)


def test_origins_are_offered_once_each_and_only_those_that_occur():
    requests = (race(), race(seed=1), race(source="untrained"), race(source=None), PretrainRequest(), None)
    runs = [PastRun(str(n), request, Status.FINISHED, WHEN) for n, request in enumerate(requests)]
    assert origins(runs) == [("digits", None), ("digits", "letters"), ("digits", "untrained")]
    wanted = listed(runs, Wish(origin=("digits", "untrained")), by_name, by_name)
    assert [origin_of(run) for run in wanted] == [("digits", "untrained")]


def test_a_run_opens_on_the_page_of_its_lesson_and_else_on_the_start_page():
    assert page_of({"lesson": "race"}) == page_of({}) == page_of({"lesson": "from another version"})
    assert page_of({}).is_file()


# -- the page --------------------------------------------------------------------------------------------------------


@pytest.fixture
def open_past(open_app: Open) -> Callable[..., AppTest]:
    def open_(lang: str = "en", theme: str = "light", /) -> AppTest:
        return open_app(lang, theme).switch_page("pages/start/notebook.py").run()

    return open_


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


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_state_is_listed_with_its_settings_its_result_and_a_link(open_past, lab: FakeLab, lang):
    words = catalogue(lang)
    lab.add("finished", Status.FINISHED, race(labels=1, seed=3))
    at = open_past(lang)
    assert not at.exception
    text = text_of(at)
    for status in Status:
        assert words[f"past.status.{status.value}"] in text
    assert "92.0 % (90.2–93.5 %)" in text
    labels = [box.label for box in boxes(at)]
    one, seed = (
        words[key].format(value=n) for key, n in (("past.short.target.per_class.one", 1), ("past.short.seed.value", 3))
    )
    assert words["past.and"].join((one, seed)) in labels
    assert labels.count(words["past.default"]) == len(Status) - 1
    assert sorted(link.proto.query_string for link in at.get("page_link") if link.proto.query_string) == sorted(
        f"run={status.value}" for status in Status
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_says_what_is_kept_how_much_and_how_long(open_past, lang):
    words = catalogue(lang)
    said = words["past.kept"].format(runs=6), words["past.most"].format(most=500), words["past.days"].format(days=365)
    assert all(sentence in text_of(open_past(lang)) for sentence in said)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_empty_notebook_is_a_friendly_sentence_and_a_way_to_begin(open_past, lab: FakeLab, lang):
    lab.views.clear()
    at = open_past(lang)
    assert catalogue(lang)["past.empty"] in text_of(at)
    assert catalogue(lang)["past.begin"] in [link.proto.label for link in at.get("page_link")]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_lab_that_is_not_there_is_its_own_sentence(open_past, lab: FakeLab, lang):
    lab.unreachable = True
    at = open_past(lang)
    assert at.warning[0].value == catalogue(lang)["error.lab_unreachable"]
    assert not at.exception


def test_until_the_browser_has_said_its_code_the_notebook_is_not_called_empty(open_app: Open, lab: FakeLab):
    lab.views.clear()
    at = open_app(code=None).switch_page("pages/start/notebook.py").run()
    assert catalogue("en")["past.opening"] in text_of(at)
    assert catalogue("en")["past.empty"] not in text_of(at)


def test_only_one_sheet_becomes_widgets_and_the_others_are_a_click_away(open_past, lab: FakeLab):
    for number in range(44):
        lab.add(f"run-{number:02}", Status.FINISHED, race(seed=number), created=WHEN - timedelta(hours=number + 1))
    at = open_past()
    assert len(boxes(at)) == 20
    click(click(at, "next"), "next")
    assert [box.label for box in boxes(at)] == [f"seed {number}" for number in range(34, 44)]
    assert at.button(key="past.next").disabled
    at.text_input(key="past.text").set_value("seed 43").run()
    assert [box.label for box in boxes(at)] == ["seed 43"]


def test_filters_narrow_the_list_and_say_when_nothing_fits(open_past, lab: FakeLab):
    lab.add("empty-source", Status.FINISHED, race(source="untrained"), name="Without letters")
    at = open_past()
    at.selectbox(key="past.origin_filter").select(("digits", "untrained")).run()
    assert len(boxes(at)) == 1
    at.selectbox(key="past.status").select(Status.FAILED).run()
    assert catalogue("en")["past.nothing_fits"].format(runs=7) in text_of(at)


def test_a_name_is_shown_as_text_whatever_markdown_or_html_it_holds(open_past, lab: FakeLab):
    lab.views.clear()
    lab.add("mine", Status.FINISHED)
    at = tick(open_past(), "mine")
    at.text_input(key="past.name.mine").set_value("  **bold**  <b>x</b> :red[y] [z](http://a.b)  ")
    click(at, "rename")
    assert lab.views["mine"].name == "**bold** <b>x</b> :red[y] [z](http://a.b)"
    label = boxes(at.run())[0].label
    assert label.startswith(r"\*\*bold\*\* \<b\>x\</b\> \:red\[y\] \[z\]\(http\://a.b\)")
    assert not [e for e in at.get("html") if "<b>x</b>" in e.proto.body]


def test_deleting_asks_once_more_and_can_be_thought_better_of(open_past, lab: FakeLab):
    at = click(tick(open_past(), "failed"), "delete")
    assert "failed" in lab.views
    assert "link stops working" in text_of(at)
    click(at, "keep")
    assert at.checkbox(key="past.box.failed").value
    click(click(at, "delete"), "really")
    assert "failed" not in lab.views
    assert "past.really" not in keys(at)


def test_a_change_of_the_selection_takes_back_the_question_whether_to_delete(open_past, lab: FakeLab):
    at = tick(click(tick(open_past(), "failed"), "delete"), "finished")
    assert "past.really" not in keys(at)
    click(click(at, "delete"), "really")
    assert {"failed", "finished"}.isdisjoint(lab.views)


def test_what_the_lab_refuses_is_a_sentence_and_the_run_stays(open_past, lab: FakeLab):
    at = click(tick(open_past(), "failed"), "delete")
    lab.refuse = LabError("not_owner")
    click(at, "really")
    assert at.warning[0].value == catalogue("en")["error.not_owner"]
    assert at.checkbox(key="past.box.failed").value


@pytest.mark.parametrize("status", [Status.INTERRUPTED, Status.FAILED, Status.CANCELLED])
def test_what_did_not_end_well_runs_again_with_its_note(open_past, lab: FakeLab, status):
    lab.notes[status.value] = {"prediction": "frozen", "lesson": "race"}
    click(tick(open_past(), status.value), "again")
    assert lab.submitted == [lab.views[status.value].request]
    assert lab.notes["run-1"] == {"prediction": "frozen", "lesson": "race"}


def test_what_is_under_way_or_finished_is_not_offered_again(open_past):
    at = open_past()
    for status in (Status.QUEUED, Status.RUNNING, Status.FINISHED):
        assert "past.again" not in keys(tick(at, status.value))
        click(at, "clear")


def test_a_run_that_this_version_cannot_read_is_listed_and_can_be_deleted_but_not_opened(open_past, lab: FakeLab):
    lab.unreadable = [PastRun("old", None, Status.FINISHED, WHEN)]
    at = open_past()
    assert catalogue("en")["past.unreadable"] in [box.label for box in boxes(at)]
    assert "run=old" not in [link.proto.query_string for link in at.get("page_link")]
    click(click(tick(at, "old"), "delete"), "really")
    assert not lab.unreadable


def test_runs_under_way_are_told_how_far_they_are(open_past, lab: FakeLab):
    assert "number 2, training, 50 %" in text_of(open_past())
    for status in (Status.QUEUED, Status.RUNNING):
        del lab.views[status.value]
    assert "Under way" not in text_of(open_past())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_switching_the_language_keeps_selection_and_search(open_past, lang):
    at = tick(open_past(lang), "finished")
    at.text_input(key="past.text").set_value("0").run()
    at.get_by_key("lang").set_value("zh" if lang == "en" else "en").run()
    assert at.text_input(key="past.text").value == "0"
    at.text_input(key="past.text").set_value("").run()
    assert at.checkbox(key="past.box.finished").value
    assert not at.exception


# -- comparing -------------------------------------------------------------------------------------------------------


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
    assert first["endLabel"]["formatter"] == "A Frozen 82 %"


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
