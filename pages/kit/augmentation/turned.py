"""Is the label still true? One handwritten 6, turned step by step onto its head, and the reader judges."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import streamlit as st

from pages.kit.words import t
from tl_core.experiment import Augmentation, Experiment
from tl_core.reports.queries import AugmentReport
from tl_core.requests import AugmentQuery

LINE = "augmentation.line"
# A rotation turns by at most 40 degrees, so eight of them are put together; for this image this seed's draws add up to
# 179.65 degrees (tests/queries/test_gallery.py), and a share of the strength is the same share of that angle.
SIX, SEED, ROTATIONS, HALF_TURN = 6, 3083, 8, 180
PARTS = 6
ANGLES = tuple(round(HALF_TURN * part / PARTS) for part in range(PARTS + 1))
TURN_AT_ONE = 20  # degrees either way that rotation of strength 1 turns by at most (tl_core/augment/places.py)
NEVER = "never"


def turned_query() -> AugmentQuery:
    """The 6 at six angles up to a half turn."""
    return AugmentQuery(
        dataset="digits",
        images=(SIX,),
        augmentation=(Augmentation(name="rotation", strength=2.0),) * ROTATIONS,
        strengths=tuple(part / PARTS for part in range(1, PARTS + 1)),
        seeds=(SEED,),
    )


def show_turned(experiment: Experiment, pictures_of: Callable[[str], AugmentReport]) -> None:
    """The strip, the question, and what the reader's line means for the rotation that the controls say."""
    st.subheader(t("augmentation.turned.title"), anchor=False)
    st.html(turned_html(pictures_of(turned_query().model_dump_json())))
    angles = {str(angle): f"{angle}°" for angle in ANGLES[1:]} | {NEVER: t("augmentation.turned.never")}
    line = st.segmented_control(
        t("augmentation.turned.question"), list(angles), key=LINE, format_func=angles.__getitem__
    )
    if line:
        st.markdown(judged(line, experiment))


def judged(line: str, experiment: Experiment) -> str:
    """What it means to let the label end at `line` degrees, with what the experiment's rotation does."""
    if line == NEVER:
        return t("augmentation.turned.nine")
    most = sum(TURN_AT_ONE * step.strength for step in experiment.augmentation if step.name == "rotation")
    verdict = "none" if not most else "inside" if most < int(line) else "beyond"
    return t(f"augmentation.turned.{verdict}", line=line, most=f"{most:g}")


def turned_html(report: AugmentReport) -> str:
    """Seven pictures in a row, each with its angle and the label that it still carries."""
    pictures = (*report.originals, *report.changed)
    cells = []
    for angle, one in zip(ANGLES, pictures, strict=True):
        (label,) = one.shares
        alt = escape(t("augmentation.turned.picture", label=label, angle=angle))
        caption = escape(t("augmentation.turned.caption", label=label, angle=angle))
        cells.append(
            f'<figure><img src="{escape(one.picture)}" alt="{alt}"><figcaption>{caption}</figcaption></figure>'
        )
    return f'<div class="pictures strip">{"".join(cells)}</div>'
