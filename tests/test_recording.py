"""Events folded into curves: whichever worker speaks first, and when a run starts again."""

from __future__ import annotations

from tests.constructed import race_report
from tl_core.events import Started, Step
from tl_core.recording import Recording


def started(*entrants: str) -> Started:
    return Started(entrants=entrants, steps=4, device="cpu", live_images=200)


def test_entrants_keep_the_registrys_order_whichever_worker_starts_first():
    recording = Recording.of_events([started("fine_tune"), started("scratch", "frozen")])
    assert list(recording.tracks) == ["scratch", "frozen", "fine_tune"]


def test_a_second_attempt_starts_its_own_entrants_afresh_and_leaves_the_others():
    events = [started("fine_tune"), started("scratch")]
    events += [Step(entrant=name, step=1, loss=2.0) for name in ("fine_tune", "scratch")]
    recording = Recording.of_events([*events, started("scratch")])
    assert recording.tracks["fine_tune"].losses == [2.0]
    assert recording.tracks["scratch"].losses == []
    assert recording.done() == 1 / 8


def test_the_looks_of_all_and_those_of_any_differ_where_a_net_stopped_early():
    recording = Recording.of_report(race_report())
    stopped = recording.tracks["frozen"]
    stopped.moments = stopped.moments[:4]
    assert recording.moment_steps == tuple(moment.step for moment in stopped.moments)
    assert recording.all_moment_steps == tuple(moment.step for moment in recording.tracks["scratch"].moments)
