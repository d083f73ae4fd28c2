"""The table of fields: what is read off it, and what is said of a wrong specification."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tl_core.errors import SpecError
from tl_core.experiment import Experiment
from tl_core.fields import field_row, field_table, read, read_leniently
from tl_core.text import LANGUAGES, catalogue


def faults_of(text: str):
    with pytest.raises(SpecError) as caught:
        read(Experiment, text)
    return caught.value.faults


def test_an_empty_object_is_the_default_experiment():
    assert read(Experiment, "{}") == Experiment()


def test_the_default_experiment_is_the_one_that_the_documentation_lists():
    spec = {
        "source": "letters",
        "target": {"dataset": "digits", "per_class": 5},
        "model": {"backbone": "resnet_tiny"},
        "strategy": {"name": "frozen"},
        "augmentation": [],
        "training": {
            "steps": 60,
            "batch_size": 32,
            "optimizer": "adamw",
            "learning_rate": 0.003,
            "schedule": "one_cycle",
        },
        "seed": 0,
    }
    named = read(Experiment, json.dumps(spec))
    assert named.model_copy(update={"model": Experiment().model}) == Experiment()
    assert named.backbone == Experiment().backbone


def test_every_field_has_a_title_in_both_languages():
    for row in field_table():
        for language in LANGUAGES:
            assert row.title(language)


def test_every_choice_of_a_field_has_a_name_in_both_languages():
    kinds = {"source": "source", "strategy.name": "strategy", "target.dataset": "dataset", "model.backbone": "backbone"}
    for path, kind in kinds.items():
        for choice in field_row(path).choices:
            for language in LANGUAGES:
                assert f"option.{kind}.{choice}" in catalogue(language)


@pytest.mark.parametrize("row", [row for row in field_table() if row.low is not None], ids=lambda row: row.path)
def test_the_ends_of_a_range_are_allowed_and_what_lies_beyond_is_a_fault(row):
    head, _, leaf = row.path.rpartition(".")

    def spec(value: float) -> str:
        return json.dumps({head: {leaf: value}} if head else {leaf: value})

    read(Experiment, spec(row.low))
    read(Experiment, spec(row.high))
    step = 1 if row.type == "integer" else 0.01
    for beyond in (row.low - step, row.high + step):
        (fault,) = faults_of(spec(beyond))
        assert fault.field == row.path
        assert fault.allowed["en"] == row.allowed("en")


def test_each_fault_names_field_received_and_allowed():
    faults = faults_of('{"target": {"per_class": 10001, "colour": 1}, "seed": true, "source": "pears"}')
    texts = {fault.field: fault.text("en") for fault in faults}
    allowed = "a whole number from 1 to 10000, or null"
    assert texts["target.per_class"] == f"target.per_class: received 10001; allowed: {allowed}"
    assert "no such field" in texts["target.colour"]
    assert "dataset, per_class, validation" in texts["target.colour"]
    assert "received true" in texts["seed"]
    assert "letters, objects" in texts["source"]


def test_steps_and_epochs_together_are_a_fault():
    (fault,) = faults_of('{"training": {"steps": 10, "epochs": 2}}')
    assert "steps and epochs together" in fault.text("en")


def test_epochs_alone_replace_the_default_steps():
    training = read(Experiment, '{"training": {"epochs": 3}}').training
    assert (training.steps, training.epochs) == (None, 3)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"run"', '{"seed": NaN}', '{"seed": 1e999}'])
def test_text_that_is_no_specification_is_a_fault_and_not_a_traceback(text):
    assert faults_of(text)


def test_a_long_wrong_value_is_cut_in_the_sentence():
    (fault,) = faults_of(json.dumps({"source": "x" * 10_000}))
    assert len(fault.text("en")) < 300


def test_reading_leniently_keeps_what_is_right_and_names_what_is_not():
    data = {"source": "pears", "target": {"per_class": 7, "dataset": "../../etc"}, "seed": 3}
    experiment, faults = read_leniently(Experiment, data)
    assert experiment.target.per_class == 7
    assert experiment.seed == 3
    assert experiment.source == "letters"
    assert {fault.field for fault in faults} == {"source", "target.dataset"}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=8,
)
field_names = st.sampled_from(["source", "target", "model", "strategy", "augmentation", "training", "seed", "other"])


@given(st.dictionaries(field_names, json_values, max_size=5))
def test_reading_leniently_always_ends_in_a_valid_experiment(data):
    experiment, faults = read_leniently(Experiment, data)
    assert read(Experiment, experiment.model_dump_json()) == experiment
    for fault in faults:
        assert fault.text("zh")


def test_the_json_schema_lists_ranges_and_names():
    schema = json.dumps(Experiment.model_json_schema())
    assert '"maximum": 10000' in schema
    assert '"letters"' in schema
