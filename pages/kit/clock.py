"""Moments on the clock of the reader, as far as the browser has told its time zone."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

DAY = "%Y-%m-%d %H:%M"


def on_the_readers_clock(moment: datetime, form: str = "%H:%M") -> str:
    """Hours and minutes where the reader is, with the date before them for `DAY`."""
    zone = _zone(st.context.timezone or "UTC")
    return (moment.astimezone(zone) if zone else moment).strftime(form)


@cache
def _zone(name: str) -> ZoneInfo | None:
    """The browser's time zone, where this server knows it. Cached, for every tick of every session asks."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return None
