"""Serve the app with a lab that plays a constructed race in real time: `python tests/pages/look.py [port [runs]]`.

For looking at pages without the engine. `runs` is how many races the notebook holds beside one in each state; "-"
is an empty notebook. The app itself knows nothing of it: the fake is installed from outside.
"""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.constructed import race_report  # noqa: E402
from tests.pages.fake_lab import WHEN, FakeLab  # noqa: E402
from tl_core.experiment import Experiment, Target  # noqa: E402
from tl_core.lab.contract import RunView, Status  # noqa: E402
from tl_core.recording import Recording, Track  # noqa: E402
from tl_core.requests import RaceRequest  # noqa: E402


@dataclass
class PlayingLab(FakeLab):
    """Runs take four seconds; they are finished reports, shown as far as the clock allows."""

    def submit(self, request: RaceRequest, owner: str, *, fresh: bool = False) -> str:
        run_id = super().submit(request, owner, fresh=fresh)
        self.notes.setdefault("started", {})[run_id] = str(time.monotonic())
        return run_id

    def view(self, run_id: str, owner: str = "") -> RunView:
        view = super().view(run_id, owner)
        share = (time.monotonic() - float(self.notes.get("started", {}).get(run_id, "0"))) / 4
        if view.status is not Status.FINISHED or share >= 1:
            return view
        recording = Recording(**{**vars(view.recording), "tracks": {}})
        for name, track in view.recording.tracks.items():
            steps = round(share * recording.steps)
            looks = [moment for moment in track.moments if moment.step <= steps]
            recording.tracks[name] = Track(track.loss_steps[:steps], track.losses[:steps], looks)
        return replace(view, status=Status.RUNNING, report=None, recording=recording, expected_seconds=4 * (1 - share))


def fill(lab: FakeLab, races: int) -> None:
    """One run in each state, and finished races over a few settings and seeds, an hour apart."""
    for status in Status:
        lab.add(status.value, status, created=WHEN)
    for number in range(races):
        labels, seed = (1, 5, 20)[number % 3], number // 3
        better = 0.04 * (number % 3) + 0.006 * (seed * (number + 1) % 5)
        accuracies = {"scratch": 0.60 + 2 * better, "frozen": 0.80 + better / 2, "fine_tune": 0.85 + better}
        experiment = Experiment(target=Target(per_class=labels), seed=seed)
        name = "" if number % 4 else f"Class 8b, table {number}"
        created = WHEN - timedelta(hours=number)
        report = race_report(accuracies, experiment)
        request = RaceRequest(experiment=experiment)
        lab.add(f"race-{number}", Status.FINISHED, request, report=report, name=name, created=created)


def main() -> None:
    from streamlit.web import bootstrap

    from pages.kit import lab_handle

    lab = PlayingLab()
    if sys.argv[2:] != ["-"]:
        fill(lab, int(sys.argv[2]) if len(sys.argv) > 2 else 0)
    lab_handle.install_lab(lab)
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8611
    os.chdir(ROOT)  # Streamlit reads .streamlit/config.toml from the working directory
    options = {"server.port": port, "server.headless": True}
    bootstrap.load_config_options(options)
    bootstrap.run_asgi_app(str(ROOT / "app.py"), "app:app", [], options)


if __name__ == "__main__":
    main()
