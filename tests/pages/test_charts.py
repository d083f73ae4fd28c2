"""Charts are data: what they show can be read without a browser, and every one has a text twin."""

from __future__ import annotations

import pytest

from pages.kit.charts import CurveWords, accuracy_curves
from pages.kit.scrub_chart import PATTERNS, ScrubWords, moment_at, scrubbed
from pages.kit.tables import curve_rows, drift_rows, html_table
from pages.kit.theme import DARK, DASHES, LIGHT
from tests.constructed import half_way, race_report
from tl_core.colours import LOOKS
from tl_core.recording import Recording
from tl_core.registry import ENTRANTS, STRATEGIES
from tl_core.text import say

NAMES = {name: name.title() for name in ENTRANTS}
WORDS = CurveWords(NAMES, "step", "accuracy", "chance", "empty")
SCRUB = ScrubWords(NAMES, {}, "at step", "at end", "drift")
REPORT = race_report()
RECORDING = Recording.of_report(REPORT)


def by_name(spec):
    return {series["name"]: series for series in spec["series"]}


def test_a_curve_shows_every_look_in_percent_and_names_itself_at_its_end():
    series = by_name(accuracy_curves(RECORDING, WORDS, LIGHT))["fine_tune"]
    moments = RECORDING.tracks["fine_tune"].moments
    assert series["data"] == [[m.step, round(100 * m.accuracy.value, 1)] for m in moments]
    assert series["endLabel"]["formatter"] == "Fine_Tune 92%"


def test_every_strategy_has_a_colour_a_dash_and_a_hatching_that_no_other_has():
    for table in (LIGHT.lines, LIGHT.texts, DARK.lines, DARK.texts, DASHES, PATTERNS):
        assert set(table) == set(ENTRANTS)
        assert len({table[name] for name in STRATEGIES}) == len(STRATEGIES)


def test_the_looks_of_entrants_that_are_no_strategies_differ_too():
    of_look = {entry.look: name for name, entry in ENTRANTS.items() if entry.look in LOOKS}
    assert set(of_look) == set(LOOKS)
    assert {entry.look for entry in ENTRANTS.values()} <= {"", *LOOKS, *STRATEGIES}
    for table in (LIGHT.lines, LIGHT.texts, DARK.lines, DARK.texts, DASHES, PATTERNS):
        assert len({table[name] for name in of_look.values()}) == len(LOOKS)


def test_a_race_of_all_strategies_is_drawn_with_each_ones_colour_and_dash_and_room_for_its_name():
    report = race_report({name: 0.6 + place / 100 for place, name in enumerate(STRATEGIES)})
    words = CurveWords({name: say("en", f"option.strategy.{name}") for name in STRATEGIES}, "", "", "", "")
    spec = accuracy_curves(Recording.of_report(report), words, DARK)
    for name in STRATEGIES:
        line = by_name(spec)[name]["lineStyle"]
        assert (line["color"], line["type"]) == (DARK.lines[name], list(DASHES[name]) or "solid")
    usual = accuracy_curves(RECORDING, words, LIGHT)
    assert usual["grid"]["right"] == 132 < spec["grid"]["right"]
    figure = scrubbed(Recording.of_report(report), report, 60, ScrubWords(words.names, {}, "", "", ""), LIGHT)
    hatched = [trace["marker"]["pattern"]["shape"] for trace in figure["data"] if trace["type"] == "bar"]
    assert hatched == [PATTERNS[name] for name in STRATEGIES]


def test_the_accuracy_axis_runs_from_nothing_to_everything_and_chance_is_named():
    spec = accuracy_curves(half_way(REPORT), WORDS, DARK)
    assert (spec["yAxis"]["min"], spec["yAxis"]["max"]) == (0, 100)
    mark = spec["series"][0]["markLine"]["data"][0]
    assert mark["yAxis"] == 10
    assert mark["label"]["formatter"] == "chance 10%"


def test_a_live_chart_has_no_animation_and_its_band_is_the_interval():
    spec = accuracy_curves(RECORDING, WORDS, LIGHT)
    assert spec["animation"] is False
    low, width = (by_name(spec)[f"frozen {part}"]["data"][-1][1] for part in ("low", "width"))
    last = RECORDING.tracks["frozen"].moments[-1].accuracy
    assert low == pytest.approx(100 * last.low, abs=0.1)
    assert low + width == pytest.approx(100 * last.high, abs=0.2)


def test_the_scrubbed_figure_shows_the_chosen_step_and_the_final_test():
    figure = scrubbed(RECORDING, REPORT, 13, SCRUB, LIGHT)
    dots = [trace for trace in figure["data"] if trace["type"] == "scatter"]
    assert dots[0]["x"] == [moment_at(RECORDING, "scratch", 13).accuracy.value]
    assert dots[1]["x"] == [REPORT.run("scratch").metrics.accuracy.value]
    assert figure["layout"]["xaxis"]["range"] == [0, 1]


def test_the_tables_say_what_the_charts_show():
    rows = curve_rows(RECORDING, REPORT, "end")
    assert [row[0] for row in rows] == [*map(str, RECORDING.moment_steps), "end"]
    assert rows[-1][3].startswith("92%")
    assert drift_rows(RECORDING, 60, {})[-1] == ["head", "0.500", "0.500", "0.500"]


def test_a_table_escapes_what_it_is_given():
    assert "<script>" not in html_table(["<script>"], [["<script>", "&"]], "<script>")


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_lines_and_texts_stand_out_from_the_page(colours):
    for line in (*colours.lines.values(), colours.source, colours.target, colours.warning):
        assert contrast(line, colours.background) >= 3
    for text in (*colours.texts.values(), colours.ink, colours.faint):
        assert contrast(text, colours.background) >= 4.5


def test_nets_of_different_builds_share_the_drift_table_and_leave_what_they_do_not_have_empty():
    """The networks lesson stopped here: the row reader has no stem."""
    report = race_report({"residual_net": 0.9, "row_net": 0.8})
    recording = Recording.of_report(report)
    moments = recording.tracks["row_net"].moments
    moments[:] = [moment.model_copy(update={"drift": {"rows": 0.5, "head": 1.0}}) for moment in moments]
    rows = {row[0]: row[1:] for row in drift_rows(recording, recording.moment_steps[-1], {})}
    assert rows["rows"] == ["", "0.500"]
    assert rows["stem"][1] == ""
    assert all(rows["head"])
