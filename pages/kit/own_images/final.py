"""The one training whose model is kept: from which source, which way, how long; and how well it did."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages.kit.lab_handle import lab
from pages.kit.language import current
from pages.kit.own_images.trial_stage import best_of, tried
from pages.kit.page_state import owner
from pages.kit.tables import html_table, with_interval
from pages.kit.words import called, option_name, said, t
from tl_core.errors import TLError
from tl_core.experiment import Experiment, Training
from tl_core.fields import read_leniently
from tl_core.lab.contract import RunView
from tl_core.reports import RunReport
from tl_core.requests import RunRequest

if TYPE_CHECKING:
    from tl_core.lab.albums import Album

SHIPPED = ("natural", "objects", "letters", "textures")
WAYS = ("frozen", "fine_tune", "scratch")
STEPS = (30, 60, 120, 240, 480)
USUAL = 120
CALIBRATING = 0.2  # of the labelled pictures: on them the percentages are held against the truth
ENOUGH = 15  # pictures of the smallest class, from which on that many can be spared
MOST_CLASSES = 12  # whose confusion matrix fits on the stage


def choose_training(album: Album) -> RunRequest | None:
    """Source, way and steps, at first as they did best in the trial; `None` where the pictures cannot be used."""
    try:
        models = {model.id: model for model in lab().models.of(owner())}
        dataset = lab().pictures.freeze(album.id, owner())
    except TLError as error:
        st.warning(said(error))
        return None
    names = {name: option_name("source", name) for name in SHIPPED} | {one.id: one.name for one in models.values()}
    trial = tried(dataset)
    best = best_of(trial).experiment if trial else Experiment(source=SHIPPED[0], training=Training(steps=USUAL))
    source = st.selectbox(
        t("field.source"),
        list(names),
        index=list(names).index(best.source) if best.source in names else 0,
        format_func=names.__getitem__,
        key="mine.source",
    )
    ways = {way: called(way) for way in WAYS}
    way = st.segmented_control(
        t("field.strategy.name"),
        WAYS,
        default=best.strategy.name,
        required=True,
        format_func=ways.__getitem__,
        key="mine.way",
    )
    enough = min(map(len, album.classes.values())) >= ENOUGH
    as_tried = min(STEPS, key=lambda steps: abs(steps - (best.training.steps or USUAL)))
    steps = st.select_slider(t("field.training.steps"), STEPS, value=as_tried, key="mine.steps")
    target = {"dataset": dataset, "per_class": None, "validation": CALIBRATING if enough else 0.0}
    said_of = {"source": source, "target": target, "training": {"steps": steps}}
    backbone = {"model": {"backbone": models[source].facts.backbone}} if source in models else {}
    return RunRequest(experiment=read_leniently(Experiment, {**said_of, **backbone, "strategy": {"name": way}})[0])


def show_trained(view: RunView | None) -> None:
    """Where the training stands, then its accuracy, its protocol and what it took for what."""
    report = view.report if view and isinstance(view.report, RunReport) else None
    if report is None:
        return
    found = report.metrics.accuracy
    st.markdown(t("my_model.accuracy", accuracy=with_interval(found), tested=found.n))
    trial = tried(report.experiment.target.dataset)
    if trial and trial.groups:
        st.markdown(t("my_model.apart", accuracy=with_interval(best_of(trial).accuracy)))
    st.caption(report.protocol.say(current()))
    names, confusion = report.class_names, report.metrics.confusion
    if confusion is not None and len(names) <= MOST_CLASSES:
        rows = [[name, *map(str, counts)] for name, counts in zip(names, confusion, strict=True)]
        st.html(html_table([t("data_doctor.matrix"), *names], rows))
