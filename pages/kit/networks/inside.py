"""Inside a trained net: the maps of a layer, and one number of its first convolution from pixels to ReLU."""

from __future__ import annotations

from html import escape

import streamlit as st

from pages.kit.feature_maps import choose_digit_and_layer, digit_html, maps_html
from pages.kit.lab_handle import lab
from pages.kit.words import said, t
from tl_core.errors import TLError
from tl_core.query_report import ActivationsReport, ConvolutionCell
from tl_core.requests import ActivationsQuery

KERNELS, SIDE = 16, 16  # of the first layer: kernels, and rows and columns of what it gives
COLOURS = ("red", "green", "blue")


def show_inside() -> None:
    """The heading and the panel; only the panel reruns when something is chosen."""
    st.subheader(t("networks.inside.title"), anchor=False)
    st.markdown(t("networks.inside.what"))
    st.fragment(_panel)()


def _panel() -> None:
    if not lab().state().ready:
        st.info(t("run.warming_up"))
        return
    image, group = choose_digit_and_layer("networks")
    cell = _chosen_cell()
    try:
        report = _seen(image, group, cell)
    except TLError as error:
        st.warning(said(error))
        return
    st.html(f'<div class="seen">{digit_html(report)}{maps_html(report, group)}</div>')
    if report.cell is not None:
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
def _seen(image: int, group: str, cell: tuple[int, int, int]) -> ActivationsReport:
    return lab().answer(ActivationsQuery(image=image, group=group, cell=cell))


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
