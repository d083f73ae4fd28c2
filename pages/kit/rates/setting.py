"""What the lesson on learning rates starts from, its controls and its presets."""

from __future__ import annotations

from pages.kit.controls import Choice, Preset
from tl_core.experiment import Experiment, Strategy, Target, Training

NETS = ("fine_tune", "discriminative", "gradual", "lp_ft", "frozen")
RATE = "training.learning_rate"
# Objects again for a net that has learnt them: what it loses is what it forgets (tests/claims/test_careful_claims.py).
BASE = Experiment(
    source="objects",
    target=Target(dataset="objects", per_class=1),
    strategy=Strategy(name="fine_tune"),
    training=Training(steps=30, learning_rate=1e-2),
)
CONTROLS = (
    Choice(RATE, (1e-3, 3e-3, 1e-2, 3e-2, 1e-1)),
    Choice("strategy.rate_decay", (0.1, 0.2, 0.4, 0.7, 1.0)),
    Choice("strategy.probe_share", (0.25, 0.5, 0.75), look="buttons", label="learning_rates.probe_share"),
    Choice("seed", look="number"),
)
THAWED_LATE = (15, 18, 21, 24)  # of 30 steps: the head fits by then, and the schedule lowers the rates
PRESETS = (
    Preset("learning_rates.preset.late", {"strategy.thaw_after": THAWED_LATE}),
    Preset("learning_rates.preset.good", {RATE: 1e-3}),
    Preset("learning_rates.preset.bad", {RATE: 1e-1}),
    Preset(
        "learning_rates.preset.new_task",
        {"source": "letters", "target.dataset": "digits", "target.per_class": 50, "training.steps": 60, RATE: 3e-3},
    ),
)
