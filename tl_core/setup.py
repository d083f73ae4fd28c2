"""Everything that is settled before the first step: data, net, weights, plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import torch
from torch import Tensor, nn

from tl_core.circumstances import Normalisation
from tl_core.data.dataset import SIZE, ImageDataset, Splits, load
from tl_core.data.sampling import Parts, choose
from tl_core.device import device
from tl_core.errors import Fault, SpecError, WeightsError
from tl_core.experiment import Experiment
from tl_core.mistakes.mistake import Mistake, mistake_of, refuse_mistake
from tl_core.models.build import build
from tl_core.models.fit import check_fit
from tl_core.models.freezing import thaw
from tl_core.models.network import HEAD, Network, initialise
from tl_core.models.weights import SourceWeights, source_weights
from tl_core.registry import IMAGES_ID, STRATEGIES
from tl_core.seeding import stream
from tl_core.strategies.strategy import Strategy
from tl_core.text import LANGUAGES
from tl_core.training import batches
from tl_core.training.views import Views


@dataclass(frozen=True)
class Setup:
    """One training, ready to start.

    `entrant` is what a race calls it; `start` holds the weights before the first step, by parameter name. `beside` is
    empty until the training has ended: then it holds what the net's file has beside the body.
    """

    entrant: str
    experiment: Experiment
    strategy: Strategy
    splits: Splits
    parts: Parts
    source: SourceWeights | None
    normalisation: Normalisation
    network: Network
    plan: batches.Plan
    start: dict[str, Tensor]
    mistake: Mistake
    beside: dict[str, Tensor] = field(default_factory=dict)

    @property
    def backbone(self) -> str:
        """The net's build: that of its weights, where there are any."""
        return _backbone(self.experiment, self.source)

    @property
    def cached(self) -> bool:
        """Whether features are computed once: the body stays frozen, and images or their views recur."""
        moving = self.experiment.strategy.reinitialise or self.network.adapting
        recurring = not self.experiment.augmentation or self.experiment.training.cached_views
        return self.strategy.fixed_body and bool(recurring) and not moving

    @property
    def thaws(self) -> Mapping[int, Sequence[str]]:
        """Which frozen groups begin to learn after which step."""
        return self.strategy.thaws(self.network, len(self.plan.batches))

    @property
    def model(self) -> nn.Module:
        """What the loop updates: the net, or its head alone where features are cached."""
        return self.network.head if self.cached else self.network

    @property
    def took_part(self) -> Tensor:
        """Places in the training split, int64, of all that trains the net or, with patience, chooses its moment."""
        chooses = self.experiment.training.patience is not None
        return torch.cat([self.parts.train, self.parts.validation]) if chooses else self.parts.train

    def scores(self, inputs: Tensor, labels: Tensor) -> Iterator[Tensor]:
        """Logits `(n, classes)` of tested inputs, chunk by chunk; the labels are for the mistake that sorts by them."""
        return self.mistake.tested(self.model, inputs, labels)

    @cached_property
    def training_set(self) -> ImageDataset:
        return self.splits.train.take(self.parts.train)

    @cached_property
    def views(self) -> Views | None:
        """Changed views of the training images, where the experiment changes them."""
        return Views(self.training_set, self.experiment, self.normalisation) if self.experiment.augmentation else None

    @cached_property
    def validation_set(self) -> ImageDataset:
        return self.splits.train.take(self.parts.validation)


def prepare(
    experiment: Experiment, parts: Parts | None = None, entrant: str | None = None, pool: Splits | None = None
) -> Setup:
    """Data, net and plan of an experiment; the same seed gives the same of each, whatever the strategy.

    Args:
        experiment: what is to be trained.
        parts: which training images to use, instead of those that the experiment's seed draws.
        entrant: what a race calls it; its strategy where nothing is said.
        pool: images in which `parts` count, instead of the experiment's own splits.

    Raises:
        SpecError: for given `parts` and a mistake, which may change what they count in.
        WeightsError: where the strategy needs weights that are not there or do not fit.
        DataError: where there are too few images.
    """
    mistake = mistake_of(experiment)
    if parts is not None:
        refuse_mistake(experiment)
    splits = mistake.images(pool or splits_of(experiment), experiment)
    parts = parts or drawn(splits.train, experiment)
    plan = batches.plan(len(parts.train), experiment.training, experiment.seed)
    source = None if experiment.source is None else source_weights(experiment.source)
    backbone = _backbone(experiment, source)
    network = build(backbone, len(splits.train.class_names), experiment.seed, experiment.model.dropout)
    strategy = STRATEGIES[experiment.strategy.name].load()(experiment.strategy)
    _start(network, strategy, source, experiment)
    check_fit(network, backbone, splits.train.images.shape[2:], min(map(len, plan.batches)))
    network = network.to(device(), memory_format=torch.channels_last)
    normalisation = source.normalisation if source else batches.statistics(splits.train.images[parts.train], "training")
    return Setup(
        entrant=entrant or experiment.strategy.name,
        experiment=experiment,
        strategy=strategy,
        splits=splits,
        parts=parts,
        source=source,
        normalisation=normalisation,
        network=network,
        plan=plan,
        start={name: tensor.detach().clone() for name, tensor in network.named_parameters()},
        mistake=mistake,
    )


def splits_of(experiment: Experiment) -> Splits:
    """The images of an experiment: a person's own at the size that the source's weights were trained on, others at 32.

    Raises `DataError` and `WeightsError`, where images or weights are not on this machine.
    """
    own = experiment.source is not None and IMAGES_ID.fullmatch(experiment.target.dataset)
    size = source_weights(experiment.source).card.get("input_size", SIZE) if own else SIZE
    return load(experiment.target.dataset, size)


def _backbone(experiment: Experiment, source: SourceWeights | None) -> str:
    """The net to build: its weights' own. A name that contradicts their card is refused, whatever the registry says."""
    named = experiment.model.backbone
    own = experiment.backbone if source is None else source.card["backbone"]
    if named not in (None, own):
        raise WeightsError("backbone_of_source", source=experiment.source, backbone=own, received=named)
    return own


def drawn(train: ImageDataset, experiment: Experiment) -> Parts:
    """Which of the training images an experiment uses."""
    return choose(train, experiment.target.per_class, experiment.target.validation, experiment.seed)


def _start(network: Network, strategy: Strategy, source: SourceWeights | None, experiment: Experiment) -> None:
    """Bring a fresh net to where the experiment's strategy starts. Groups that forget the source have to learn."""
    if source is None and strategy.needs_source:
        raise WeightsError("source_needed", strategy=experiment.strategy.name)
    _check_groups("strategy.frozen", experiment.strategy.frozen, network)
    _check_groups("strategy.reinitialise", experiment.strategy.reinitialise, network)
    if source is not None and strategy.uses_source:
        source.load_into(network, experiment.backbone)
    strategy.prepare(network)
    for name in experiment.strategy.reinitialise:
        initialise(network.groups[name], stream(experiment.seed, f"reinitialise:{name}"))
    if experiment.strategy.reinitialise:
        thaw(network, experiment.strategy.reinitialise)
    network.adapting = experiment.strategy.batch_norm == "adapts"


def _check_groups(field: str, names: Sequence[str], network: Network) -> None:
    """Raise `SpecError` for a name that is no layer group of this net's body."""
    allowed = [name for name in network.groups if name != HEAD]
    if wrong := [name for name in names if name not in allowed]:
        known = dict.fromkeys(LANGUAGES, ", ".join(allowed))
        raise SpecError((Fault(field, "not_allowed", ", ".join(wrong), known),))
