"""The staged failures really fail: each case as its page runs it, beside its mended twin, and its clues are true.

One seed by day, as the gap is many times its interval; `TL_CLAIM_SEEDS` asks for as many as the other claims have.
"""

from __future__ import annotations

import sys
from functools import cache

import pytest

from pages.kit.failures.cases import BASE, CASES, DIAGNOSES, FAILING, request_of
from pages.kit.failures.evidence import EXPECTED, Evidence, against
from pages.kit.link import with_values
from tests.claims.settings import SEEDS
from tl_core.entrants import entered
from tl_core.experiment import Experiment
from tl_core.reports import PairedDifference, RunReport

TRIED = range(SEEDS if SEEDS > 5 else 1)


@cache
def trained(experiment: str) -> RunReport:
    """By its JSON: five of the cases have the same twin, which is trained once."""
    from tl_core.runs.run import train_one

    training = train_one(Experiment.model_validate_json(experiment), looks=False)
    while True:
        try:
            next(training)
        except StopIteration as end:
            return end.value


@cache
def evidence_of(number: str, seed: int) -> Evidence:
    request = request_of(number, with_values(BASE, {"seed": seed}))
    runs = {name: trained(entered(request.experiment, name).model_dump_json()) for name in request.entrants}
    failing, twin = (run.model_copy(update={"entered_as": name}) for name, run in runs.items())
    found = Evidence(failing, twin, PairedDifference.of(failing, twin))
    sys.stdout.write(
        f"case {number}, seed {seed}: {found.gap.value:+.3f} ({found.gap.low:+.3f} to {found.gap.high:+.3f})"
    )
    return found


@pytest.mark.parametrize("seed", TRIED)
@pytest.mark.parametrize("number", CASES)
def test_the_gap_between_a_failing_run_and_its_mended_twin_excludes_0_in_the_direction_that_the_page_says(number, seed):
    gap = evidence_of(number, seed).gap
    assert (gap.first, gap.n) == (FAILING, 1000)
    assert gap.decided
    assert (gap.value > 0) is EXPECTED[CASES[number].diagnosis]["too_good"]


@pytest.mark.parametrize("seed", TRIED)
@pytest.mark.parametrize("number", CASES)
def test_the_clues_of_a_case_speak_against_every_diagnosis_but_its_own(number, seed):
    clues = evidence_of(number, seed).clues
    fitting = {guess for guess in DIAGNOSES if against(guess, clues) is None}
    assert fitting == {CASES[number].diagnosis}


@pytest.mark.parametrize("seed", TRIED)
@pytest.mark.parametrize("number", [number for number, case in CASES.items() if EXPECTED[case.diagnosis]["too_good"]])
def test_a_claim_that_is_too_good_is_above_what_the_same_net_does_on_images_that_had_no_part_in_it(number, seed):
    metrics = evidence_of(number, seed).failing.metrics
    assert metrics.accuracy.value > metrics.unseen.value + 0.02
