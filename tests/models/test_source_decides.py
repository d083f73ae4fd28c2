"""The source decides the backbone; a specification that says otherwise is a fault."""

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from tests.performing import run
from tl_core import setup
from tl_core.errors import SpecError, WeightsError
from tl_core.experiment import Experiment, Model
from tl_core.fields import read, read_leniently
from tl_core.models.imagenet import published
from tl_core.models.weights import SourceWeights, source_weights
from tl_core.registry import BACKBONES, SOURCES
from tl_core.requests import REQUEST, RaceRequest, RunRequest, request_hash
from tl_core.setup import prepare
from tl_core.text import LANGUAGES

CONTRADICTION = {"source": "letters", "model": {"backbone": "vgg_tiny"}}


def experiment(**spec) -> Experiment:
    return read(Experiment, json.dumps(spec))


def test_the_net_is_the_named_one_else_the_sources_else_the_small_residual_one():
    assert experiment().backbone == "resnet_tiny"
    assert experiment(source="imagenet_vgg16").backbone == "vgg16"
    assert experiment(source=None).backbone == "resnet_tiny"
    assert experiment(source=None, model={"backbone": "row_rnn"}).backbone == "row_rnn"
    assert experiment(source="letters", model={"backbone": "resnet_tiny"}).backbone == "resnet_tiny"


@pytest.mark.parametrize("name", list(SOURCES))
def test_the_registry_says_of_every_source_what_its_card_says(name):
    if name.startswith("imagenet_"):
        assert published(name).backbone == SOURCES[name].backbone
    else:
        assert source_weights(name).card["backbone"] == SOURCES[name].backbone
    assert SOURCES[name].backbone in BACKBONES


def test_another_net_than_the_sources_is_a_fault_that_names_both_in_both_languages():
    with pytest.raises(SpecError) as caught:
        experiment(**CONTRADICTION)
    (fault,) = caught.value.faults
    assert fault.field == "model.backbone"
    for language in LANGUAGES:
        assert all(name in fault.text(language) for name in ("vgg_tiny", "resnet_tiny", "letters"))


def test_it_is_a_fault_in_python_and_inside_requests_too():
    with pytest.raises(ValidationError, match=r"model\.backbone"):
        Experiment(model=Model(backbone="vgg_tiny"))
    with pytest.raises(ValidationError, match=r"experiment\.model\.backbone"):
        REQUEST.validate_json(json.dumps({"kind": "race", "experiment": CONTRADICTION}))


def test_a_link_that_contradicts_itself_keeps_the_source_and_says_so():
    found, faults = read_leniently(Experiment, CONTRADICTION | {"seed": 3})
    assert (found.backbone, found.source, found.seed) == ("resnet_tiny", "letters", 3)
    assert [fault.field for fault in faults] == ["model.backbone"]


def test_naming_the_net_that_the_source_has_anyway_is_the_same_request():
    named = experiment(model={"backbone": "resnet_tiny"})
    for kind in (RunRequest, RaceRequest):
        assert request_hash(kind(experiment=named)) == request_hash(kind())
    other = experiment(source=None, model={"backbone": "vgg_tiny"})
    assert request_hash(RunRequest(experiment=other)) != request_hash(RunRequest(experiment=experiment(source=None)))


def test_a_card_that_contradicts_the_specification_has_the_last_word(monkeypatch):
    """The registry says whose weights they are; where a file was exchanged, its card says it better."""
    letters = source_weights("letters")
    theirs = SourceWeights("letters", letters.tensors, letters.card | {"backbone": "vgg_tiny"}, letters.hash)
    monkeypatch.setattr(setup, "source_weights", lambda name: theirs)
    with pytest.raises(WeightsError, match="received resnet_tiny, but the weights of the source “letters”"):
        prepare(experiment(model={"backbone": "resnet_tiny"}))
    with pytest.raises(WeightsError, match="The first differences: block1"):
        prepare(experiment())


def test_from_scratch_with_a_source_takes_its_net_and_its_pixel_scaling_and_no_weights():
    report = run(target={"per_class": 1}, training={"steps": 2}, strategy={"name": "scratch"})
    assert report.protocol.normalisation.owner == "letters"
    assert report.bill.parameters == 114_970
