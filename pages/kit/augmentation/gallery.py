"""T(x, α) to look at: the same images at growing strength and in other draws, with the labels that they keep."""

from __future__ import annotations

from html import escape

import streamlit as st

from pages.kit.augmentation.turned import show_turned
from pages.kit.lab_handle import lab
from pages.kit.language import current
from pages.kit.words import catalogue, option_name, percent, said, t
from tl_core.errors import TLError
from tl_core.experiment import Experiment
from tl_core.reports import RaceReport
from tl_core.reports.queries import AugmentReport, ChangedPicture
from tl_core.requests import AugmentQuery

DATASET = "augmentation.dataset"
IMAGES = {  # training images that are easy to read, one a class
    "digits": (7, 4, 25, 32, 18, 0, 6, 5, 21, 10),
    "objects": (0, 1, 3, 4, 6, 7, 8, 11, 13, 19),
}
SHARES = (1 / 3, 2 / 3, 1.0)  # of the chosen strength
DRAWS = 3
PATIENCE = 60.0  # seconds; the first picture of a drawn data set waits until all of it is drawn


def show_changes(experiment: Experiment, _: RaceReport | None) -> None:
    """The gallery of the changes that the controls say, and the question how far a label reaches."""
    st.subheader(t("augmentation.gallery.title"), anchor=False)
    st.markdown(t("augmentation.gallery.what"))
    names = {name: option_name("dataset", name) for name in IMAGES}
    label = t("augmentation.gallery.of")
    chosen = st.segmented_control(
        label, list(names), default="digits", required=True, key=DATASET, format_func=names.__getitem__
    )
    if not lab().state().ready:
        st.info(t("run.warming_up"))
        return
    dataset = chosen or "digits"
    try:
        with st.spinner(t("augmentation.gallery.waiting")):
            report = pictures_of(changes_query(experiment, dataset).model_dump_json())
    except TLError as error:
        st.warning(said(error))
        return
    st.html(changes_html(report, experiment))
    _say_what_is_untrue(report, experiment, dataset)
    show_turned(experiment, pictures_of)


def changes_query(experiment: Experiment, dataset: str) -> AugmentQuery:
    """The chosen images under the experiment's changes; its own draw first, then those of the next seeds."""
    seeds = tuple((experiment.seed + draw) % 2**31 for draw in range(DRAWS))
    return AugmentQuery(
        dataset=dataset,
        images=IMAGES[dataset],
        augmentation=experiment.augmentation,
        fill=experiment.fill,
        strengths=SHARES,
        seeds=seeds,
    )


@st.cache_data(max_entries=64, show_spinner=False)
def pictures_of(query: str) -> AugmentReport:
    """The answer to an `AugmentQuery`, given as JSON, by which it is remembered."""
    return lab().answer(AugmentQuery.model_validate_json(query), timeout=PATIENCE)


def changes_html(report: AugmentReport, experiment: Experiment) -> str:
    """A table: a column an image with its label, first as it is, then at growing strength, then in other draws."""
    strength = max((step.strength for step in experiment.augmentation), default=0.0)
    seeds = list(dict.fromkeys(one.seed for one in report.changed))
    rows = [(t("augmentation.gallery.as_is"), report.originals)]
    if experiment.augmentation:
        wanted = [(seeds[0], share) for share in SHARES] + [(seed, SHARES[-1]) for seed in seeds[1:]]
        for seed, share in wanted:
            key = "strength" if seed == seeds[0] else "draw"
            found = [one for one in report.changed if (one.seed, one.strength) == (seed, share)]
            rows.append((t(f"augmentation.gallery.{key}", alpha=f"{strength * share:.2g}"), found))
    head = "".join(f'<th scope="col">{escape(_label(one))}</th>' for one in report.originals)
    body = "".join(f'<tr><th scope="row">{escape(name)}</th>{_cells(found, name)}</tr>' for name, found in rows)
    corner = f"<td>{escape(t('augmentation.gallery.label'))}</td>"
    table = f'<table class="changed"><thead><tr>{corner}{head}</tr></thead><tbody>{body}</tbody></table>'
    return f'<div class="wide" tabindex="0">{table}</div>'


def _cells(found: list[ChangedPicture] | tuple[ChangedPicture, ...], row: str) -> str:
    """The pictures of one row; a label that is no longer one class stands under its picture."""
    cells = []
    for one in found:
        mixed = f"<small>{escape(_label(one))}</small>" if len(one.shares) > 1 else ""
        alt = t("augmentation.gallery.picture", label=_label(one), row=row)
        cells.append(f'<td><img src="{escape(one.picture)}" alt="{escape(alt)}">{mixed}</td>')
    return "".join(cells)


def _label(one: ChangedPicture) -> str:
    """The label as a person reads it: one class, or the shares of two."""
    if len(one.shares) == 1:
        return _class_name(next(iter(one.shares)))
    parts = [f"{_class_name(name)} {percent(share)}" for name, share in one.shares.items()]
    return t("augmentation.gallery.mixed").join(parts)


def _class_name(name: str) -> str:
    """Drawn objects have names in both languages; a digit is its own."""
    key = f"class.objects.{name}"
    return t(key) if key in catalogue(current()) else name


def _say_what_is_untrue(report: AugmentReport, experiment: Experiment, dataset: str) -> None:
    """Which of the changes make a label untrue here; that the same ones do no harm, where they do none."""
    for name in report.untrue:
        st.warning(t(f"augmentation.untrue.{name}"), icon=":material/warning:")
    if dataset == "objects" and any(step.name == "flip" for step in experiment.augmentation):
        st.markdown(t("augmentation.gallery.still_true"))
