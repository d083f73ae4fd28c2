"""The mechanism of the lesson on losses: both curves with a slider, then the finished race's images on them."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.kit import look
from pages.kit.losses.charts import LOSSES, ChartWords, cost, on_images, over_probabilities, pull
from pages.kit.losses.explain import small_percent, times, two_digits
from pages.kit.losses.formulas import one_rival
from pages.kit.losses.seen import Answer, answers, worst
from pages.kit.tables import html_table
from pages.kit.theme import palette
from pages.kit.words import called, class_names, t
from tl_core.experiment import Experiment
from tl_core.reports import RaceReport, RunReport

STOPS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.2, 1 / 3, 0.5, 0.7, 0.9, 0.99)
HEIGHT, IMAGES_HEIGHT = 230, 290
LOOKS = {"first": 0, "last": -1}


def show_losses(_: Experiment, report: RaceReport | None) -> None:
    """Below the concept: move p, read off; then the same on real answers, once there are some."""
    st.subheader(t("losses.panel.title"), anchor=False)
    st.markdown(t("losses.panel.what"))
    st.fragment(_curves)()
    st.subheader(t("losses.images.title"), anchor=False)
    if report is None:
        st.caption(t("losses.images.none_yet"))
    else:
        st.fragment(_images)(report)


def _curves() -> None:
    texts = {p: small_percent(p) for p in STOPS}
    p = st.select_slider(t("losses.panel.p"), STOPS, value=0.01, key="losses.p", format_func=texts.__getitem__)
    image, names, colours = one_rival(p), _names(), palette()
    numbers = {
        "p": small_percent(p),
        "ce": f"{image.cross_entropy:.2f}",
        "se": f"{image.squared_error:.2f}",
        "ce_pull": f"{image.cross_entropy_pull:.3g}",
        "se_pull": f"{image.squared_error_pull:.3g}",
        "times": times(image.ratio),
    }
    parts = (("loss", cost, 7), ("pull", pull, 1))
    for column, (part, value, top) in zip(st.columns(2, gap="medium"), parts, strict=True):
        words = ChartWords(names, t("losses.panel.x"), t(f"losses.panel.{part}"))
        spec = over_probabilities(value, p, top, words, colours)
        alt = t(f"losses.panel.{part}_alt", **numbers)
        column.echarts_chart(spec, key=f"losses_{part}", height=round(HEIGHT * look.scale()), alt=alt)
    st.markdown(t("losses.panel.read", **numbers))
    with st.expander(t("chart.as_table")):
        st.html(_curve_table(names))


def _curve_table(names: dict[str, str]) -> str:
    header = [t("losses.panel.x")]
    header += [f"{names[loss]}: {t(f'losses.panel.{part}')}" for part in ("loss", "pull") for loss in LOSSES]
    rows = [
        [small_percent(p), *(f"{value(one_rival(p), loss):.3g}" for value in (cost, pull) for loss in LOSSES)]
        for p in STOPS
    ]
    return html_table(header, rows)


def _images(report: RaceReport) -> None:
    nets = {name: t("losses.images.net", name=called(name)) for name in LOSSES}
    looks = {name: t(f"losses.images.{name}", step=report.runs[0].moments[at].step) for name, at in LOOKS.items()}
    left, right = st.columns(2, gap="medium")
    net = left.segmented_control(
        t("losses.images.whose"),
        list(nets),
        default="squared_error",
        required=True,
        key="losses.net",
        format_func=nets.__getitem__,
    )
    when = right.segmented_control(
        t("losses.images.when"),
        list(looks),
        default="last",
        required=True,
        key="losses.look",
        format_func=looks.__getitem__,
    )
    run = report.run(net or "squared_error")
    given = answers(run, LOOKS[when or "last"])
    words = ChartWords(_names(), t("losses.images.x"), t("losses.panel.pull"))
    said = _said(run, given)
    st.echarts_chart(
        on_images(given, words, palette()), key="losses_images", height=round(IMAGES_HEIGHT * look.scale()), alt=said
    )
    st.caption(t("losses.images.how"))
    st.markdown(said)
    with st.expander(t("chart.as_table")):
        st.html(_image_table(run, given))


def _said(run: RunReport, given: Sequence[Answer]) -> str:
    """The most confident mistake among the images, by both losses."""
    found, wrong = worst(tuple(given)), sum(not one.is_right for one in given)
    if found is None:
        return t("losses.images.all_right", images=len(given))
    classes = class_names(run.class_names, run.protocol.dataset)
    return t(
        "losses.images.worst",
        wrong=wrong,
        images=len(given),
        number=found.number,
        label=classes[found.label],
        guess=classes[found.guess],
        p=small_percent(found.both.right),
        ce=f"{found.both.cross_entropy:.2f}",
        se=f"{found.both.squared_error:.3f}",
        ce_pull=f"{found.both.cross_entropy_pull:.3f}",
        se_pull=two_digits(found.both.squared_error_pull),
        times=times(found.both.ratio),
    )


def _image_table(run: RunReport, given: Sequence[Answer]) -> str:
    names, classes = _names(), class_names(run.class_names, run.protocol.dataset)
    header = [t(f"losses.images.column.{name}") for name in ("image", "guess", "p")]
    header += [f"{names[loss]}: {t(f'losses.panel.{part}')}" for part in ("loss", "pull") for loss in LOSSES]
    rows = [
        [
            t("losses.images.image", number=one.number, label=classes[one.label]),
            f"{classes[one.guess]} {t('digits.right' if one.is_right else 'digits.wrong')}",
            small_percent(one.both.right),
            *(two_digits(value(one.both, loss)) for value in (cost, pull) for loss in LOSSES),
        ]
        for one in given
    ]
    return html_table(header, rows)


def _names() -> dict[str, str]:
    return {loss: called(loss) for loss in LOSSES}
