"""Requests: their hashes, and how a race is split."""

from __future__ import annotations

from tl_core.experiment import Experiment
from tl_core.requests import REQUEST, RaceRequest, RunRequest, SampleQuery, request_hash


def test_equal_requests_have_equal_hashes_and_other_seeds_other_ones():
    one, same = RunRequest(), REQUEST.validate_json('{"kind": "run", "experiment": {}}')
    other = RunRequest(experiment=Experiment(seed=1))
    assert request_hash(one) == request_hash(same) != request_hash(other)


def test_the_strategy_that_a_race_does_not_use_does_not_change_its_hash():
    tuned = Experiment().with_strategy("fine_tune")
    assert request_hash(RaceRequest(experiment=tuned)) == request_hash(RaceRequest())


def test_splitting_a_race_keeps_every_entrant_once_and_parts_the_two_costly_ones():
    whole = RaceRequest()
    parts = whole.split(2)
    assert sorted(name for part in parts for name in part.entrants) == sorted(whole.entrants)
    assert not any({"scratch", "fine_tune"} <= set(part.entrants) for part in parts)
    assert len(whole.split(8)) == 3


def test_queries_and_trainings_have_lanes_of_their_own():
    assert SampleQuery().lane == "query"
    assert RaceRequest().lane == RunRequest().lane == "train"
