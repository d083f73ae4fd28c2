"""The model's page: trained, tried on a picture, and taken along; refusals in words."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from pages.kit.own_images.final import STEPS
from pages.kit.tables import with_interval
from pages.kit.words import catalogue
from tests.constructed import folds_report
from tests.pages.conftest import CODE, Open, opened, text_of
from tests.pages.fake_lab import FakeLab
from tl_core.requests import RunRequest

ZIP = "\n".join(f"{kind}/{n}.jpg" for kind in ("cup", "pen") for n in range(20))


@pytest.fixture
def open_model(open_app: Open, lab: FakeLab):
    def open_(lang: str = "en", pictures: str = ZIP) -> AppTest:
        lab.pictures.bring(lab.pictures.create(CODE, "Pets"), CODE, [("pets.zip", pictures.encode())])
        return opened(open_app, "pages/own_images/my_model.py", lang)

    return open_


def trained(at: AppTest) -> AppTest:
    at.button(key="run").click().run()
    return at.run()


def tried(at: AppTest, name: str) -> AppTest:
    next(one for one in at.get("file_uploader")).set_value((name, b"x", "image/jpeg"))
    return at.run()


def test_the_training_is_what_was_chosen_on_all_pictures(open_model, lab):
    lab.models.bring(CODE, "my.zip", b"x")
    at = open_model()
    at.selectbox(key="mine.source").set_value(lab.models.of(CODE)[0].id).run()
    trained(at)
    (request,) = lab.submitted
    assert isinstance(request, RunRequest)
    assert request.experiment.source == lab.models.of(CODE)[0].id
    assert request.experiment.backbone == "mobilenet_v2_035"
    assert request.experiment.target.per_class is None
    assert request.experiment.target.validation == 0.2  # enough pictures to calibrate on


def test_what_did_best_in_the_trial_is_chosen_at_first(open_app, open_model, lab):
    open_model()
    at = opened(open_app, "pages/own_images/trial.py")
    next(one for one in at.get("button_group") if one.key == "trial.seconds").set_value(60).run()
    at.button(key="run").click().run()
    at.run()
    trained(at.switch_page("pages/own_images/my_model.py").run())
    trial, final = lab.submitted
    best = max(folds_report(trial).sides, key=lambda side: side.accuracy.value).experiment
    assert (final.experiment.source, final.experiment.strategy.name) == (best.source, best.strategy.name)
    assert best.strategy.name == "fine_tune"
    assert final.experiment.training.steps == min(STEPS, key=lambda steps: abs(steps - best.training.steps))


@pytest.mark.parametrize("together", ["single", "recordings"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_where_the_trial_kept_pictures_together_its_accuracy_is_named_as_the_honest_one(
    open_app, open_model, lab, lang, together
):
    open_model(lang)
    at = opened(open_app, "pages/own_images/trial.py", lang)
    at.selectbox(key="trial.together").set_value(together).run()
    at.button(key="run").click().run()
    at.run()
    shown = text_of(trained(at.switch_page("pages/own_images/my_model.py").run()))
    honest = with_interval(folds_report(lab.submitted[0]).accuracy)
    assert (catalogue(lang)["my_model.apart"].format(accuracy=honest) in shown) == (together == "recordings")


def test_few_pictures_are_all_trained_on(open_model, lab):
    trained(open_model(pictures="cup/1.jpg cup/2.jpg pen/1.jpg pen/2.jpg"))
    assert lab.submitted[0].experiment.target.validation == 0


@pytest.mark.parametrize(("lang", "words"), [("en", "with a probability of 70%"), ("zh", "概率为 70%")])
def test_a_picture_is_named_with_its_probability_and_where_the_net_looked(open_model, lang, words):
    at = tried(trained(open_model(lang)), "new.jpg")
    assert not at.exception
    assert words in text_of(at)
    assert "Grad-CAM" in text_of(at)


def test_a_picture_unlike_anything_trained_on_is_a_warning(open_model):
    at = tried(trained(open_model()), "moon.jpg")
    assert any("Probably not like" in one.value for one in at.warning)


def test_a_picture_without_heat_says_why(open_model):
    at = tried(trained(open_model()), "flat.jpg")
    assert not at.exception
    assert "Nowhere in the picture" in text_of(at)


def test_a_picture_that_cannot_be_read_is_refused_in_words(open_model):
    at = tried(trained(open_model()), "bad.jpg")
    assert any("damaged or cut off" in one.value for one in at.warning)
    assert not at.exception


@pytest.mark.parametrize(("form", "file"), [("safetensors", "mine.safetensors"), ("program", "mine.pt2")])
def test_the_model_is_made_as_a_file(open_model, form, file):
    at = trained(open_model())
    at.selectbox(key="mine.form").set_value(form).run()
    at.button(key="mine.make").click().run()
    labels = [one.proto.label for one in at.get("download_button")]
    assert f"Download {file}" in labels
    assert "Script" in labels
    assert "Download the collection as a zip" in labels


def test_what_onnx_needs_is_said(open_model):
    at = trained(open_model())
    at.selectbox(key="mine.form").set_value("onnx").run()
    at.button(key="mine.make").click().run()
    assert any("pip install onnx" in one.value for one in at.warning)
