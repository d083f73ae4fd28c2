"""What one training needs between two steps: optimizer, schedule, freeze contract, thawing and stopping early."""

from __future__ import annotations

from functools import partial

import torch
from torch import Tensor, nn

from tl_core.device import device
from tl_core.errors import Fault, SpecError
from tl_core.models.freezing import FreezeContract, thaw
from tl_core.models.network import HEAD
from tl_core.registry import LOSSES, SCHEDULES
from tl_core.setup import Setup
from tl_core.text import LANGUAGES, say
from tl_core.training.evaluate import logits
from tl_core.training.optimizers import join, optimizer


class Learning:
    """The moving parts of a training. `after` is called once a step and does what the strategy has planned for it."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        training, network = setup.experiment.training, setup.network
        self._settings = settings_of(setup)
        self._wrong = partial(LOSSES[training.loss].load(), label_smoothing=training.label_smoothing)
        self.optimizer = optimizer(network, training, self._settings)
        self.schedule = SCHEDULES[training.schedule].load()(self.optimizer, len(setup.plan.batches))
        self.precision = torch.autocast(device().type, torch.bfloat16) if training.precision == "mixed" else None
        self._contract = FreezeContract(network, self.optimizer)

    def loss(self, scores: Tensor, labels: Tensor) -> Tensor:
        """The loss of a batch, with the strategy's penalty where it has one."""
        penalty = self._setup.strategy.penalty(self._setup.network, self._setup.start)
        wrong = self._wrong(scores, labels)
        return wrong if penalty is None else wrong + penalty

    def after(self, step: int) -> tuple[str, ...]:
        """Thaw what is due after this step, and let it join the live optimizer; the names of those groups."""
        due = tuple(name for name in self._setup.thaws.get(step, ()) if name in self._setup.network.frozen)
        if due:
            self._contract.check()
            thaw(self._setup.network, due)
            join(self.optimizer, self.schedule, self._setup.network, self._settings, due)
            self._contract = FreezeContract(self._setup.network, self.optimizer)
        return due

    def check(self) -> None:
        """Raise `FreezeContractError` where something frozen has moved."""
        self._contract.check()


def settings_of(setup: Setup) -> dict[str, dict[str, float]]:
    """Learning rate and weight decay of each layer group, by the names that `torch.optim` gives them."""
    training, factors = setup.experiment.training, setup.strategy.rate_factors(setup.network)
    settings = {}
    for name in setup.network.groups:
        rate = training.learning_rate * (training.head_ratio if name == HEAD else 1.0) * factors.get(name, 1.0)
        decays = name == HEAD or setup.strategy.decays_body
        settings[name] = {"lr": rate, "weight_decay": training.weight_decay if decays else 0.0}
    return settings


class EarlyStopping:
    """Remembers the weights with the smallest validation loss, and says when patience is at its end.

    Validation images are no test images: what chooses among epochs must not measure them (pitfall 16).
    """

    def __init__(self, model: nn.Module, patience: int) -> None:
        self._model, self._patience = model, patience
        self._smallest, self._waited, self.best_step = float("inf"), 0, 0
        self._best = _copy(model)

    def enough(self, step: int, images: Tensor, labels: Tensor) -> bool:
        """Look at the validation images after an epoch; true where training longer has not helped for too long."""
        with torch.no_grad():
            scores = torch.cat(list(logits(self._model, images)))
            loss = float(nn.functional.cross_entropy(scores.double(), labels))
        if loss < self._smallest:
            self._smallest, self._waited, self.best_step, self._best = loss, 0, step, _copy(self._model)
            return False
        self._waited += 1
        return self._waited >= self._patience

    def restore(self) -> None:
        """Put the best weights back."""
        self._model.load_state_dict(self._best)


def _copy(model: nn.Module) -> dict[str, Tensor]:
    return {name: tensor.detach().clone() for name, tensor in model.state_dict().items()}


def check_budget(setup: Setup) -> None:
    """Raise `SpecError` where patience has no validation images, or mixed precision no GPU."""
    training = setup.experiment.training
    if training.patience is not None and not len(setup.parts.validation):
        raise _refused("training.patience", training.patience, "allowed.patience")
    if training.precision == "mixed" and device().type == "cpu":
        raise _refused("training.precision", training.precision, "allowed.precision")


def _refused(field: str, received: object, allowed: str) -> SpecError:
    return SpecError((Fault(field, "not_allowed", str(received), {name: say(name, allowed) for name in LANGUAGES}),))
