"""The requests whose scripts are run and compared with the engine: together they try every choice of every field."""

from __future__ import annotations

import json

from tl_core.experiment import Experiment
from tl_core.registry import AUGMENTATIONS, STRATEGIES
from tl_core.requests import RaceRequest, RunRequest


def run_of(**spec) -> RunRequest:
    return RunRequest(experiment=Experiment.model_validate_json(json.dumps(spec)))


def race_of(*names: str, **spec) -> RaceRequest:
    return RaceRequest(experiment=run_of(**spec).experiment, entrants=names or RaceRequest().entrants)


# Few steps and few labels: what matters is that both compute the same, not how well the net learns.
SHORT = {"per_class": 2}
CHANGES = list(AUGMENTATIONS)  # eight at most in one experiment
REQUESTS = {
    "the default race, a fifth as long": race_of(training={"steps": 12}),
    "changes of place, epochs, validation, an untrained source": race_of(
        source="untrained",
        augmentation=[{"name": name, "strength": 0.7} for name in CHANGES[:8]],
        fill="constant",
        target={"per_class": 4, "validation": 0.5},
        training={"epochs": 2, "optimizer": "sgd", "schedule": "cosine", "batch_size": 7},
    ),
    "the other changes, mixing ones too, in a few views that recur": race_of(
        "fine_tune",
        "frozen",
        augmentation=[{"name": name, "strength": 0.7} for name in CHANGES[8:]],
        fill="reflect",
        target={"per_class": 2},
        training={"epochs": 3, "batch_size": 7, "cached_views": 2, "loss": "mean_squared_error"},
    ),
    "a frozen body that looks at each view once, and stops early": run_of(
        augmentation=[{"name": "rotation"}, {"name": "cutmix", "strength": 0.5}],
        target={"per_class": 4, "validation": 0.5},
        training={"steps": 9, "batch_size": 9, "patience": 1, "cached_views": 3, "label_smoothing": 0.1},
    ),
    "a frozen body alone": run_of(
        source="objects", target={"per_class": 1}, training={"steps": 9, "optimizer": "adam"}
    ),
    "all labels and no source": run_of(
        source=None,
        strategy={"name": "fine_tune"},
        target={"per_class": None},
        training={"steps": 3, "schedule": "constant", "weight_decay": 0.2, "head_ratio": 3.0},
    ),
    "letters as the target": race_of(
        "scratch", "fine_tune", source="natural", target={"dataset": "letters", "per_class": 2}, training={"steps": 2}
    ),
    "objects as the target": run_of(
        source="objects_autoencoder", target={"dataset": "objects", "per_class": 1}, training={"steps": 2}
    ),
    "textures as the target": run_of(
        source="textures", target={"dataset": "textures", "per_class": 1}, training={"steps": 2}
    ),
    "all strategies of another kind in one race": race_of(
        *[name for name in STRATEGIES if name not in ("scratch", "fine_tune")],
        target=SHORT,
        strategy={"reinitialise": ["stage3"]},
        training={"steps": 6, "optimizer": "nesterov", "schedule": "step", "clip": 0.5, "learning_rate": 0.01},
    ),
    "stopping early, with and without a body that is asked once": race_of(
        "frozen",
        "gradual",
        "l2_sp",
        target={"per_class": 4, "validation": 0.5},
        strategy={"thaw_after": [2, 5], "anchor": 0.5},
        training={"steps": 11, "batch_size": 9, "patience": 1, "optimizer": "momentum", "learning_rate": 0.03},
    ),
    "a frozen body that stops early": run_of(
        target={"per_class": 5, "validation": 0.4},
        training={"epochs": 9, "patience": 1, "loss": "mean_squared_error", "optimizer": "rmsprop"},
    ),
    "gradual unfreezing": run_of(
        strategy={"name": "gradual"}, target=SHORT, training={"steps": 8, "schedule": "warm_up", "clip": 0.5}
    ),
    "dropout, with and without a body that is asked once": race_of(
        "scratch", "frozen", target=SHORT, model={"dropout": 0.4}, training={"steps": 4}
    ),
    "a probe, then tuning": run_of(
        strategy={"name": "lp_ft", "probe_share": 0.3},
        target=SHORT,
        training={"steps": 8, "loss": "mean_squared_error", "label_smoothing": 0.2},
    ),
    "rates by layer": run_of(
        strategy={"name": "discriminative", "rate_decay": 0.7},
        target=SHORT,
        training={"steps": 4, "label_smoothing": 0.2},
    ),
    "a pull back, and a group that starts afresh": run_of(
        strategy={"name": "l2_sp", "anchor": 3.0, "reinitialise": ["stem"]}, target=SHORT, training={"steps": 4}
    ),
    "some groups frozen, their BatchNorm adapting": run_of(
        strategy={"name": "partial", "frozen": ["stage1", "stage3"], "batch_norm": "adapts"},
        target=SHORT,
        training={"steps": 4},
    ),
}
# Without a source a net is named. One of torchvision's stands for all: they differ in what is torchvision's own.
SMALL = ("resnet_tiny", "vgg_tiny", "mobilenet_tiny", "row_rnn", "row_gru")
BACKBONES_TRIED = (*SMALL, "mobilenet_v2_035", "mobilenet_v3_small")
REQUESTS |= {
    f"the net {name}": run_of(
        source=None, strategy={"name": "scratch"}, model={"backbone": name}, target=SHORT, training={"steps": 2}
    )
    for name in BACKBONES_TRIED
}
# Mixed precision is for GPUs, where equal means nearly equal. Mistakes made on purpose are shown, not handed on.
UNSAID = {"training.precision", "mistake"}
# Their images and weights are files; `tests/export/test_own_files.py` makes some and runs scripts of them.
NAMELESS = {"dataset": "images-0123456789abcdef", "per_class": None, "validation": 0.2}
OWN_FILES = {
    "pictures of one's own, from a shipped source": run_of(source="natural", target=NAMELESS),
    "pictures and weights of one's own": race_of(
        "scratch",
        "fine_tune",
        source="weights-0123456789abcdef",
        model={"backbone": "mobilenet_v2_035"},
        target=NAMELESS,
        augmentation=[{"name": "flip"}],
    ),
}
