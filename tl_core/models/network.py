"""One contract for every net: a body of named layer groups that gives features, and a linear head."""

from __future__ import annotations

import torch
from torch import Generator, Tensor, nn

HEAD = "head"


class Head(nn.Linear):
    """One linear layer, in train mode behind dropout: a share of the features is 0, the others grow to match.

    The masks come from a generator of the run's own, so that every entrant of a race drops the same. PyTorch's
    Dropout draws from the global generator, which anything else may shift.
    """

    def __init__(self, features: int, classes: int) -> None:
        super().__init__(features, classes)
        self.dropout = 0.0
        self.draws: Generator | None = None

    def forward(self, features: Tensor) -> Tensor:
        if self.training and self.dropout:
            kept = torch.rand(features.shape, generator=self.draws) >= self.dropout
            features = features * kept.to(features) / (1 - self.dropout)
        return super().forward(features)


class Network(nn.Module):
    """`images (N, 3, H, W) → features (N, F) → logits (N, classes)`.

    The children of `body` are the layer groups, by name and in order; `head` is the last group. Groups named
    in `frozen` stay in eval mode through any `train()`: their BatchNorm statistics and Dropout stand still. Only
    where `adapting` is set, their BatchNorm layers follow `train()` and take in the statistics of the batches.
    """

    def __init__(self, body: nn.Sequential, features: int, classes: int) -> None:
        super().__init__()
        self.body = body
        self.head = Head(features, classes)
        self.frozen: frozenset[str] = frozenset()
        self.adapting = False

    @property
    def groups(self) -> dict[str, nn.Module]:
        """The layer groups from input to output, the head last."""
        return {**dict(self.body.named_children()), HEAD: self.head}

    def features(self, images: Tensor) -> Tensor:
        """What the head sees, float32 `(N, F)`."""
        return self.body(images)

    def forward(self, images: Tensor) -> Tensor:
        return self.head(self.body(images))

    def train(self, mode: bool = True) -> Network:
        super().train(mode)
        for name in self.frozen:
            self.groups[name].eval()
            for part in self.groups[name].modules():
                if self.adapting and isinstance(part, nn.modules.batchnorm._BatchNorm):
                    part.train(mode)
        return self


@torch.no_grad()
def initialise(module: nn.Module, generator: Generator) -> None:
    """Fresh weights from `generator` alone: He et al. (2015) for convolutions, PyTorch's uniform for other layers."""
    for part in module.modules():
        if isinstance(part, nn.Conv2d):
            fan_out = part.out_channels * part.kernel_size[0] * part.kernel_size[1] // part.groups
            part.weight.normal_(0, (2 / fan_out) ** 0.5, generator=generator)
            if part.bias is not None:
                part.bias.zero_()
        elif isinstance(part, nn.Linear | nn.RNNBase):
            bound = (part.in_features if isinstance(part, nn.Linear) else part.hidden_size) ** -0.5
            for weight in part.parameters():
                weight.uniform_(-bound, bound, generator=generator)
        elif isinstance(part, nn.BatchNorm2d):
            part.weight.fill_(1)
            part.bias.zero_()
            part.reset_running_stats()
