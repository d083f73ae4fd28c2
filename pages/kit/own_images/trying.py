"""The model at work on one picture: what it says, how sure, where it looked, and whether it knows such pictures."""

from __future__ import annotations

from html import escape

import streamlit as st

from pages.kit.lab_handle import lab
from pages.kit.language import current
from pages.kit.tables import html_table
from pages.kit.words import percent, said, t
from tl_core.data.limits import IMAGE_ENDINGS, MEGABYTE, UPLOAD
from tl_core.errors import TLError
from tl_core.reports import RunReport
from tl_core.requests.use import UseReport

SHOWN = 6  # classes by probability


def show_try(report: RunReport) -> None:
    """A file or a shot, and the answer to it."""
    st.subheader(t("my_model.try"), anchor=False)
    asking, answer = st.columns([1, 2], gap="large")
    with asking:
        camera = st.toggle(t("my_model.camera"), key="mine.camera")
        if camera:
            picture = st.camera_input(t("my_model.shot"), key="mine.shot")
        else:
            picture = st.file_uploader(
                t("my_model.picture"),
                list(IMAGE_ENDINGS),
                key="mine.picture",
                max_upload_size=UPLOAD.upload_bytes // MEGABYTE,
            )
    if picture is None:
        answer.caption(t("my_model.nothing_yet"))
        return
    try:
        used = lab().models.use(report.net or "", picture.name, picture.getvalue())
    except TLError as error:
        answer.warning(said(error))
        return
    with answer:
        _show(used)


def _show(used: UseReport) -> None:
    """The likeliest class, the picture as the net saw it, the others, and what to make of it."""
    best = used.best
    name, sure = used.class_names[best], percent(used.probabilities[best])
    st.markdown(t("my_model.says", name=escape(name), sure=sure))
    if used.likeness is not None and used.likeness.unlike:
        st.warning(used.say_likeness(current()))
    else:
        st.caption(used.say_likeness(current()))
    figures = [(used.picture, t("my_model.saw"))]
    if used.heat:
        figures.append((used.heat, t("my_model.heat", name=used.class_names[used.explained])))
    seen = "".join(
        f'<figure><img src="{image}" alt="{escape(words)}"><figcaption>{escape(words)}</figcaption></figure>'
        for image, words in figures
    )
    st.html(f'<div class="pictures used">{seen}</div>')
    if not used.heat:
        st.caption(used.say_no_heat(current()))
    order = sorted(range(len(used.class_names)), key=lambda one: -used.probabilities[one])[:SHOWN]
    rows = [[used.class_names[one], percent(used.probabilities[one])] for one in order]
    st.html(html_table([t("my_model.class"), t("my_model.probability")], rows))
    st.caption(used.say_calibration(current()))
