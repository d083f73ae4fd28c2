"""How often a page asks for news: the more sessions watch, the less often each of them asks.

One update costs the server about 10 ms. Thirty sessions at four updates a second would take more than a core and
each wait for the others; at one a second they take a third of it, and nobody waits.
"""

from __future__ import annotations

import time

ALONE = 0.25  # seconds between updates for a few sessions
STEPS = ((8, ALONE), (16, 0.5))  # up to so many sessions watching, so many seconds
CROWD = 1.0
FORGOTTEN_AFTER = 3.0  # seconds without a sign of life: the tab was closed, or its run is over

_seen: dict[str, float] = {}  # sessions that watch a live run, and when they last asked


def pace(session: str) -> float:
    """Seconds until this session shall ask again. Calling it is the sign of life. Two tabs are two sessions."""
    now = time.monotonic()
    _seen[session] = now
    for other, last in list(_seen.items()):
        if now - last > FORGOTTEN_AFTER:
            _seen.pop(other, None)
    return next((seconds for sessions, seconds in STEPS if len(_seen) <= sessions), CROWD)


def leave(session: str) -> None:
    """The session's run is over."""
    _seen.pop(session, None)
