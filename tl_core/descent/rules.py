"""The update rules of the race, in `torch.optim`'s order of operations and with its default constants.

Each is a class with two numbers of memory a weight; `step` takes a gradient and returns what is added to the weight.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt

MOMENTUM = 0.9
ALPHA = 0.99  # of RMSprop's mean of squares
BETAS = (0.9, 0.999)  # of Adam's two means
EPSILON = 1e-8


@dataclass
class Memory:
    """What a rule keeps of one weight between two steps; each rule reads it in its own way."""

    first: float = 0.0
    second: float = 0.0
    left: tuple[float, float] = (1.0, 1.0)  # Adam's betas to the power of the step: the share of the zeros at the start


Rule = Callable[[float, float, int, Memory], float]


def sgd(gradient: float, rate: float, step: int, memory: Memory) -> float:
    """Against the gradient: `-rate * gradient`."""
    return -rate * gradient


def momentum(gradient: float, rate: float, step: int, memory: Memory) -> float:
    """Along a velocity that remembers the past gradients (Polyak, 1964)."""
    memory.first = gradient if step == 1 else MOMENTUM * memory.first + gradient
    return -rate * memory.first


def nesterov(gradient: float, rate: float, step: int, memory: Memory) -> float:
    """The same velocity, looked up one step ahead (Nesterov, 1983; the form of Sutskever et al., 2013)."""
    memory.first = gradient if step == 1 else MOMENTUM * memory.first + gradient
    return -rate * (gradient + MOMENTUM * memory.first)


def rmsprop(gradient: float, rate: float, step: int, memory: Memory) -> float:
    """The gradient over the root of its mean square (Hinton's lecture, 2012)."""
    memory.second = ALPHA * memory.second + (1 - ALPHA) * gradient * gradient
    return -rate * gradient / (sqrt(memory.second) + EPSILON)


def adam(gradient: float, rate: float, step: int, memory: Memory) -> float:
    """Both means, each corrected for starting at zero (Kingma and Ba, 2015)."""
    memory.first += (gradient - memory.first) * (1 - BETAS[0])
    memory.second = BETAS[1] * memory.second + (1 - BETAS[1]) * gradient * gradient
    memory.left = (memory.left[0] * BETAS[0], memory.left[1] * BETAS[1])
    spread = sqrt(memory.second) / sqrt(1 - memory.left[1]) + EPSILON
    return -rate / (1 - memory.left[0]) * memory.first / spread


RULES: dict[str, Rule] = {
    "sgd": sgd,
    "momentum": momentum,
    "nesterov": nesterov,
    "rmsprop": rmsprop,
    "adam": adam,
}
