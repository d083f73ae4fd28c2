"""Randomness by name: every purpose has a stream of its own, so that using one never shifts another."""

from __future__ import annotations

import hashlib

import torch


def stream(seed: int, purpose: str) -> torch.Generator:
    """A CPU generator for one purpose of one seed, the same in any process.

    The seed is hashed together with the purpose, so neighbouring seeds are as different as distant ones.
    """
    digest = hashlib.sha256(f"{seed}:{purpose}".encode()).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest[:8], "big") >> 1)
