"""Ways into one class of a collection for whoever holds the link, such as a phone: to add, and nothing else."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from time import monotonic

from tl_core.errors import LabError

OPEN_SECONDS = 3600.0  # a lesson
MOST = 1000  # the oldest go first


@dataclass(frozen=True)
class Invitation:
    """Where a guest's pictures go. `owner` is as the store knows it, no secret code."""

    album: str
    owner: str
    class_name: str
    until: float


class Invitations:
    """Kept in memory: after a restart of the server a new code is shown. Thread safe."""

    def __init__(self) -> None:
        self._open: OrderedDict[str, Invitation] = OrderedDict()
        self._lock = Lock()

    def open(self, album: str, owner: str, class_name: str) -> str:
        """A new token, unguessable."""
        token = secrets.token_urlsafe(12)
        with self._lock:
            self._open[token] = Invitation(album, owner, class_name, monotonic() + OPEN_SECONDS)
            while len(self._open) > MOST:
                self._open.popitem(last=False)
        return token

    def find(self, token: str) -> Invitation:
        """What a token opens. Raises `LabError` `invitation_over`."""
        with self._lock:
            found = self._open.get(token)
        if found is None or monotonic() > found.until:
            raise LabError("invitation_over")
        return found
