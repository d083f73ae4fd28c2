"""A model of one's own pictures: trained, tested on what it has not seen, tried out, and taken along."""

from __future__ import annotations

from pages.kit.navigation import show_next
from pages.kit.own_images.final import choose_training, show_trained
from pages.kit.own_images.frame import open_studio, two_classes
from pages.kit.own_images.taking import show_files
from pages.kit.own_images.trying import show_try
from pages.kit.page_state import PageState
from pages.kit.run_panel import run_button, show_stage, view_of
from tl_core.reports import RunReport

STATE = PageState("my_model")


def show() -> None:
    """Left what is trained, right how well it does; below the model at work, and its files."""
    studio = open_studio("my_model", two_classes, nothing="trial.nothing")
    if studio is None:
        return
    view = view_of(STATE.run_id)
    with studio.turn:
        if studio.album is not None and (request := choose_training(studio.album)) is not None:
            run_button(request, STATE, view)
    with studio.stage:
        show_stage(show_trained, STATE, nothing="my_model.empty")
    if view is not None and isinstance(view.report, RunReport) and view.report.net:
        show_try(view.report)
        show_files(view, view.report)
    show_next()


show()
