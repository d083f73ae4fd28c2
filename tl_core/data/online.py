"""torchvision's data sets: read from `TL_DATA_DIR` in torchvision's own folder layout, downloaded only on request.

One row of the table a data set; `online_reading` turns the files into images, `catalogue` lists and fetches them.
At 224 pixels a data set takes 150 kB an image: Flowers102 1.2 GB.
"""

from __future__ import annotations

import os
import string
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import platformdirs

from tl_core.data.dataset import SIZE, Splits
from tl_core.data.online_reading import read_splits
from tl_core.errors import DataError

RESIDENT = 2  # data sets kept in memory


def data_folder() -> Path:
    """Where data sets lie: `TL_DATA_DIR`, or `data` in this system's folder for a program's data."""
    named = os.environ.get("TL_DATA_DIR")
    return Path(named) if named else Path(platformdirs.user_data_dir("transfer-learning-lab")) / "data"


@dataclass(frozen=True, eq=False, kw_only=True)
class Online:
    """One data set of torchvision. Called with a size in pixels it gives its `Splits`.

    Attributes:
        name: ours. `kind`: torchvision's class.
        files: what must be there, relative to `data_folder()`.
        images: how many to train and to test on. `classes`: how many. `side`: in pixels, 0 where photos differ.
        megabytes: to download.
        train: torchvision's arguments for the training images; several sets are joined.
        test: those for the official test split; `None` where there is none, and a fifth of each class is drawn once.
        names: class names, where torchvision has none or we want others; `first`: the first class's number there.
        turned: whether rows and columns are exchanged in the files.
    """

    name: str
    kind: str
    files: tuple[str, ...]
    images: tuple[int, int]
    classes: int
    side: int
    megabytes: int
    url: str
    licence: str = "not stated"
    train: tuple[Mapping[str, Any], ...] = ({"train": True},)
    test: Mapping[str, Any] | None
    names: tuple[str, ...] = ()
    first: int = 0
    turned: bool = False

    def __call__(self, size: int = SIZE) -> Splits:
        absence = self.absence()
        if absence is not None:
            raise absence
        return _resident(self, size, data_folder())

    def absence(self) -> DataError | None:
        """The sentence for whoever wants images that are not there: what is missing, where, how to get it."""
        folder = data_folder()
        missing = next((file for file in self.files if not (folder / file).exists()), None)
        if missing is None:
            return None
        return DataError("data_missing", name=self.name, missing=missing, folder=folder, megabytes=self.megabytes)


@lru_cache(maxsize=RESIDENT)
def _resident(source: Online, size: int, folder: Path) -> Splits:
    return read_splits(source, size, folder)


def _idx(folder: str, prefixes: tuple[str, str] = ("train", "t10k")) -> tuple[str, ...]:
    """The four files of MNIST's format."""
    kinds = ("images-idx3-ubyte", "labels-idx1-ubyte")
    return tuple(f"{folder}/raw/{prefix}-{kind}" for prefix in prefixes for kind in kinds)


DIGITS = tuple(string.digits)
TEST = {"train": False}

MNIST = Online(
    name="mnist",
    kind="MNIST",
    files=_idx("MNIST"),
    images=(60000, 10000),
    classes=10,
    side=28,
    megabytes=12,
    url="http://yann.lecun.com/exdb/mnist/",
    licence="CC BY-SA 3.0",
    test=TEST,
    names=DIGITS,
)
USPS = Online(
    name="usps",
    kind="USPS",
    files=("usps.bz2", "usps.t.bz2"),
    images=(7291, 2007),
    classes=10,
    side=16,
    megabytes=9,
    url="https://www.csie.ntu.edu.tw/~cjlin/libsvmtools/datasets/multiclass.html#usps",
    test=TEST,
    names=DIGITS,
)
SVHN = Online(
    name="svhn",
    kind="SVHN",
    files=("train_32x32.mat", "test_32x32.mat"),
    images=(73257, 26032),
    classes=10,
    side=32,
    megabytes=246,
    url="http://ufldl.stanford.edu/housenumbers/",
    licence="non-commercial use only",
    train=({"split": "train"},),
    test={"split": "test"},
    names=DIGITS,
)
FASHION_MNIST = Online(
    name="fashion_mnist",
    kind="FashionMNIST",
    files=_idx("FashionMNIST"),
    images=(60000, 10000),
    classes=10,
    side=28,
    megabytes=31,
    url="https://github.com/zalandoresearch/fashion-mnist",
    licence="MIT",
    test=TEST,
)
KMNIST = Online(
    name="kmnist",
    kind="KMNIST",
    files=_idx("KMNIST"),
    images=(60000, 10000),
    classes=10,
    side=28,
    megabytes=21,
    url="https://codh.rois.ac.jp/kmnist/",
    licence="CC BY-SA 4.0",
    test=TEST,
)
EMNIST = Online(  # the split "letters": 26 classes, capitals and small letters together, numbered from 1 in the files
    name="emnist",
    kind="EMNIST",
    files=_idx("EMNIST", ("emnist-letters-train", "emnist-letters-test")),
    images=(124800, 20800),
    classes=26,
    side=28,
    megabytes=562,
    url="https://www.nist.gov/itl/products-and-services/emnist-dataset",
    train=({"split": "letters", "train": True},),
    test={"split": "letters", "train": False},
    names=tuple(string.ascii_lowercase),
    first=1,
    turned=True,
)
CIFAR10 = Online(
    name="cifar10",
    kind="CIFAR10",
    files=("cifar-10-batches-py/data_batch_1", "cifar-10-batches-py/test_batch", "cifar-10-batches-py/batches.meta"),
    images=(50000, 10000),
    classes=10,
    side=32,
    megabytes=170,
    url="https://www.cs.toronto.edu/~kriz/cifar.html",
    test=TEST,
)
CIFAR100 = Online(
    name="cifar100",
    kind="CIFAR100",
    files=("cifar-100-python/train", "cifar-100-python/test", "cifar-100-python/meta"),
    images=(50000, 10000),
    classes=100,
    side=32,
    megabytes=169,
    url="https://www.cs.toronto.edu/~kriz/cifar.html",
    test=TEST,
)
EUROSAT = Online(
    name="eurosat",
    kind="EuroSAT",
    files=("eurosat/2750",),
    images=(21600, 5400),
    classes=10,
    side=64,
    megabytes=94,
    url="https://github.com/phelber/eurosat",
    licence="MIT",
    train=({},),
    test=None,
)
FLOWERS102 = Online(  # the small official training and validation splits together: 20 images a class
    name="flowers102",
    kind="Flowers102",
    files=("flowers-102/jpg", "flowers-102/imagelabels.mat", "flowers-102/setid.mat"),
    images=(2040, 6149),
    classes=102,
    side=0,
    megabytes=345,
    url="https://www.robots.ox.ac.uk/~vgg/data/flowers/102/",
    train=({"split": "train"}, {"split": "val"}),
    test={"split": "test"},
)
OXFORD_PETS = Online(
    name="oxford_pets",
    kind="OxfordIIITPet",
    files=("oxford-iiit-pet/images", "oxford-iiit-pet/annotations"),
    images=(3680, 3669),
    classes=37,
    side=0,
    megabytes=811,
    url="https://www.robots.ox.ac.uk/~vgg/data/pets/",
    licence="CC BY-SA 4.0",
    train=({"split": "trainval"},),
    test={"split": "test"},
)
OMNIGLOT = Online(  # the background set's 964 characters, 20 writers each
    name="omniglot",
    kind="Omniglot",
    files=("omniglot-py/images_background", "omniglot-py/images_background.zip"),
    images=(15424, 3856),
    classes=964,
    side=105,
    megabytes=10,
    url="https://github.com/brendenlake/omniglot",
    licence="MIT",
    train=({"background": True},),
    test=None,
)
