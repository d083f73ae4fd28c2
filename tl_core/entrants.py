"""Who takes part in a race, by name: a strategy, or one net that differs from the others in some other setting.

An entrant is a name and the fields that it sets; everything else is the experiment's own, so the nets stay paired. What
a lesson's control says stands in the experiment, and the entrants beside it switch it off: `plain` against `augmented`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tl_core.registry import BACKBONES, ENTRANTS, STRATEGIES
from tl_core.text import say

if TYPE_CHECKING:
    from tl_core.experiment import Experiment

LOOKING_BACK = ("your_net", "all_frozen", "all_tuned")  # their reports say what is left of the source, in 0.2 s more


def entrant_name(name: str, language: str) -> str:
    """As a person calls it: «Fine-tuned», «With augmentation»."""
    return say(language, f"option.{'strategy' if name in STRATEGIES else 'entrant'}.{name}")


def entered(experiment: Experiment, name: str) -> Experiment:
    """The experiment as this entrant does it.

    >>> from tl_core.experiment import Experiment
    >>> entered(Experiment(), "squared_error").training.loss
    'mean_squared_error'
    """
    for path, value in ENTRANTS[name].sets.items():
        folder, _, field = path.rpartition(".")
        part = getattr(experiment, folder) if folder else experiment
        changed = part.model_copy(update={field: value})
        experiment = experiment.model_copy(update={folder: changed}) if folder else changed
    return experiment


def cost(experiment: Experiment, name: str) -> float:
    """What a step of this entrant takes, where a full one of `resnet_tiny` takes 1."""
    changed = entered(experiment, name)
    return STRATEGIES[changed.strategy.name].cost * BACKBONES[changed.backbone].cost


def set_by_all(names: Iterable[str]) -> frozenset[str]:
    """Fields that each of the entrants sets, whose value in the experiment is therefore of no account."""
    found = [frozenset(ENTRANTS[name].sets) for name in names]
    return frozenset.intersection(*found) if found else frozenset()
