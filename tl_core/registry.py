"""What can be chosen by name, and where it lives. Adding an algorithm is one line here.

Entries are strings, so that the web process can list the names without importing the engine.
"""

from __future__ import annotations

import re

from tl_core.entry import Entry, Registry

OWN_IMAGES = Entry("tl_core.data.local:own_images")  # a person's own images, by the id of their content
IMAGES_ID = re.compile(r"images-[0-9a-f]{16}")
DATASETS = Registry(
    "dataset",
    {
        "digits": Entry("tl_core.data.digits:digits"),
        "letters": Entry("tl_core.data.drawn.letters:letters"),
        "objects": Entry("tl_core.data.drawn.objects:objects"),
        "textures": Entry("tl_core.data.drawn.textures:textures"),
        # torchvision's: there once a person has put or fetched them into TL_DATA_DIR
        "mnist": Entry("tl_core.data.online:MNIST"),
        "usps": Entry("tl_core.data.online:USPS"),
        "svhn": Entry("tl_core.data.online:SVHN"),
        "fashion_mnist": Entry("tl_core.data.online:FASHION_MNIST"),
        "kmnist": Entry("tl_core.data.online:KMNIST"),
        "emnist": Entry("tl_core.data.online:EMNIST"),
        "cifar10": Entry("tl_core.data.online:CIFAR10"),
        "cifar100": Entry("tl_core.data.online:CIFAR100"),
        "eurosat": Entry("tl_core.data.online:EUROSAT"),
        "flowers102": Entry("tl_core.data.online:FLOWERS102"),
        "oxford_pets": Entry("tl_core.data.online:OXFORD_PETS"),
        "omniglot": Entry("tl_core.data.online:OMNIGLOT"),
    },
    ids=IMAGES_ID,
)
BACKBONES = Registry(
    "backbone",
    {
        "resnet_tiny": Entry("tl_core.models.resnet_tiny:resnet_tiny"),
        "vgg_tiny": Entry("tl_core.models.vgg_tiny:vgg_tiny", cost=0.5, sides=(16, 4096)),  # costs: one core, 32 images
        "mobilenet_tiny": Entry("tl_core.models.mobilenet_tiny:mobilenet_tiny", cost=0.8),
        "row_rnn": Entry("tl_core.models.row_rnn:row_rnn", cost=0.15, sides=(32, 32)),
        "row_gru": Entry("tl_core.models.row_gru:row_gru", cost=0.35, sides=(32, 32)),
        "mobilenet_v2_035": Entry(
            "tl_core.models.mobilenet_v2:mobilenet_v2_035", cost=1.8, sides=(32, 4096), side_alone=33
        ),
        "resnet18": Entry("tl_core.models.torchvision_resnet:resnet18", side_alone=33),
        "resnet50": Entry("tl_core.models.torchvision_resnet:resnet50", side_alone=33),
        "vgg16": Entry("tl_core.models.torchvision_vgg:vgg16", sides=(32, 4096)),
        "mobilenet_v3_small": Entry("tl_core.models.torchvision_mobilenet:mobilenet_v3_small", side_alone=33),
        "mobilenet_v3_large": Entry("tl_core.models.torchvision_mobilenet:mobilenet_v3_large", side_alone=33),
    },
)
OWN_WEIGHTS = Entry("tl_core.models.own:own_weights")  # a person's own weights, by the id of their content
WEIGHTS_ID = re.compile(r"weights-[0-9a-f]{16}")
SOURCES = Registry(
    "source",
    {
        "letters": Entry("tl_core.models.weights:shipped", backbone="resnet_tiny"),
        "objects": Entry("tl_core.models.weights:shipped", backbone="resnet_tiny"),
        "objects_autoencoder": Entry("tl_core.models.weights:shipped", backbone="resnet_tiny"),
        "textures": Entry("tl_core.models.weights:shipped", backbone="resnet_tiny"),
        "natural": Entry("tl_core.models.weights:shipped", backbone="resnet_tiny"),
        "untrained": Entry("tl_core.models.weights:untrained", backbone="resnet_tiny"),
        "imagenet_resnet18": Entry("tl_core.models.imagenet:imagenet", backbone="resnet18"),
        "imagenet_resnet50": Entry("tl_core.models.imagenet:imagenet", backbone="resnet50"),
        "imagenet_vgg16": Entry("tl_core.models.imagenet:imagenet", backbone="vgg16"),
        "imagenet_mobilenet_v3_small": Entry("tl_core.models.imagenet:imagenet", backbone="mobilenet_v3_small"),
        "imagenet_mobilenet_v3_large": Entry("tl_core.models.imagenet:imagenet", backbone="mobilenet_v3_large"),
    },
    ids=WEIGHTS_ID,
)
STRATEGIES = Registry(
    "strategy",
    {
        "scratch": Entry("tl_core.strategies.scratch:Scratch"),
        # Measured on one core: a frozen race entrant takes a tenth of a tuned one, evaluation included.
        "frozen": Entry("tl_core.strategies.frozen:Frozen", cost=0.1),
        "fine_tune": Entry("tl_core.strategies.fine_tune:FineTune"),
        "partial": Entry("tl_core.strategies.partial:Partial"),
        "discriminative": Entry("tl_core.strategies.discriminative:Discriminative"),
        "gradual": Entry("tl_core.strategies.gradual:Gradual"),
        "lp_ft": Entry("tl_core.strategies.lp_ft:LpFt"),
        "l2_sp": Entry("tl_core.strategies.l2_sp:L2Sp"),
    },
)
_REGULARISERS = {"training.weight_decay": 0.0, "model.dropout": 0.0, "training.patience": None}


def _entrant(look: str, **sets: object) -> Entry:
    """`sets` names fields with two underscores for the dot."""
    return Entry("", sets={name.replace("__", "."): value for name, value in sets.items()}, look=look)


def _only(look: str, kept: str) -> Entry:
    """One way of regularising as the experiment says it, the others off."""
    return Entry("", sets={path: off for path, off in _REGULARISERS.items() if path != kept}, look=look)


def _untaught(look: str, backbone: str) -> Entry:
    return _entrant(look, source=None, model__backbone=backbone, strategy__name="scratch")


def _plainly(strategy: str) -> Entry:
    """A strategy as it is and looks, whatever the experiment says of single layer groups."""
    return _entrant(strategy, strategy__name=strategy, strategy__reinitialise=(), strategy__batch_norm="still")


ENTRANTS = Registry(
    "entrant",
    {
        **{name: Entry("", cost=entry.cost, sets={"strategy.name": name}) for name, entry in STRATEGIES.items()},
        "cross_entropy": _entrant("first", training__loss="cross_entropy"),
        "squared_error": _entrant("second", training__loss="mean_squared_error"),
        "plain": _entrant("second", augmentation=()),
        "augmented": _entrant("first"),
        "unregularised": Entry("", sets=_REGULARISERS, look="second"),
        "only_weight_decay": _only("first", "training.weight_decay"),
        "only_dropout": _only("third", "model.dropout"),
        "only_early_stopping": _only("fourth", "training.patience"),
        "from_letters": _entrant("first", source="letters"),
        "from_objects": _entrant("third", source="objects"),
        "from_autoencoder": _entrant("fourth", source="objects_autoencoder"),
        "from_textures": _entrant("third", source="textures"),
        "from_untrained": _entrant("second", source="untrained"),
        "from_yours": _entrant("third"),
        "statistics_still": _entrant("first", strategy__batch_norm="still"),
        "statistics_adapt": _entrant("second", strategy__batch_norm="adapts"),
        "residual_net": _untaught("first", "resnet_tiny"),
        "plain_net": _untaught("third", "vgg_tiny"),
        "light_net": _untaught("fourth", "mobilenet_tiny"),
        "row_net": _untaught("second", "row_gru"),
        "your_net": _entrant("partial", strategy__name="partial"),
        "all_frozen": _plainly("frozen"),
        "all_tuned": _plainly("fine_tune"),
        "failing": _entrant("second"),
        "mended": _entrant("first", mistake=None),
        "usual_rate": _entrant("first", training__learning_rate=3e-3),
        "small_rate": _plainly("fine_tune"),  # where the experiment's own rate for the body is next to nothing
    },
)
OPTIMIZERS = Registry(
    "optimizer",
    {
        "adamw": Entry("torch.optim:AdamW"),
        "adam": Entry("torch.optim:Adam"),
        "rmsprop": Entry("torch.optim:RMSprop"),
        "sgd": Entry("torch.optim:SGD"),
        "momentum": Entry("torch.optim:SGD", options={"momentum": 0.9}),
        "nesterov": Entry("torch.optim:SGD", options={"momentum": 0.9, "nesterov": True}),
    },
)
SCHEDULES = Registry(
    "schedule",
    {
        "one_cycle": Entry("tl_core.training.schedules:one_cycle"),
        "cosine": Entry("tl_core.training.schedules:cosine"),
        "step": Entry("tl_core.training.schedules:steps_down"),
        "warm_up": Entry("tl_core.training.schedules:warm_up"),
        "constant": Entry("tl_core.training.schedules:constant"),
    },
)
LOSSES = Registry(
    "loss",
    {
        "cross_entropy": Entry("torch.nn.functional:cross_entropy"),
        "mean_squared_error": Entry("tl_core.training.losses:mean_squared_error"),
    },
)
MISTAKES = Registry(
    "mistake",
    {
        "leaked_test_images": Entry("tl_core.mistakes.leak:LeakedTestImages"),
        "unscaled_test_images": Entry("tl_core.mistakes.scaling:UnscaledTestImages"),
        "tested_in_training_mode": Entry("tl_core.mistakes.training_mode:TestedInTrainingMode"),
        "background_tells": Entry("tl_core.mistakes.background:BackgroundTells"),
        "best_on_test": Entry("tl_core.mistakes.best_epoch:BestOnTest"),
        "classes_in_other_order": Entry("tl_core.mistakes.class_order:ClassesInOtherOrder"),
    },
)
CHARACTERS = ("digits", "letters", "mnist", "usps", "svhn", "kmnist", "emnist", "omniglot")  # mirrored: another sign
AUGMENTATIONS = Registry(
    "augmentation",
    {
        "flip": Entry("tl_core.augment.places:flip", acts_on="place", untrue_for=CHARACTERS),
        "rotation": Entry("tl_core.augment.places:rotation", acts_on="place"),
        "width_shift": Entry("tl_core.augment.places:width_shift", acts_on="place"),
        "height_shift": Entry("tl_core.augment.places:height_shift", acts_on="place"),
        "shift": Entry("tl_core.augment.places:shift", acts_on="place"),
        "shear": Entry("tl_core.augment.places:shear", acts_on="place"),
        "zoom": Entry("tl_core.augment.places:zoom", acts_on="place"),
        "scale": Entry("tl_core.augment.places:scale", acts_on="place"),
        "crop": Entry("tl_core.augment.places:crop", acts_on="place"),
        "colour_jitter": Entry("tl_core.augment.pixels:colour_jitter", acts_on="pixels"),
        "blur": Entry("tl_core.augment.pixels:blur", acts_on="pixels"),
        "erase": Entry("tl_core.augment.pixels:erase", acts_on="pixels"),
        "rand_augment": Entry("tl_core.augment.policies:rand_augment", acts_on="policy"),
        "trivial_augment": Entry("tl_core.augment.policies:trivial_augment", acts_on="policy"),
        "mixup": Entry("tl_core.augment.mixes:mixup", acts_on="mix"),
        "cutmix": Entry("tl_core.augment.mixes:cutmix", acts_on="mix"),
    },
)


def is_own(source: str | None) -> bool:
    """Whether a source is a person's own weights or a run's net, named by the id of its content."""
    return source is not None and WEIGHTS_ID.fullmatch(source) is not None


def backbone_of(source: str | None) -> str | None:
    """The net that a source's weights belong to; `None` without a source, and for an id: there the card says it."""
    return SOURCES[source].backbone if source in SOURCES else None
