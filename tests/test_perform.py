"""`perform`: events in order, reports that repeat to the last bit, and stopping in the middle."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
import torch

from tests.performing import race, report_of, run
from tl_core.errors import TLError
from tl_core.events import EVENT, Event, Snapshot, Step
from tl_core.experiment import Experiment
from tl_core.perform import perform
from tl_core.recording import Recording
from tl_core.reports import REPORT, RaceReport
from tl_core.requests import RaceRequest, RunRequest, SampleQuery

SPEC = {"target": {"per_class": 2}, "training": {"steps": 12}}
REQUEST = RaceRequest(experiment=Experiment.model_validate(SPEC))


def measured(report) -> str:
    """Everything but clocks and dates."""
    content = report.model_dump(mode="json")
    for part in content.get("runs", [content]):
        for clock in ("seconds", "passport"):
            part.pop(clock)
    content.pop("seconds", None)
    return json.dumps(content, sort_keys=True)


@pytest.fixture(scope="module")
def events() -> list[Event]:
    """All that one race says."""
    return list(perform(REQUEST))


@pytest.fixture(scope="module")
def whole(events) -> RaceReport:
    """The report of that race."""
    return events[-1].report


def test_events_are_numbered_start_with_started_and_end_with_the_report(events):
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert events[0].kind == "started"
    assert [event.kind for event in events].count("finished") == 1
    assert events[-1].kind == "finished"


def test_a_race_goes_on_in_lock_step(events):
    """After any event the entrants are at most one update apart."""
    steps = dict.fromkeys(REQUEST.entrants, 0)
    seen = []
    for event in events:
        if isinstance(event, Step):
            steps[event.entrant] = event.step
            seen.append(max(steps.values()) - min(steps.values()))
    assert max(seen) <= 1


def test_the_recording_of_the_events_is_the_recording_of_the_report(events):
    live, kept = Recording.of_events(events), Recording.of_report(events[-1].report)
    assert live == kept


def test_the_last_look_of_a_run_is_its_final_test_and_there_are_at_most_ten(whole):
    for entrant in whole.runs:
        assert entrant.moments[-1].step == 12
        assert len(entrant.moments) <= 10
        assert entrant.metrics.accuracy.n == 1000
        assert entrant.curves.live_n == entrant.moments[0].accuracy.n == 200
        first_200 = bin(int(entrant.right, 16))[2:].zfill(1000)[:200].count("1")
        assert entrant.moments[-1].accuracy.value == first_200 / 200


def test_the_same_request_gives_the_same_numbers_twice_in_a_process_and_leaves_the_global_generator_alone(whole):
    torch.manual_seed(1)
    expected = torch.rand(2)
    torch.manual_seed(1)
    assert measured(race(**SPEC)) == measured(whole)
    assert torch.equal(torch.rand(2), expected)


def test_a_run_alone_a_race_and_each_part_of_a_split_race_agree_to_the_last_bit(whole):
    for part in REQUEST.split(2):
        for entrant in report_of(part).runs:
            assert measured(entrant) == measured(whole.run(entrant.entrant))
    alone = run(**SPEC, strategy={"name": "fine_tune"})
    assert measured(alone) == measured(whole.run("fine_tune"))


def test_another_process_gives_the_same_numbers(whole):
    command = [sys.executable, "-m", "tl_core", "race", "-"]
    done = subprocess.run(command, input=json.dumps(SPEC), capture_output=True, text=True, check=True)
    assert measured(REPORT.validate_json(done.stdout)) == measured(whole)


def test_another_seed_gives_other_numbers():
    assert measured(run(**SPEC)) != measured(run(**SPEC, seed=1))


def test_stopping_in_the_middle_leaves_nothing_behind_that_changes_the_next_run(whole):
    stopped = perform(REQUEST)
    for _ in range(20):
        next(stopped)
    stopped.close()
    assert torch.is_grad_enabled()
    assert measured(race(**SPEC)) == measured(whole)


def test_reports_and_events_survive_json():
    events = list(perform(RunRequest(experiment=Experiment.model_validate(SPEC))))
    for event in events:
        assert EVENT.validate_json(event.model_dump_json()) == event


def test_a_learning_rate_that_blows_up_ends_in_a_sentence_that_names_it():
    # Weight decay times rate is far above 1, so every step multiplies the weights.
    wild = {"optimizer": "sgd", "learning_rate": 10.0, "head_ratio": 100.0, "weight_decay": 1.0}
    with pytest.raises(TLError, match="learning rate 10 is too high") as caught:
        run(target={"per_class": 1}, strategy={"name": "fine_tune"}, training=wild)
    assert caught.value.code == "not_finite"


def test_validation_images_are_measured_where_asked_for_and_train_nothing():
    report = run(target={"per_class": 5, "validation": 0.2}, training={"steps": 6})
    assert report.metrics.validation_accuracy.n == 10
    assert report.protocol.training_images == 40
    assert run(**SPEC).metrics.validation_accuracy is None


def test_a_sample_query_shows_images_with_their_names():
    sample = report_of(SampleQuery(dataset="letters", count=5, seed=2))
    assert len(sample.pictures) == len(sample.names) == 5
    assert all(picture.startswith("data:image/png;base64,") for picture in sample.pictures)


def test_watched_images_are_twelve_of_the_live_ones_and_show_every_class():
    report = run(**SPEC)
    assert len(report.watched) == 12
    assert {image.label for image in report.watched} == set(range(10))
    assert all(image.index < 200 for image in report.watched)
    for moment in report.moments:
        assert [len(row) for row in moment.probabilities] == [10] * 12
        assert all(abs(sum(row) - 1) < 1e-3 for row in moment.probabilities)


def test_snapshots_say_which_entrant_they_are_of(events):
    entrants = {event.entrant for event in events if isinstance(event, Snapshot)}
    assert entrants == set(REQUEST.entrants)
