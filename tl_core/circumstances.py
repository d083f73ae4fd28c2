"""Under what numbers came about: all it takes to get them again, and to see what differs if they differ."""

from __future__ import annotations

from tl_core.experiment import Part


class Normalisation(Part):
    """Per-channel mean and standard deviation that images were scaled with, and whose statistics they are."""

    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    owner: str


class Circumstances(Part):
    """Under what a run was made; data and weights by hash, as the engine's files are in `versions["engine"]`.

    `platform` names system, processor and its vector instructions, which decide the order of sums.
    """

    versions: dict[str, str]
    platform: str = ""
    device: str
    threads: int
    data: dict[str, str]
    weights: dict[str, str]


class Passport(Circumstances):
    """All it takes to get the same numbers again, and to see what differs if they differ."""

    request: str
    finished: str
    seconds: float
