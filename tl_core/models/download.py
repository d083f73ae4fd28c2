"""Fetching ImageNet weights, because a person asked: the one place in the models that uses the network."""

from __future__ import annotations

from pathlib import Path

from torch.hub import download_url_to_file

from tl_core.data.catalogue import impatient
from tl_core.errors import WeightsError
from tl_core.models.imagenet import Published, digest_of, facts, published


def fetch(name: str) -> Path:
    """The file of the source `name`, downloaded with a progress bar on standard error where it is not there.

    Raises:
        WeightsError: `download_failed`, with the address for a machine that has a network.
    """
    listed = published(name)
    if _complete(listed):
        return listed.path
    try:
        listed.path.parent.mkdir(parents=True, exist_ok=True)
        with impatient():
            download_url_to_file(listed.url, str(listed.path), hash_prefix=listed.checksum)
    except (OSError, RuntimeError) as error:  # no network, no space; another checksum
        reason = getattr(error, "reason", None) or error
        raise WeightsError("download_failed", reason=str(reason), **facts(listed)) from None
    return listed.path


def _complete(listed: Published) -> bool:
    """Whether the file is there and is what its name says; if not, it is fetched anew."""
    try:
        digest_of(listed)
    except WeightsError:
        return False
    return True
