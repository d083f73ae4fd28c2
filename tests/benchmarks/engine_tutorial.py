"""The loop that tutorials teach, frozen here: what the engine is measured against.

As in PyTorch's transfer learning tutorial: an `ImageFolder`, which opens a file with PIL each time that an image is
asked for, `transforms` with a random resized crop and a flip, a `DataLoader`, the whole net in train mode, Adam, the
loss read off at every step. `frozen` is that tutorial's «fixed feature extractor»: weights that do not learn, and
everything else as it was.

Why the comparison is fair: both start from the same files and end with a tested net, and both are timed from there to
there (the engine's decoding, its checks and its report are counted in, the tutorial reports nothing). Both train the
same net from the same weights for the same steps, in batches of the same size and with the same optimizer, with one
torch thread and channels last in memory. The tutorial's crop is as large as the engine's, and it gets what helps it:
files that are small and in the page cache, no worker processes (for such small images they cost more than they give).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor, nn
from torch.utils.data import DataLoader, Subset

import tl_core.torchvision_operators  # noqa: F401 - before torchvision, always

# isort: split
from torchvision import transforms
from torchvision.datasets import ImageFolder

from tl_core.data.dataset import ImageDataset, Splits
from tl_core.setup import Setup

BATCH, RATE = 32, 1e-3
CROP = [
    transforms.RandomResizedCrop(32, scale=(0.75**2, 1.0), ratio=(1.0, 1.0)),
    transforms.RandomHorizontalFlip(),
]


@dataclass(frozen=True)
class Tutorial:
    """One training as a tutorial writes it: `model` learns from `train`; `test` is looked at once, at the end."""

    model: nn.Module
    train: DataLoader
    test: DataLoader
    steps: int
    frozen: bool

    def __call__(self) -> float:
        """Train, and give the share of the test images that are answered right."""
        if self.frozen:
            for weight in self.model.body.parameters():
                weight.requires_grad = False
        optimizer = torch.optim.Adam([weight for weight in self.model.parameters() if weight.requires_grad], lr=RATE)
        criterion, running = nn.CrossEntropyLoss(), 0.0
        self.model.train()
        for images, labels in self._steps():
            optimizer.zero_grad()
            loss = criterion(self.model(images.to(memory_format=torch.channels_last)), labels)
            loss.backward()
            optimizer.step()
            running += loss.item()
        self.model.eval()
        right = 0
        with torch.no_grad():
            for images, labels in self.test:
                scores = self.model(images.to(memory_format=torch.channels_last))
                right += int((scores.argmax(dim=1) == labels).sum())
        return right / len(self.test.dataset)

    def _steps(self) -> Iterator[tuple[Tensor, Tensor]]:
        done = 0
        while done < self.steps:
            for batch in self.train:
                yield batch
                done += 1
                if done == self.steps:
                    return


def tutorial(setup: Setup, folder: Path, changed: bool) -> Tutorial:
    """The training that the engine has set up, on the same files; `changed` crops and flips. Uses up the setup's net.

    Of each class the first files are taken, as many as the setup has; which ones they are costs the same.
    """
    scale = [transforms.ToTensor(), transforms.Normalize(setup.normalisation.mean, setup.normalisation.std)]
    images = ImageFolder(folder / "train", transforms.Compose([*(CROP if changed else []), *scale]))
    labels = torch.tensor(images.targets)
    wanted = len(setup.parts.train) // len(images.classes)
    chosen = torch.cat([torch.nonzero(labels == label).flatten()[:wanted] for label in labels.unique()])
    torch.manual_seed(setup.experiment.seed)
    return Tutorial(
        setup.network,
        DataLoader(Subset(images, chosen.tolist()), batch_size=BATCH, shuffle=True),
        DataLoader(ImageFolder(folder / "test", transforms.Compose(scale)), batch_size=100),
        len(setup.plan.batches),
        frozen=setup.strategy.fixed_body,
    )


def write(splits: Splits, folder: Path) -> Path:
    """Images as PNG files in class folders, in `train` and `test`."""
    for part, dataset in (("train", splits.train), ("test", splits.test)):
        for number, (image, label) in enumerate(zip(dataset.images, dataset.labels.tolist(), strict=True)):
            path = folder / part / dataset.class_names[label] / f"{number:05}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(image.permute(1, 2, 0).contiguous().numpy()).save(path)
    return folder


def few(dataset: ImageDataset, classes: int, images: int) -> ImageDataset:
    """The first so many images of each of the first classes."""
    chosen = [torch.nonzero(dataset.labels == label).flatten()[:images] for label in range(classes)]
    taken = dataset.take(torch.cat(chosen))
    return ImageDataset(taken.images, taken.labels, dataset.class_names[:classes], dataset.domain)
