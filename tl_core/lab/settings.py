"""What is kept, how much of it and how long: the settings by environment, their defaults and their meaning."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass

LOG = logging.getLogger("tl_lab.settings")


@dataclass(frozen=True)
class Setting:
    """A whole number from the environment; 0 is no limit."""

    name: str
    default: int
    meaning: str

    def value(self) -> int | None:
        """As set, else the default; `None` for no limit. What is no such number is named in the log."""
        given = os.environ.get(self.name, "").strip()
        if given and not given.isdecimal():
            LOG.warning(
                "%s: received %r; allowed: a whole number from 0, where 0 is no limit; %d is used (%s).",
                self.name,
                given,
                self.default,
                self.meaning,
            )
            given = ""
        return int(given or self.default) or None


SETTINGS = (
    Setting("TL_KEEP_RUNS", 500, "runs that one notebook keeps"),
    Setting("TL_KEEP_DAYS", 365, "days that a run stays in a notebook"),
    Setting("TL_KEEP_MB", 2048, "megabytes for all reports together"),
    Setting("TL_KEEP_NETS_MB", 512, "megabytes for all trained nets together"),
    Setting("TL_KEEP_IMAGES_MB", 4096, "megabytes for all people's own pictures together"),
    Setting("TL_KEEP_IMAGES_MB_EACH", 200, "megabytes for the own pictures of one notebook"),
    Setting("TL_KEEP_IMAGES_DAYS", 30, "days that own pictures and models stay after they were last changed"),
    Setting("TL_KEEP_MODELS_MB", 1024, "megabytes for all models that people have brought along"),
)


@dataclass(frozen=True)
class Limits:
    """What may be kept; `None` is no limit."""

    runs: int | None = None
    days: int | None = None
    megabytes: int | None = None
    net_megabytes: int | None = None
    image_megabytes: int | None = None
    image_megabytes_each: int | None = None
    image_days: int | None = None
    model_megabytes: int | None = None

    @classmethod
    def of_environment(cls) -> Limits:
        return cls(*(setting.value() for setting in SETTINGS))
