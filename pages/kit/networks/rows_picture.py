"""The row reader unrolled, as HTML: one line an image row, with the state that it leaves and the answer so far."""

from __future__ import annotations

from html import escape

from pages.kit.words import t
from tl_core.reports.queries import RowLook, RowsReport

SIDE, ZOOM = 32, 12  # rows and columns of the image; pixels on the screen for each
FIRST = 3  # classes that an answer names


def unrolled_html(report: RowsReport, read: int) -> str:
    """A table from the first row down; what is not read yet is pale and has no state."""
    head = "".join(f'<th scope="col">{escape(t(f"networks.rows.{name}"))}</th>' for name in ("row", "pixels"))
    head += f'<th scope="col">{escape(t("networks.rows.state", shown=len(report.units), hidden=report.hidden))}</th>'
    head += f'<th scope="col">{escape(t("networks.rows.answer"))}</th>'
    rows = "".join(_row(report, row, read) for row in range(1, len(report.states) + 1))
    picture = f".rows .x{{background-image:url({report.picture});background-size:{SIDE * ZOOM}px}}"
    return f'<style>{picture}</style><table class="rows"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _row(report: RowsReport, row: int, read: int) -> str:
    strip = f'<td><div class="x" style="background-position:0 -{(row - 1) * ZOOM}px"></div></td>'
    state = "".join(_unit(value) for value in report.states[row - 1]) if row <= read else ""
    later = "" if row <= read else ' class="later"'
    return f'<tr{later}><th scope="row">{row}</th>{strip}<td class="h">{state}</td>{_answer(report, row, read)}</tr>'


def _unit(value: float) -> str:
    """Ink by size, hatched where it is negative: no colour to be told apart."""
    sign = ' class="n"' if value < 0 else ""
    return f'<i{sign} style="--v:{100 * abs(value):.0f}%"></i>'


def _answer(report: RowsReport, row: int, read: int) -> str:
    """A cell beside all the rows that end with the one after which the head is given another state."""
    ends = [look.row for look in report.looks]
    if row - 1 not in ends[:-1]:
        return ""
    look = report.looks[ends.index(row - 1) + 1]
    said = answer_html(look, report) if look.row <= read else ""
    return f'<td class="a" rowspan="{look.row - row + 1}">{said}</td>'


def answer_html(look: RowLook, report: RowsReport) -> str:
    """The most likely classes, each with a bar and its share."""
    lines = "".join(
        f'<li><b>{escape(report.class_names[place])}</b><span class="bar" style="--v:{100 * share:.0f}%"></span>'
        f"{100 * share:.0f}%</li>"
        for place, share in likeliest(look)
    )
    return f"<p>{escape(t('networks.rows.after', row=look.row))}</p><ol>{lines}</ol>"


def likeliest(look: RowLook, count: int = FIRST) -> list[tuple[int, float]]:
    """Places and shares of the most likely classes, the first one first."""
    ranked = sorted(enumerate(look.probabilities), key=lambda found: -found[1])
    return ranked[:count]


def guess(look: RowLook, report: RowsReport) -> str:
    return report.class_names[likeliest(look, 1)[0][0]]
