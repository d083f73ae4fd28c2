"""The trial run's page: advice with its reasons, one button, and a result that says what it cannot say."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import CODE, Open, opened, text_of
from tests.pages.fake_lab import FakeLab
from tl_core.requests import FoldsRequest

ZIP = "\n".join(f"{kind}/{n}.jpg" for kind in ("cup", "pen") for n in range(20))


@pytest.fixture
def open_trial(open_app: Open, lab: FakeLab):
    def open_(lang: str = "en", pictures: str = ZIP) -> AppTest:
        if pictures:
            lab.pictures.bring(lab.pictures.create(CODE, "Pets"), CODE, [("pets.zip", pictures.encode())])
        return opened(open_app, "pages/own_images/trial.py", lang)

    return open_


def chosen(at: AppTest, seconds: int) -> AppTest:
    next(one for one in at.get("button_group") if one.key == "trial.seconds").set_value(seconds).run()
    return at


def ran(at: AppTest) -> AppTest:
    at.button(key="run").click().run()
    return at.run()


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "differences below 12.0 points may be mere chance"), ("zh", "12.0")]
)
def test_the_advice_says_why_and_what_the_test_cannot_tell(open_trial, lang, words):
    at = open_trial(lang)
    assert not at.exception
    assert words in text_of(at)
    assert "CIFAR-10" in text_of(at)


@pytest.mark.parametrize("pictures", ["", "cup/1.jpg cup/2.jpg"])
def test_without_two_classes_the_page_says_what_is_missing(open_trial, pictures):
    at = open_trial(pictures=pictures)
    assert "at least two classes" in text_of(at)
    assert not [button for button in at.button if button.key == "run"]


def test_what_is_advised_is_what_is_run(open_trial, lab):
    at = chosen(open_trial(), 60)
    assert re.search(r"about \d+ s", at.button(key="run").label)
    ran(at)
    (request,) = lab.submitted
    assert isinstance(request, FoldsRequest)
    assert request.entrants == ("frozen", "fine_tune", "scratch")
    assert (request.folds, request.pooled, request.groups) == (5, True, None)
    assert request.experiment.target.dataset.startswith("images-")
    assert not at.exception


def test_recordings_stay_together_where_that_is_asked(open_trial, lab):
    at = open_trial()
    at.selectbox(key="trial.together").set_value("recordings").run()
    ran(at)
    assert lab.submitted[0].groups == "recordings"


def test_objects_by_their_names_stay_together_where_names_tell_them_apart(open_trial, lab):
    at = open_trial(pictures="\n".join(f"{kind}/{kind}{n % 4}-{n}.jpg" for kind in ("cup", "pen") for n in range(20)))
    at.selectbox(key="trial.together").set_value("names").run()
    assert "Objects found: 8" in text_of(at)
    ran(at)
    groups = lab.submitted[0].groups
    assert (len(groups), {len(group) for group in groups}) == (8, {5})
    (album,) = lab.pictures.of(CODE)
    digests = {one.digest[:16]: one.name for one in lab.pictures.get(album.id, CODE).pictures}
    assert all(len({digests[one].split("-")[0] for one in group}) == 1 for group in groups)


def test_a_press_for_the_advice_before_starts_nothing(open_trial, lab):
    """A page that still measures shows the button before; whoever has chosen 5 s does not mean 20."""
    at = open_trial()
    next(one for one in at.get("button_group") if one.key == "trial.seconds").set_value(60)
    ran(at)
    assert lab.submitted == []
    ran(at)
    assert lab.submitted[0].entrants == ("frozen", "fine_tune", "scratch")


def test_names_that_tell_nothing_are_said_and_keep_nothing_together(open_trial, lab):
    at = open_trial()
    at.selectbox(key="trial.together").set_value("names").run()
    assert "mug-1.jpg" in text_of(at)
    ran(at)
    assert lab.submitted[0].groups is None


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_result_shows_every_way_with_its_interval_seconds_and_differences(open_trial, lang):
    at = ran(chosen(open_trial(lang), 60))
    assert not at.exception
    text = text_of(at)
    assert "80% (67–89%)" in text
    assert "0.5" in text
    assert "20.0" in text  # frozen is ahead of scratch
    assert "+9.0" in text  # and undecided against tuned
    assert at.get("echarts_chart") or at.get("e_charts_chart") or "cup" in text


def test_after_the_run_the_reasons_wait_behind_a_click(open_trial):
    at = ran(open_trial())
    assert [one.label for one in at.expander if one.label == "Why this is advised"]
