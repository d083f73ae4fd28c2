"""The lab report as a browser would read it: complete, closed to the network, and safe whatever a student writes."""

from __future__ import annotations

import base64
import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.constructed import race_report, run_report
from tl_core.experiment import Experiment
from tl_core.export.curves import HEIGHT, drawing, spread
from tl_core.export.data_card import confusions, data_card
from tl_core.export.lab_report import lab_report
from tl_core.export.passport import PassportFile, passport_of
from tl_core.export.told import NOTHING_TOLD, Told
from tl_core.registry import STRATEGIES
from tl_core.text import say

VOID = {"meta", "line", "circle", "path", "polygon", "polyline", "br"}
TOLD = Told(
    question="Which net is best?",
    prediction="Frozen",
    votes=(("Frozen", 9), ("Fine-tuned", 14)),
    answer="Because of <script>alert('x')</script> & strokes\nand more",
    found=("One sentence.", "Another."),
)


class Page(HTMLParser):
    """Elements with their attributes, the text, and whether every element was closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open[-1:] != ["style"]:
            self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.mark.parametrize(("language", "lang"), [("en", "en"), ("zh", "zh-CN")])
def test_it_holds_question_prediction_votes_numbers_findings_answer_protocol_and_passport(language, lang):
    report = race_report(experiment=Experiment.model_validate({"seed": 7}))
    page = Page(lab_report(report, language, TOLD))
    assert page.open == []
    assert page.all("html")[0]["lang"] == lang
    passport = passport_of(report)
    expected = ["Which net is best?", "Frozen", "14", "One sentence.", "Another.", "92.0%", "90.2–93.5%"]
    expected += [run.protocol.say(language) for run in report.runs]
    expected += [passport.hash, "python -m tl_core reproduce", say(language, "field.seed")]
    for words in expected:
        assert " ".join(words.split()) in page.text, words


def test_the_settings_that_differ_from_the_defaults_come_first_with_both_values():
    report = race_report(experiment=Experiment.model_validate({"target": {"per_class": 20}}))
    text = Page(lab_report(report, "en")).text
    assert f"{say('en', 'field.target.per_class')} 20 5" in text
    assert text.index(say("en", "report.changed")) < text.index(say("en", "report.all_settings"))
    assert say("en", "report.nothing_changed") in Page(lab_report(race_report(), "en")).text


@pytest.mark.parametrize("told", [TOLD, NOTHING_TOLD])
def test_it_asks_nothing_of_the_network_and_runs_no_script(told):
    text = lab_report(race_report(), "en", told)
    page = Page(text)
    assert not page.all("script")
    addresses = [
        value or ""
        for _, attributes in page.elements
        for name, value in attributes.items()
        if name in ("href", "src", "srcset", "action", "data", "xlink:href", "poster") or name.startswith("on")
    ]
    assert all(address.startswith("data:application/json;base64,") for address in addresses)
    assert len(addresses) == 1
    style = re.search(r"<style>(.*)</style>", text, re.DOTALL).group(1)
    assert not re.search(r"url\(|@import|//", style)


def test_what_a_student_wrote_is_text_and_nothing_else():
    text = lab_report(race_report(), "en", TOLD)
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert TOLD.answer.split("\n")[0] in Page(text).text


def test_tables_and_chart_say_what_they_are_to_who_cannot_see_them():
    page = Page(lab_report(race_report(), "en"))
    assert page.all("th")
    assert all(heading.get("scope") in ("col", "row") for heading in page.all("th"))
    svg = page.all("svg")[0]
    assert svg["role"] == "img"
    named = svg["aria-labelledby"].split()
    assert [page.all(tag)[-1]["id"] for tag in ("title", "desc")] == named
    assert "Fine-tuned 92.0%" in page.text


@pytest.mark.parametrize("names", [("scratch", "frozen", "fine_tune"), tuple(STRATEGIES)])
def test_each_net_has_its_own_dash_and_a_name_at_its_end_inside_the_drawing(names):
    report = race_report({name: 0.905 + place / 1000 for place, name in enumerate(names)})
    found = drawing(report, "en")
    assert len({line.dash for line in found.lines}) == len(names)
    heights = sorted(line.label_y for line in found.lines)
    assert all(second - first >= 15 for first, second in pairwise(heights))
    assert all(0 < height < HEIGHT for height in heights)
    assert found.label_x + 8 * max(len(line.label) for line in found.lines) < found.width
    assert all(f".{name}{{--c:#" in lab_report(report, "en") for name in names)


@given(st.lists(st.floats(0, 300), min_size=1, max_size=8))
def test_names_at_ends_of_lines_never_overlap_and_keep_their_order(wanted):
    places = spread(wanted, 17, 0, 300)
    order = sorted(range(len(wanted)), key=wanted.__getitem__)
    laid = [places[number] for number in order]
    assert all(second - first >= 17 - 1e-9 for first, second in pairwise(laid))
    assert all(-1e-9 <= place <= 300 for place in places)


def test_the_passport_inside_is_the_runs_own():
    report = race_report()
    link = Page(lab_report(report, "en")).all("a")[0]
    content = base64.b64decode(link["href"].split(",")[1])
    assert PassportFile.model_validate_json(content) == passport_of(report)
    assert link["download"] in lab_report(report, "en")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_lists_and_absent_values_are_said_in_words_and_options_that_no_net_reads_are_left_out(language):
    spec = {"strategy": {"thaw_after": (5, 10), "reinitialise": ("stem", "stage3")}, "training": {"clip": 1.0}}
    page = Page(lab_report(race_report({"scratch": 0.5, "gradual": 0.6}, Experiment.model_validate(spec)), language))
    join = say(language, "table.join")
    joined, evenly = join.join(("5", "10")), say(language, "table.without.thaw_after")
    assert f"{say(language, 'field.strategy.thaw_after')} {joined} {evenly}" in page.text
    assert join.join(("stem", "stage3")) in page.text
    assert say(language, "field.strategy.probe_share") not in page.text
    assert f"{say(language, 'field.training.patience')} {say(language, 'table.without.patience')}" in page.text


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_single_run_has_a_report_without_differences(language):
    page = Page(lab_report(run_report("fine_tune", 0.9), language))
    assert say(language, "report.differences") not in page.text
    assert "90.0%" in page.text
    assert say(language, "report.no_prediction") in page.text


def test_the_data_card_says_how_many_images_of_what_and_each_nets_confusions_add_up_to_the_test():
    report = run_report("frozen", 0.8, Experiment())
    counts = tuple(tuple(3 if row == column else 1 for column in range(10)) for row in range(10))
    metrics = report.metrics.model_copy(update={"confusion": counts})
    report = report.model_copy(update={"metrics": metrics})
    card = dict(data_card(report, "en").rows)
    assert card["Test images"] == f"{report.metrics.accuracy.n:,}"
    assert card["Labelled images trained on"] == f"{report.protocol.training_images:,}"
    assert card["Test images by class"].startswith(f"{report.class_names[0]} 12")
    (table,) = confusions(report, "zh")
    assert [row[1:] for row in table.rows] == [tuple(map(str, row)) for row in counts]
    assert "什么被认成了什么" in lab_report(report, "zh")
    assert confusions(report.model_copy(update={"metrics": metrics.model_copy(update={"confusion": None})}), "en") == ()
