"""What is trained for the claims. Settings were chosen on seeds from 100 up; the claims are tested on seeds from 0.

`TL_CLAIM_SEEDS` asks for more seeds: `.ci/nightly` takes twenty, and its result is committed.
"""

from __future__ import annotations

import json
import os
from typing import Any

from tl_core.experiment import Experiment
from tl_core.requests.sweep import SweepRequest

SEEDS = int(os.environ.get("TL_CLAIM_SEEDS", "5"))
FEWER = max(2, SEEDS - 2)  # where effects are many times their spread
TWO = max(2, SEEDS - 3)  # where two seeds show it, and no interval is asked for
ONE = max(1, SEEDS - 4)  # where one seed's gap is many times its interval over the test images
# Of a thousand test images, which are in random order: testing on all was a fifth of the time. By night all.
TESTED_ON = 500 if SEEDS == 5 else 1000
STEPS = 100  # the default experiment's 60 leave a net from scratch at 98 to 99 % of 500 training images
PAGE = 60  # what the start page trains; with one label a class or five every net knows its own images by then
# A linear head on features of small size learns slowly: at the default rate, 100 steps leave an untrained body at 40 %
# with fifty labels, and as many as it takes bring it to 88 %.
HEAD_TO_THE_END: dict[str, Any] = {"steps": 1000, "learning_rate": 3e-2}
RACE = ("scratch", "frozen", "fine_tune")
CAREFUL = ("lp_ft", "gradual", "discriminative", "l2_sp")  # fine-tuning that means to spare the source's features
CAREFUL_MANY = CAREFUL if SEEDS > 5 else ("l2_sp",)  # by night all, by day the one that cost most there
RATES = (1e-3, 3e-3, 1e-2, 3e-2)


def experiment(source: str = "letters", dataset: str = "digits", seed: int = 0, **training: Any) -> Experiment:
    """The default experiment but for what is said here."""
    training = {"steps": STEPS, **training}
    return Experiment.model_validate_json(
        json.dumps({"source": source, "target": {"dataset": dataset}, "training": training, "seed": seed})
    )


def sweep(asked: Experiment, strategies: tuple[str, ...], per_class: tuple[int, ...], seeds: int) -> SweepRequest:
    return SweepRequest(experiment=asked, strategies=strategies, per_class=per_class, seeds=seeds)


TO_THE_END = {  # each net knows 99 % of its training images when it is tested
    "page": sweep(experiment(steps=PAGE), RACE, (1, 5) if SEEDS == 5 else (1, 5, 50), SEEDS),
    "many labels": sweep(experiment(), RACE, (50,), SEEDS),
    "careful, many labels": sweep(experiment(), CAREFUL_MANY, (50,), FEWER),
    # Features that fit already, one label, three times the default rate: plain fine-tuning tramples on them.
    "objects again": sweep(
        experiment("objects", "objects", learning_rate=1e-2, steps=PAGE), ("fine_tune", *CAREFUL), (1,), FEWER
    ),
    "textures": sweep(experiment("textures", steps=PAGE), ("fine_tune",), (5,), FEWER),
}
HEADS = {  # heads at once, on features that stay
    f"{source}, frozen": sweep(experiment(source, **HEAD_TO_THE_END), ("frozen",), (1, 5, 50), SEEDS)
    for source in ("letters", "textures", "untrained")
}
LONGER = {  # the slowest of them
    f"{name}, twice as long": sweep(
        experiment(request.experiment.source, **HEAD_TO_THE_END | {"steps": 2000}), ("frozen",), (50,), FEWER
    )
    for name, request in HEADS.items()
}
BUDGETS = {
    "long": sweep(experiment(), ("scratch",), (5,), TWO),
    "short": sweep(experiment(steps=20), ("scratch", "fine_tune"), (5,), TWO),
}
FOUND = (5,) if SEEDS == 5 else (5, 50)  # labels a class at which the rate finder is held to a grid
GRID = {
    f"rate {rate:g}": sweep(experiment(steps=PAGE, learning_rate=rate), ("frozen", "fine_tune"), FOUND, TWO)
    for rate in RATES
    if rate != 3e-3  # the default, and the page's
}
SUGGESTED = {"suggested": sweep(experiment(steps=PAGE), ("frozen", "fine_tune"), FOUND, TWO)}
