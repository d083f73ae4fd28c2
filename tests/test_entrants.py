"""What a race's entrants set, and that nets which differ in one setting are as paired as strategies are."""

import pytest
from pydantic import ValidationError

from tests.performing import report_of
from tl_core.entrants import cost, entered, entrant_name, set_by_all
from tl_core.errors import TLError
from tl_core.experiment import Experiment
from tl_core.export.script import script
from tl_core.export.tables import settings
from tl_core.fields import field_row
from tl_core.findings import findings
from tl_core.recording import Recording
from tl_core.registry import ENTRANTS, STRATEGIES
from tl_core.reports import REPORT
from tl_core.requests import RaceRequest, RunRequest, request_hash

pytestmark = pytest.mark.usefixtures("on_few_test_images")

SHORT = Experiment.model_validate({"training": {"steps": 6}, "strategy": {"name": "fine_tune"}})
LOSSES = RaceRequest(experiment=SHORT, entrants=("cross_entropy", "squared_error"))


@pytest.mark.parametrize("name", list(ENTRANTS))
def test_what_an_entrant_sets_is_a_valid_value_of_a_field_of_the_table(name):
    changed = entered(Experiment(), name)
    assert Experiment.model_validate_json(changed.model_dump_json()) == changed
    for path, value in ENTRANTS[name].sets.items():
        assert field_row(path).value_in(changed) == value
    assert all(entrant_name(name, language) for language in ("en", "zh"))


def test_nets_of_a_race_that_differ_in_one_setting_are_each_the_run_that_they_would_be_alone():
    report = report_of(LOSSES)
    assert [run.entrant for run in report.runs] == ["cross_entropy", "squared_error"]
    for run in report.runs:
        alone = report_of(RunRequest(experiment=entered(SHORT, run.entrant)))
        assert (run.right, run.curves, run.metrics) == (alone.right, alone.curves, alone.metrics)
        assert (run.entered_as, alone.entered_as) == (run.entrant, None)
    first, second = report.runs
    assert first.passport.data == second.passport.data
    assert first.curves.loss != second.curves.loss


def test_such_a_race_is_stored_recorded_and_said_by_its_entrants_names():
    report = report_of(LOSSES)
    assert REPORT.validate_json(report.model_dump_json()) == report
    assert list(Recording.of_report(report).tracks) == ["cross_entropy", "squared_error"]
    said = " ".join(finding.say("en") for finding in findings(report, "squared_error"))
    assert entrant_name("cross_entropy", "en") in said or entrant_name("squared_error", "en") in said
    assert "loss" not in [row[0].lower() for row in settings(report, "en", changed=True).rows]


def test_what_all_entrants_set_does_not_count_in_the_hash_and_what_they_do_not_set_does():
    def hashed(**parts):
        spec = {"training": {"steps": 6}, "strategy": {"name": "fine_tune"}} | parts
        return request_hash(LOSSES.model_copy(update={"experiment": Experiment.model_validate(spec)}))

    assert hashed(training={"steps": 6, "loss": "mean_squared_error"}) == hashed()
    assert hashed(strategy={"name": "scratch"}) != hashed()
    assert set_by_all(STRATEGIES) == {"strategy.name"}
    assert set_by_all(("plain", "augmented")) == set()


def test_a_race_over_two_workers_shares_its_entrants_out_by_what_they_cost():
    assert cost(SHORT, "frozen") < cost(SHORT, "cross_entropy") == 1.0
    assert [part.entrants for part in LOSSES.split(2)] == [("cross_entropy",), ("squared_error",)]
    nets = RaceRequest(entrants=("residual_net", "plain_net", "row_net"))  # 1.0 | 0.5 + 0.45
    assert [part.entrants for part in nets.split(2)] == [("residual_net",), ("plain_net", "row_net")]


def test_an_unknown_entrant_is_refused():
    with pytest.raises(ValidationError):
        RaceRequest(entrants=("magic",))


def test_a_script_of_nets_that_differ_in_settings_is_refused_and_one_of_each_is_given():
    with pytest.raises(TLError) as refused:
        script(LOSSES, "en")
    assert refused.value.code == "script_unsupported"
    assert "mean_squared_error" in script(RunRequest(experiment=entered(SHORT, "squared_error")), "en")
