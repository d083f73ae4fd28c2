"""The engine against the loop that tutorials teach: the figures of «The transfer engine, whole», in one run.

What is compared, and why that is fair, stands in `engine_tutorial` and at the top of each part. Every ratio is one of
medians over alternations. On a machine that does other things at the same time, read the rows of CPU time; they have
no bar. The part for GPUs has no rows where there is none.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.benchmarks import engine_gpu, engine_heads, engine_photos, engine_sweep, engine_training
from tests.benchmarks.figure import Figure


def measure() -> Iterator[Figure]:
    for part in (engine_training, engine_heads, engine_sweep, engine_photos, engine_gpu):
        yield from part.measure()
