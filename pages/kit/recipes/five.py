"""The five recipes, in the articles' order. Settings are such that the difference shows in a race of five seconds."""

from __future__ import annotations

from typing import Any

from pages.kit.recipes.catalogue import Erratum, Recipe

# As Keras and PyTorch have them where nobody asks: one rate for all weights, from the first step to the last.
PLAIN = {
    "training.head_ratio": 1.0,
    "training.schedule": "constant",
    "training.weight_decay": 0.0,
    "training.batch_size": 16,
    "training.steps": 60,
    "training.learning_rate": 3e-3,
}
LETTERS_TO_DIGITS = {"source": "letters", "target.dataset": "digits", "target.per_class": 5}
PHOTOS_TO_OBJECTS = {"source": "natural", "target.dataset": "objects", "target.per_class": 5}


def _views(*names_and_strengths: tuple[str, float]) -> list[dict[str, Any]]:
    return [{"name": name, "strength": strength} for name, strength in names_and_strengths]


CNN = Recipe(
    name="cnn",
    article="000",
    published="plain",
    mended="augmented",
    values={
        **PLAIN,
        **PHOTOS_TO_OBJECTS,
        # The usual rates of the lab: at one constant rate, the last steps throw the accuracy about by ten points.
        "training.head_ratio": 10.0,
        "training.schedule": "one_cycle",
        "training.optimizer": "adam",
        "strategy.name": "fine_tune",
        "augmentation": _views(("flip", 1.0), ("rotation", 1.0)),
    },
    errata=(
        Erratum(
            "rotation",
            "tensorflow",
            "AttributeError: module 'tensorflow._api.v2.image' has no attribute 'random_rotation'",
            stops=True,
            raced=True,
        ),
        Erratum("map", "python", "AttributeError: 'numpy.ndarray' object has no attribute 'map'", stops=True),
        Erratum("labels", "python", "NameError: name 'target_train_labels' is not defined", stops=True),
        Erratum("head", "read"),
        Erratum("validation", "read"),
    ),
    good={"training.steps": 120},
    bad={"augmentation": _views(("flip", 0.0), ("rotation", 0.0))},
)
VGG_CIFAR = Recipe(
    name="vgg_cifar",
    article="001",
    published="all_tuned",
    mended="all_frozen",
    values={
        **PLAIN,
        **PHOTOS_TO_OBJECTS,
        "training.optimizer": "rmsprop",
        "training.learning_rate": 1e-3,
        # A shear of 0.1 is left out: Keras reads it in degrees, a tenth of one.
        "augmentation": _views(("rotation", 0.75), ("width_shift", 1), ("height_shift", 1), ("zoom", 1), ("flip", 1)),
    },
    errata=(
        Erratum(
            "width",
            "tensorflow",
            "ValueError: Shapes used to initialize variables must be fully-defined (no `None` dimensions). "
            "Received: shape=(None, 4096) for variable path='dense/kernel'",
            stops=True,
        ),
        Erratum(
            "labels",
            "tensorflow",
            "ValueError: Arguments `target` and `output` must have the same shape. "
            "Received: target.shape=(8, 1), output.shape=(8, 1000)",
            stops=True,
        ),
        Erratum(
            "generator", "tensorflow", "AttributeError: 'Functional' object has no attribute 'fit_generator'", True
        ),
        Erratum("saved", "tensorflow", "FileNotFoundError: [Errno 2] … name = 'model.h5'", stops=True),
        Erratum("outputs", "computed"),
        Erratum("nothing_frozen", "read", raced=True),
    ),
    good={"target.per_class": 1, "training.learning_rate": 3e-3},
    bad={"training.learning_rate": 1e-2},
    original="imagenet_vgg16",
)
RESNET18 = Recipe(
    name="resnet18",
    article="002",
    published="scratch",
    mended="fine_tune",
    values={**PLAIN, **LETTERS_TO_DIGITS, "training.optimizer": "adam", "training.learning_rate": 1e-3},
    errata=(
        Erratum("labels", "python", "ValueError: too many values to unpack (expected 2)", stops=True),
        Erratum("batch", "torchvision", "ValueError: expected 4D input (got 3D input)", stops=True),
        Erratum("weights", "read", raced=True),
        Erratum("logits", "torchvision", "torch.Size([2, 1000])"),
        Erratum("unused", "read"),
    ),
    good={"target.per_class": 1},
    bad={"source": "untrained"},
    original="imagenet_resnet18",
)
RESNET50 = Recipe(
    name="resnet50",
    article="003",
    published="all_tuned",
    mended="all_frozen",
    values={
        **PLAIN,
        "source": "objects",
        "target.dataset": "objects",
        "target.per_class": 2,
        "training.optimizer": "adam",
        "training.learning_rate": 1e-2,  # the one rate for all has to suit the head
    },
    errata=(
        Erratum("features", "torchvision", "AttributeError: 'ResNet' object has no attribute 'features'", stops=True),
        Erratum(
            "width",
            "torchvision",
            "RuntimeError: mat1 and mat2 shapes cannot be multiplied (28672x7 and 1000x2)",
            stops=True,
        ),
        Erratum("pooling", "torchvision", "torch.Size([2, 2048, 7, 7])"),
        Erratum("everything", "computed", raced=True),
    ),
    good={"training.learning_rate": 3e-3},
    bad={"source": "natural"},
    original="imagenet_resnet50",
)
VGG_FROZEN = Recipe(
    name="vgg_frozen",
    article="004",
    published="small_rate",
    mended="all_frozen",
    values={
        **PLAIN,
        **PHOTOS_TO_OBJECTS,
        "training.optimizer": "adam",
        "training.head_ratio": 100.0,
        "training.learning_rate": 3e-4,
    },
    errata=(
        Erratum("small_rate", "tensorflow", raced=True),
        Erratum("data", "python", "NameError: name 'x_train' is not defined", stops=True),
        Erratum("test", "read"),
        Erratum("pixels", "read"),
        Erratum("advice", "read"),
    ),
    good={"source": "objects", "target.per_class": 2},
    bad={"training.learning_rate": 3e-3},
    original="imagenet_vgg16",
)
RECIPES = {recipe.name: recipe for recipe in (CNN, VGG_CIFAR, RESNET18, RESNET50, VGG_FROZEN)}
