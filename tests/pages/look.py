"""Serve the app with a lab that plays a constructed race in real time: `python tests/pages/look.py [port]`.

For looking at pages without the engine. The app itself knows nothing of it: the fake is installed from outside.
"""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.pages.fake_lab import FakeLab  # noqa: E402
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


def main() -> None:
    from streamlit.web import bootstrap

    from pages.kit import lab_handle

    lab = PlayingLab()
    for status in Status:
        lab.add(status.value, status)
    lab_handle.install_lab(lab)
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8611
    os.chdir(ROOT)  # Streamlit reads .streamlit/config.toml from the working directory
    options = {"server.port": port, "server.headless": True}
    bootstrap.load_config_options(options)
    bootstrap.run_asgi_app(str(ROOT / "app.py"), "app:app", [], options)


if __name__ == "__main__":
    main()
