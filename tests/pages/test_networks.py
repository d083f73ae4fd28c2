"""The networks page: windows race rows, and one number of a convolution is worked out before the reader's eyes."""

from __future__ import annotations

from functools import partial
from html import unescape

import pytest

from pages.kit.networks.rows import by_hand, told
from pages.kit.networks.rows_picture import unrolled_html
from pages.kit.words import catalogue
from tests.constructed import race_report
from tests.constructed_answers import rows_report
from tests.pages.conftest import Open, opened, text_of
from tests.pages.fake_lab import FakeLab
from tl_core.errors import LabError
from tl_core.lab.contract import Status
from tl_core.requests import RaceRequest

LANGUAGES = ("en", "zh")
ENTRANTS = ("residual_net", "plain_net", "row_net")


@pytest.fixture
def open_lesson(open_app: Open):
    return partial(opened, open_app, "pages/foundations/networks.py")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_one_number_of_the_first_layer_is_shown_from_pixels_to_relu(open_lesson, lang):
    at, words = open_lesson(lang), catalogue(lang)
    assert not at.exception
    text = unescape(text_of(at))
    assert words["networks.inside.step.sum"].format(parts="+1.500 +1.500 +1.500", total=4.5) in text
    assert words["networks.inside.step.relu"].format(active=0.0, normalised=-1.0) in text
    assert words["networks.inside.cell"].format(kernel=5, row=8, column=8) in text


def test_the_race_is_of_three_builds_from_scratch(open_lesson, lab: FakeLab):
    at = open_lesson()
    at.button(key="run").click().run()
    asked = lab.submitted[0]
    assert asked.entrants == ENTRANTS
    assert (asked.experiment.source, asked.experiment.strategy.name) == (None, "scratch")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("accuracies", "said"),
    [
        ((0.9, 0.8, 0.7), "windows"),
        ((0.7, 0.7, 0.9), "rows"),
        ((0.8, 0.8, 0.8), "level"),
        ((0.2, 0.2, 0.1), "memorised"),
    ],
)
def test_the_explanation_compares_windows_with_rows_and_names_learning_by_heart(
    open_lesson, lab, lang, accuracies, said
):
    report = race_report(dict(zip(ENTRANTS, accuracies, strict=True)))
    lab.add("nets", Status.FINISHED, RaceRequest(entrants=ENTRANTS), report=report)
    assert catalogue(lang)[f"networks.found.{said}"].partition("{")[0] in text_of(open_lesson(lang, run="nets"))


def test_the_textures_preset_says_why_place_does_not_matter(open_lesson, lab: FakeLab):
    at = open_lesson()
    at.button(key="preset.networks.preset.good").click().run()
    assert catalogue("en")["networks.preset.good.why"] in text_of(at)
    at.button(key="run").click().run()
    assert lab.submitted[0].experiment.target.dataset == "textures"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_row_reader_is_trained_on_demand_and_unrolled_as_far_as_is_read(open_lesson, lang):
    at, words = open_lesson(lang), catalogue(lang)
    assert "rows.read" not in [slider.key for slider in at.slider]
    at.button(key="rows.run").click().run()
    assert not at.exception
    text = unescape(text_of(at))
    assert words["networks.rows.right"].format(label="8") in text
    assert words["networks.rows.after"].format(row=32) in text
    assert words["networks.rows.softmax_caption"] in text
    assert "0.970 / 1.000 = 0.970" in text
    at.slider(key="rows.read").set_value(16).run()
    text = unescape(text_of(at))
    assert words["networks.rows.after"].format(row=16) in text
    assert words["networks.rows.after"].format(row=24) not in text
    at.number_input(key="set.seed").set_value(3).run()  # another net: it has to be asked for
    assert "rows.read" not in [slider.key for slider in at.slider]


def test_the_picture_has_a_line_a_row_hatches_what_is_negative_and_hides_what_is_not_read():
    html = unrolled_html(rows_report(), 8)
    assert html.count('<th scope="row">') == 32
    assert html.count('class="later"') == 24
    assert html.count("<i") == 16
    assert html.count('<i class="n"') == 4
    assert html.count("rowspan=") == 4
    assert html.count("<ol>") == 1


def test_one_number_is_worked_out_and_the_way_of_the_answer_is_told():
    report = rows_report()
    assert "number 5 of the state" in by_hand(report, 3)
    assert "$Wx + b$ = +0.50" in by_hand(report, 3)
    assert "together -0.75" in by_hand(report, 3)
    assert "3 (90%) after row 16, 8 (55%) after row 24" in told(report)
    assert "Its answer changed 1×" in told(report)
    assert "that is right" in told(report)
    assert "but it is a 3" in told(report.model_copy(update={"label": "3"}))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_row_reader_that_the_lab_refuses_is_said(open_lesson, lab, lang):
    at, usual = open_lesson(lang), lab.answer

    def unreachable(query, **options):
        if query.kind == "rows":
            raise LabError("lab_unreachable")
        return usual(query, **options)

    lab.answer = unreachable
    at.button(key="rows.run").click().run()
    assert not at.exception
    assert catalogue(lang)["error.lab_unreachable"] in text_of(at)


def test_nets_of_the_race_can_be_looked_into_unless_they_have_no_maps(open_lesson, lab: FakeLab):
    report = race_report(dict.fromkeys(ENTRANTS, 0.8))
    runs = [run.model_copy(update={"net": f"weights-{number:016x}"}) for number, run in enumerate(report.runs)]
    lab.add(
        "nets", Status.FINISHED, RaceRequest(entrants=ENTRANTS), report=report.model_copy(update={"runs": tuple(runs)})
    )
    at = open_lesson(run="nets")
    offered = at.selectbox(key="networks.net").options
    mine = [
        catalogue("en")["networks.inside.of_the_race"].format(net=catalogue("en")[f"option.entrant.{name}"])
        for name in ENTRANTS
    ]
    assert [name in offered for name in mine] == [True, True, False]
    at.selectbox(key="networks.net").set_value("weights-0000000000000001").run()
    assert not at.exception


def test_the_last_maps_become_one_number_each(open_lesson):
    at = open_lesson()
    before = catalogue("en")["networks.inside.pooled"].partition("{side}")[0]
    assert before not in text_of(at)
    at.session_state["networks.group.stem"] = "stage3"
    at.run()
    assert before in text_of(at)
    assert "0.125, 0.250, 0.000, 0.500" in text_of(at)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_picture_of_ones_own_is_shown_as_the_net_sees_it(open_lesson, lang):
    at = open_lesson(lang)
    assert catalogue(lang)["feature_maps.own"] not in unescape(text_of(at))
    at.file_uploader(key="networks.own").set_value(("mine.png", b"a picture", "image/png")).run()
    assert not at.exception
    assert catalogue(lang)["feature_maps.own"] in unescape(text_of(at))
