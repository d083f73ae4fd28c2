"""A link never ends in an error: what it contains in vain is left out and named in a sentence."""

from __future__ import annotations

from functools import reduce
from operator import getitem

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from pages.kit.link import ROWS, UNSAID, read_link, value_of, with_values, write_link
from tests.pages.conftest import Open
from tl_core.experiment import Experiment
from tl_core.fields import FieldRow
from tl_core.registry import backbone_of

BAD = {
    "unknown field": {"colour": "blue"},
    "out of range": {"target.per_class": "70000"},
    "wrong type": {"seed": "five"},
    "not a number": {"training.learning_rate": "NaN"},
    "infinite": {"training.learning_rate": "1e999"},
    "10 kB of junk": {"a" * 5000: "b" * 5000},
    "junk in a field": {"seed": "9" * 10000},
    "path tricks": {"../../etc/passwd": "x", "source": "../../etc/passwd"},
    "path as run": {"run": "../../etc/passwd"},
    "unknown run": {"run": "nobody-knows-this"},
    "two budgets": {"training.steps": "5", "training.epochs": "5"},
    "nesting": {"augmentation": "[" * 400},
    "markup": {"<script>alert(1)</script>": "**[x](javascript:1)**"},
    "unknown language": {"lang": "fr"},
    "no switch": {"present": "perhaps"},
}


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("parameters", BAD.values(), ids=BAD.keys())
def test_a_bad_link_gives_the_defaults_and_a_sentence(open_app: Open, lang, parameters):
    at = open_app(lang, **parameters)
    assert not at.exception
    assert not at.error
    notice = at.get_by_key("link_notice")
    assert notice.label
    assert len(notice.label) < 250
    assert at.select_slider(key="set.target.per_class").value == 5
    assert at.number_input(key="set.seed").value == 0


def test_a_good_part_of_a_bad_link_is_used(open_app: Open):
    at = open_app(target__per_class="20", seed="x")
    assert at.select_slider(key="set.target.per_class").value == 20
    assert at.number_input(key="set.seed").value == 0


def test_a_value_outside_the_safe_range_of_the_page_is_kept_and_shown(open_app: Open):
    at = open_app(training__learning_rate="0.1", target__per_class="7", source="null")
    assert not at.exception
    assert at.select_slider(key="set.training.learning_rate").value == 0.1
    assert at.select_slider(key="set.target.per_class").value == 7


def test_a_budget_in_epochs_survives_though_the_page_has_no_control_for_it(open_app: Open):
    at = open_app(training__epochs="5")
    assert not at.exception
    assert at.session_state["race.experiment"].training.epochs == 5


def test_only_what_differs_from_the_default_is_written():
    assert write_link(Experiment(), None) == {}
    assert write_link(with_values(Experiment(), {"seed": 3}), "abc") == {"run": "abc", "seed": "3"}


CHANGES = {
    "source": "untrained",
    "target.dataset": "letters",
    "target.per_class": None,
    "target.validation": 0.25,
    "model.backbone": "resnet_tiny",
    "model.dropout": 0.3,
    "strategy.name": "scratch",
    "strategy.frozen": ["stem", "stage1"],
    "strategy.rate_decay": 0.25,
    "strategy.thaw_after": [10, 30],
    "strategy.probe_share": 0.2,
    "strategy.anchor": 2.5,
    "strategy.reinitialise": ["stage3"],
    "strategy.batch_norm": "adapts",
    "augmentation": [{"name": "rotation", "strength": 0.5}],
    "fill": "reflect",
    "training.steps": 7,
    "training.epochs": 3,
    "training.batch_size": 8,
    "training.optimizer": "sgd",
    "training.learning_rate": 1e-4,
    "training.head_ratio": 1.0,
    "training.weight_decay": 0.5,
    "training.schedule": "cosine",
    "training.loss": "mean_squared_error",
    "training.label_smoothing": 0.1,
    "training.clip": 1.5,
    "training.patience": 3,
    "training.precision": "mixed",
    "training.cached_views": 4,
    "seed": 12,
}


def test_no_link_makes_a_mistake_on_another_page():
    found = read_link({"mistake": "leaked_test_images", "seed": "3"}, Experiment(mistake="best_on_test"))
    assert (found.experiment.mistake, found.experiment.seed) == (None, 3)
    assert [fault.field for fault in found.faults] == ["mistake"]
    assert "mistake" not in write_link(Experiment(mistake="best_on_test"), None)


@pytest.mark.parametrize("path", [path for path in ROWS if path not in UNSAID])
def test_every_field_travels_through_the_link(path):
    changed = with_values(Experiment(), {path: CHANGES[path]})
    assert value_of(changed, path) != ROWS[path].default
    assert read_link(write_link(changed, None)).experiment == changed
    assert read_link(write_link(changed, None)).faults == ()


def values_of(row: FieldRow) -> st.SearchStrategy[object]:
    """Values that a field may have, as JSON has them."""
    if row.type == "choice":
        found = st.sampled_from(row.choices)
    elif row.type == "integer":
        found = st.integers(int(row.low), int(row.high))
    elif row.type == "number":
        found = st.floats(row.low, row.high)
    elif row.type == "names":
        found = st.lists(st.text("abc019_.", min_size=1, max_size=20), max_size=12)
    elif row.type == "steps":
        found = st.lists(st.integers(1, 2000), max_size=12)
    else:
        change = st.fixed_dictionaries({"name": st.sampled_from(row.choices), "strength": st.floats(0, 2)})
        found = st.lists(change, max_size=8)
    return st.none() | found if row.nullable else found


SOME_VALUES = st.fixed_dictionaries(
    {}, optional={path: values_of(row) for path, row in ROWS.items() if path not in UNSAID}
)


@settings(max_examples=60)
@given(SOME_VALUES)
def test_whatever_is_chosen_comes_back_from_the_link(changes):
    if changes.get("training.steps") is not None:
        changes.pop("training.epochs", None)  # a budget is in steps or in epochs
    own = backbone_of(changes.get("source", Experiment().source))
    if own is not None and changes.get("model.backbone") not in (None, own):
        changes.pop("model.backbone")  # a source decides the net
    chosen = with_values(Experiment(), changes)
    nested = chosen.nested()
    for path, value in changes.items():
        if value is not None or not path.startswith("training."):
            assert reduce(getitem, path.split("."), nested) == value  # nothing was refused on the way in
    found = read_link(write_link(chosen, None))
    assert (found.experiment, found.faults) == (chosen, ())


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from([*ROWS, "run", "lang", "x.y.z", "target"]), st.text(max_size=30), max_size=4))
def test_no_text_whatever_breaks_the_reading_of_a_link(parameters):
    found = read_link(parameters)
    for fault in found.faults:
        assert fault.text("en")
        assert fault.text("zh")


START, GLOSSARY = "pages/start/race.py", "pages/classroom/glossary.py"
LEFT = {
    "a race that runs": (START, {"run": "running"}),
    "settings": (START, {"target.per_class": "20", "training.learning_rate": "0.03"}),
    "a setting of a page's own": ("pages/transfer/small_samples.py", {"seeds": "5", "training.steps": "30"}),
    "a recipe": ("pages/classroom/recipes.py", {"recipe": "vgg_frozen", "target.per_class": "10"}),
    "a descent": ("pages/foundations/gradient_descent.py", {"surface": "saddle", "rate": "0.05"}),
}


def by_the_sidebar(at: AppTest, page: str) -> None:
    """Its links are bare."""
    at.switch_page(page)
    at.query_params.clear()
    at.run()


def controls_of(at: AppTest) -> dict[str, object]:
    return {widget.key: widget.value for widget in (*at.select_slider, *at.radio, *at.selectbox, *at.number_input)}


@pytest.mark.parametrize(("page", "parameters"), LEFT.values(), ids=LEFT.keys())
@pytest.mark.parametrize("over", [GLOSSARY, "pages/foundations/losses.py"])
def test_who_looks_something_up_and_comes_back_by_the_sidebar_finds_the_page_as_it_was_left(
    open_app: Open, page, parameters, over
):
    at = open_app(page=page, **parameters)
    before, link = controls_of(at), dict(at.query_params)
    by_the_sidebar(at, over)
    assert not set(at.query_params) & set(parameters)
    by_the_sidebar(at, page)
    assert controls_of(at) == before
    assert dict(at.query_params) == link
    assert set(link) == set(parameters)


def test_a_link_with_settings_counts_more_than_what_the_page_remembers_and_a_step_back_to_none_clears(open_app: Open):
    at = open_app(page=START, target__per_class="20")
    by_the_sidebar(at, GLOSSARY)
    at.switch_page(START)
    at.query_params["target.per_class"] = "2"
    assert at.run().select_slider(key="set.target.per_class").value == 2
    at.session_state["race.written_at"] = 0.0  # some seconds later
    at.query_params.clear()
    assert at.run().select_slider(key="set.target.per_class").value == 5
