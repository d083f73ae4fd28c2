"""Inside a trained net: the maps of a layer, and one number of its first convolution from pixels to ReLU."""

from __future__ import annotations

import base64
from html import escape

import streamlit as st

from pages.kit.feature_maps import choose_digit_and_layer, digit_html, maps_html
from pages.kit.lab_handle import lab
from pages.kit.words import called, option_name, said, t
from tl_core.data.limits import IMAGE_ENDINGS
from tl_core.errors import TLError
from tl_core.reports import RaceReport
from tl_core.reports.queries import ActivationsReport, ConvolutionCell
from tl_core.requests import ActivationsQuery

KERNELS, SIDE = 16, 16  # of the first layer: kernels, and rows and columns of what it gives
COLOURS = ("red", "green", "blue")
SHIPPED = ("letters", "objects", "objects_autoencoder", "natural", "textures", "untrained")
WITHOUT_MAPS = ("row_rnn", "row_gru")
MEGABYTES = 4


def show_inside(race: RaceReport | None) -> None:
    """The heading and the panel; only the panel reruns when something is chosen. A race's own nets can be chosen."""
    st.subheader(t("networks.inside.title"), anchor=False)
    st.markdown(t("networks.inside.what"))
    nets = {name: option_name("source", name) for name in SHIPPED}
    for run in race.runs if race else ():
        if run.net and run.experiment.backbone not in WITHOUT_MAPS:
            nets[run.net] = t("networks.inside.of_the_race", net=called(run.entrant))
    st.fragment(_panel)(nets)


def _panel(nets: dict[str, str]) -> None:
    if not lab().state().ready:
        st.info(t("run.warming_up"))
        return
    which, own = st.columns(2, gap="medium")
    source = which.selectbox(t("networks.inside.net"), list(nets), key="networks.net", format_func=nets.__getitem__)
    file = own.file_uploader(
        t("networks.inside.own"),
        list(IMAGE_ENDINGS),
        key="networks.own",
        max_upload_size=MEGABYTES,
        help=t("networks.inside.stays"),
    )
    picture = base64.b64encode(file.getvalue()).decode() if file else None
    try:
        groups = _seen(source, 0, None, None, None).groups
        image, group = choose_digit_and_layer("networks", groups)
        cell = _chosen_cell()
        report = _seen(source, image, group, cell, picture)
    except TLError as error:
        st.warning(said(error))
        return
    st.html(f'<div class="seen">{digit_html(report)}{maps_html(report, group)}</div>')
    if group == report.groups[-1]:
        st.markdown(
            t("networks.inside.pooled", means=", ".join(f"{mean:.3f}" for mean in report.means), side=report.side)
        )
    if report.cell is None:
        st.caption(t("networks.inside.no_cell"))
    else:
        st.markdown(f"**{t('networks.inside.cell', kernel=cell[0] + 1, row=cell[1] + 1, column=cell[2] + 1)}**")
        st.html(_sum(report.cell))
        st.markdown("\n".join(f"- {line}" for line in _steps(report.cell)))


def _chosen_cell() -> tuple[int, int, int]:
    """Kernel, row and column, counted from 1 by people and from 0 by the engine."""
    columns = st.columns(3, gap="medium")
    asked = (("kernel", KERNELS, 5), ("row", SIDE, 8), ("column", SIDE, 8))
    found = [
        column.slider(t(f"networks.inside.{name}"), 1, most, first, key=f"networks.{name}")
        for column, (name, most, first) in zip(columns, asked, strict=True)
    ]
    return found[0] - 1, found[1] - 1, found[2] - 1


@st.cache_data(max_entries=256, show_spinner=False)
def _seen(
    source: str, image: int, group: str | None, cell: tuple[int, int, int] | None, picture: str | None
) -> ActivationsReport:
    return lab().answer(ActivationsQuery(source=source, image=image, group=group, cell=cell, picture=picture))


def _sum(cell: ConvolutionCell) -> str:
    """For each colour the window, the kernel and their sum of products."""
    blocks = [
        f'<div class="product"><span>{escape(t(f"networks.inside.{colour}"))}</span>{_grid(cell.patch[number])}'
        f"<span>×</span>{_grid(cell.weights[number])}<span>→ {cell.sums[number]:+.3f}</span></div>"
        for number, colour in enumerate(COLOURS)
    ]
    return f'<div class="products">{"".join(blocks)}</div>'


def _grid(rows: tuple[tuple[float, ...], ...]) -> str:
    body = "".join(f"<tr>{''.join(f'<td>{value:+.2f}</td>' for value in row)}</tr>" for row in rows)
    return f"<table><tbody>{body}</tbody></table>"


def _steps(cell: ConvolutionCell) -> list[str]:
    """The sum, what BatchNorm makes of it, and ReLU, each with its numbers."""
    parts = " ".join(f"{value:+.3f}" for value in cell.sums)
    return [
        t("networks.inside.step.sum", parts=parts, total=cell.total),
        t(
            "networks.inside.step.norm",
            **cell.model_dump(include={"mean", "deviation", "scale", "shift", "normalised"}),
        ),
        t("networks.inside.step.relu", active=cell.active, normalised=cell.normalised),
    ]
