"""The augmentation page: its list control, its sentences, and the changes to look at."""

from __future__ import annotations

import json

import pytest

from pages.kit.augmentation.explain import explain
from pages.kit.words import catalogue
from tests.constructed import race_report
from tests.pages.conftest import Open, text_of
from tests.pages.fake_lab import FakeLab
from tl_core.experiment import Augmentation, Experiment
from tl_core.measured import Interval
from tl_core.reports import RaceReport

PAGE = "pages/foundations/augmentation.py"
USUAL = tuple(Augmentation(name=name) for name in ("rotation", "shift", "scale"))
CHANGES = "set.augmentation"


def open_page(open_app: Open, lang: str = "en", **parameters: str):
    return open_app(lang, page=PAGE, **parameters)


def a_race(accuracies: dict[str, float], changes: tuple[Augmentation, ...] = USUAL, knows: int = 50) -> RaceReport:
    """`knows`: how many of its 50 training images the augmented net gets right."""
    report = race_report(accuracies, Experiment(augmentation=changes))
    plain, augmented = report.runs
    metrics = augmented.metrics.model_copy(update={"training_accuracy": Interval.wilson(knows, 50)})
    return report.model_copy(update={"runs": (plain, augmented.model_copy(update={"metrics": metrics}))})


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_opens_with_pictures_and_hands_in_both_nets(open_app: Open, lab: FakeLab, lang):
    at = open_page(open_app, lang)
    assert not at.exception
    assert catalogue(lang)["augmentation.question"] in text_of(at)
    tables = [e.proto.body for e in at.get("html") if 'class="changed"' in e.proto.body]
    assert tables[0].count("<img") == 10 * 6
    at.button(key="run").click().run()
    assert lab.submitted[0].entrants == ("plain", "augmented")
    assert lab.submitted[0].experiment.augmentation == USUAL


def test_changes_and_their_strength_reach_the_request_in_the_registrys_order(open_app: Open, lab: FakeLab):
    at = open_page(open_app)
    at.get_by_key(CHANGES).set_value(["shear", "flip"]).run()
    at.select_slider(key=f"{CHANGES}.strength").set_value(0.5).run()
    at.button(key="run").click().run()
    expected = (Augmentation(name="flip", strength=0.5), Augmentation(name="shear", strength=0.5))
    assert lab.submitted[0].experiment.augmentation == expected


def test_a_list_that_the_widgets_cannot_say_stays_as_the_link_brought_it(open_app: Open, lab: FakeLab):
    brought = [{"name": "cutmix", "strength": 0.3}, {"name": "blur", "strength": 1.25}]
    at = open_page(open_app, augmentation=json.dumps(brought))
    assert at.get_by_key(CHANGES).value == ["cutmix", "blur"]
    assert at.select_slider(key=f"{CHANGES}.strength").value == 1.25
    at.button(key="run").click().run()
    assert [step.strength for step in lab.submitted[0].experiment.augmentation] == [0.3, 1.25]


def test_without_any_change_nothing_is_compared_and_only_the_pictures_themselves_are_shown(open_app: Open):
    at = open_page(open_app)
    at.get_by_key(CHANGES).set_value([]).run()
    assert not at.exception
    assert next(e.proto.body for e in at.get("html") if 'class="changed"' in e.proto.body).count("<img") == 10


@pytest.mark.parametrize(
    ("key", "report"),
    [
        ("unchanged", a_race({"plain": 0.8, "augmented": 0.8}, changes=())),
        ("gained", a_race({"plain": 0.80, "augmented": 0.90})),
        ("same", a_race({"plain": 0.800, "augmented": 0.801})),
        ("lost", a_race({"plain": 0.90, "augmented": 0.80})),
        ("unfinished", a_race({"plain": 0.90, "augmented": 0.80}, knows=40)),
        ("untrue", a_race({"plain": 0.8, "augmented": 0.3}, (Augmentation(name="flip", strength=2.0),), knows=15)),
    ],
)
def test_what_was_measured_chooses_the_sentences(monkeypatch, key, report):
    monkeypatch.setattr("pages.kit.language.current", lambda: "en")
    beginning = catalogue("en")[f"augmentation.told.{key}"].split("{")[0]
    said = list(explain(report))
    assert any(sentence.startswith(beginning) for sentence in said)
    assert len(said) <= 3
    if key == "untrue":
        assert "turned 100% of the views" in said[1]
        assert "30.0%" in said[1]


def test_another_race_that_a_link_opens_here_is_shown_without_this_pages_sentences():
    assert list(explain(race_report())) == []


def test_a_mirrored_digit_is_warned_of_and_a_mixed_label_is_said(open_app: Open):
    at = open_page(open_app)
    at.get_by_key(CHANGES).set_value(["flip", "mixup"]).run()
    assert catalogue("en")["augmentation.untrue.flip"] in at.warning[0].value
    assert "3 75% + 8 25%" in text_of(at)
    at.get_by_key("augmentation.dataset").set_value("objects").run()
    assert not at.warning
    assert catalogue("en")["augmentation.gallery.still_true"] in text_of(at)


@pytest.mark.parametrize(("line", "verdict"), [("60", "inside"), ("30", "beyond"), ("never", "nine")])
def test_the_readers_own_line_is_compared_with_the_rotation(open_app: Open, line, verdict):
    at = open_page(open_app)
    at.select_slider(key=f"{CHANGES}.strength").set_value(2.0).run()
    at.get_by_key("augmentation.line").set_value(line).run()
    said = catalogue("en")[f"augmentation.turned.{verdict}"].format(line=line, most="40")
    assert said in text_of(at)


@pytest.mark.parametrize("preset", ["good", "bad", "trap"])
def test_a_preset_sets_the_controls_and_says_why(open_app: Open, lab: FakeLab, preset):
    at = open_page(open_app).button(key=f"preset.augmentation.preset.{preset}").click().run()
    assert catalogue("en")[f"augmentation.preset.{preset}.why"] in text_of(at)
    at.button(key="run").click().run()
    mirrored = lab.submitted[0].experiment.augmentation == (Augmentation(name="flip", strength=2.0),)
    assert mirrored == (preset == "bad")
