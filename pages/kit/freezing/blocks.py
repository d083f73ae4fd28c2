"""What becomes of each layer group of the body: its state, read off an experiment's strategy and written back.

A block is frozen, tuned, or fresh: it starts from random weights and learns. The engine reads "none named as frozen" as
"the first half", and a net with every block tuned is the fine-tuned one; so at least one block is frozen or fresh.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from tl_core.experiment import Experiment

State = Literal["tuned", "frozen", "fresh"]
GROUPS = ("stem", "stage1", "stage2", "stage3")  # of resnet_tiny's body, from the image to the head
HEAD = "head"
ICONS: dict[State, str] = {"frozen": "ac_unit", "tuned": "local_fire_department", "fresh": "casino"}  # Material Symbols
FIRST_HALF = GROUPS[: len(GROUPS) // 2]
_NEXT: dict[State, State] = {"tuned": "frozen", "frozen": "fresh", "fresh": "tuned"}


def states(experiment: Experiment) -> dict[str, State]:
    """The state of each block of the body as the engine will read it."""
    strategy = experiment.strategy
    frozen = strategy.frozen or FIRST_HALF
    return {
        group: "fresh" if group in strategy.reinitialise else "frozen" if group in frozen else "tuned"
        for group in GROUPS
    }


def with_states(experiment: Experiment, chosen: Mapping[str, State]) -> Experiment:
    """The experiment with blocks in these states, of which one at least is not `tuned`.

    Where no block is frozen, the fresh ones are named as frozen too: they learn all the same, and the engine does not
    take an empty list for the first half.
    """
    fresh = tuple(group for group in GROUPS if chosen[group] == "fresh")
    frozen = tuple(group for group in GROUPS if chosen[group] == "frozen")
    strategy = experiment.strategy.model_copy(update={"frozen": frozen or fresh, "reinitialise": fresh})
    return experiment.model_copy(update={"strategy": strategy})


def last_one(experiment: Experiment) -> str | None:
    """The only block that is not tuned, where there is but one."""
    others = [group for group, state in states(experiment).items() if state != "tuned"]
    return others[0] if len(others) == 1 else None


def clicked(experiment: Experiment, group: str) -> Experiment:
    """The block goes on to its next state; the last one that is not tuned leaves `tuned` out."""
    chosen = states(experiment)
    state = _NEXT[chosen[group]]
    if state == "tuned" and last_one(experiment) == group:
        state = _NEXT[state]
    return with_states(experiment, {**chosen, group: state})
