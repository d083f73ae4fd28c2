"""What all tests share: a home of their own for stored runs, and one torch thread."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

# Before anything imports the store: tests never see or touch a person's own runs.
os.environ["TL_HOME"] = tempfile.mkdtemp(prefix="tl-home-")
os.environ.pop("TL_DATABASE_URL", None)
os.environ.pop("TL_SCHEDULER", None)

ROOT = Path(__file__).resolve().parent.parent

from hypothesis import HealthCheck, settings  # noqa: E402

# The same examples in every run, and no opinion on speed: this machine's varies by a factor of two.
settings.register_profile("steady", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")
