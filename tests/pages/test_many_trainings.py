"""Sweeps and cross-validations where all runs are shown: the notebook, a link, the status line."""

from __future__ import annotations

import pytest

from pages.kit.run_panel import status_text
from pages.kit.words import catalogue
from tests.pages.conftest import Open, text_of
from tests.pages.fake_lab import FakeLab
from tests.pages.past import LANGUAGES, boxes, click, race, tick
from tl_core.lab.contract import Status
from tl_core.recording import Recording
from tl_core.requests import FoldsRequest
from tl_core.requests.sweep import SweepRequest

SWEEP = SweepRequest(strategies=("scratch", "frozen"), per_class=(1, 20), seeds=3)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_notebook_lists_them_by_what_was_asked_and_compares_races_only(open_past, lab: FakeLab, lang):
    lab.views.clear()
    lab.add("sweep", Status.FINISHED, SWEEP)
    lab.add("folds", Status.FINISHED, FoldsRequest(folds=4, repeats=2))
    lab.add("race", Status.FINISHED, race())
    words, at = catalogue(lang), open_past(lang)
    assert not at.exception
    text = text_of(at)
    assert words["past.sweep"].format(count=12, sizes="1" + words["past.and"] + "20", seeds=3) in text
    assert words["past.folds"].format(folds=4, repeats=2) in text
    assert "80.0% (67.0–88.8%)" in text
    click(tick(at, "sweep", "race"), "compare")
    assert not at.exception
    assert words["past.left_out"].split("{")[0] in text_of(at)
    assert words["past.too_few"] in text_of(at)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_one_that_did_not_end_is_run_again_from_the_notebook(open_past, lab: FakeLab, lang):
    lab.views.clear()
    lab.add("sweep", Status.INTERRUPTED, SWEEP)
    at = tick(open_past(lang), "sweep")
    click(at, "again")
    assert lab.submitted == [SWEEP]
    assert len(boxes(at)) == 2


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_page_that_shows_races_says_so_of_the_link_to_another_run(open_app: Open, lab: FakeLab, lang):
    lab.add("sweep", Status.FINISHED, SWEEP)
    at = open_app(lang, run="sweep")
    assert not at.exception
    assert catalogue(lang)["link.other_run.sweep"] in text_of(at)


def test_what_was_trained_of_a_sweep_that_did_not_end_is_counted(lab: FakeLab):
    view = lab.add("sweep", Status.CANCELLED, SWEEP)
    partial = Recording.of_report(lab.add("done", Status.FINISHED, SWEEP).report)
    partial.rows = dict(list(partial.rows.items())[:5])
    view.recording.rows, view.recording.cells = partial.rows, 12
    assert "5 of 12 trainings are kept" in status_text(view)
    assert "slider" not in status_text(lab.view("done"))
