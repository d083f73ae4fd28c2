"""Between the address bar and a page: adopt the link when it changed from outside, write it when the page changed.

Streamlit sends the address bar's parameters with every rerun. They differ from what the page last wrote when a
person opened or edited a link, or went back; or, for a moment, because the browser has not yet shown what was
written. The second case must not undo a click, so a change within `SETTLE` seconds of writing is not adopted. Who
comes back from another page by a bare link, as the sidebar has them, finds the page as it was left.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from urllib.parse import urlencode

import streamlit as st

from pages.kit import language
from pages.kit.controls import Choice, put
from pages.kit.lab_handle import lab
from pages.kit.link import APP_PARAMETERS, ROWS, read_link, write_link
from pages.kit.navigation import VISIT
from pages.kit.page_state import PageState, owner
from pages.kit.words import said, t
from tl_core.errors import LabError
from tl_core.requests import TrainRequest

SETTLE = 1.5
FAULTS_SAID = 4
OPENED = "page.opened"  # the visit whose link was taken in


def remember_address() -> None:
    """Keep the address as it came. Streamlit deletes a wrong `lang` or `present` from it before a page can say so."""
    st.session_state.setdefault("address", st.query_params.to_dict())


def forget_address() -> None:
    """For a page that is no lesson: the address that it was opened with is not the link of the next lesson."""
    st.session_state.pop("address", None)


def new_link(state: PageState) -> dict[str, str] | None:
    """What the address asks of a page, where that is news to it; what it left behind, where a person comes back."""
    parameters = st.query_params.to_dict()
    came_with = st.session_state.pop("address", None) or parameters
    own = {name: text for name, text in parameters.items() if name not in APP_PARAMETERS}
    if _arrived():
        came_with = came_with if own else {**came_with, **state.last}
    elif state.written is not None and (own == state.written or time.monotonic() - state.written_at < SETTLE):
        return None
    state.last, state.written, state.written_at = came_with, own, time.monotonic()
    return came_with


def _arrived() -> bool:
    """Whether a person came from another page since the last link was taken in. It is true once a visit."""
    visit = st.session_state.get(VISIT)
    before = st.session_state.get(OPENED)
    st.session_state[OPENED] = visit
    return visit != before


def open_link(controls: Sequence[Choice], state: PageState, shows: tuple[type[TrainRequest], ...]) -> None:
    """Bring settings, run and prediction in from the link, where it is new. `shows`: the runs that the page draws."""
    came_with = new_link(state)
    if came_with is None:
        return
    allowed = {parameter.name: parameter.options for parameter in state.own}
    asked = read_link(came_with, own=allowed)
    found, problems = _open_run(asked.run_id, state, shows)
    link = read_link(came_with, found.experiment if found else state.base, allowed)
    language_name = language.current()
    state.experiment = link.experiment
    state.ignored = (*problems, *((fault.field, fault.text(language_name)) for fault in link.faults))
    put(controls, link.experiment)
    for parameter in state.own:
        usual = parameter.of(found) if found else parameter.options[0]
        text = came_with.get(parameter.name, usual)
        st.session_state[parameter.key] = text if text in (*parameter.options, usual) else usual


def _open_run(
    run_id: str | None, state: PageState, shows: tuple[type[TrainRequest], ...]
) -> tuple[TrainRequest | None, tuple[tuple[str, str], ...]]:
    """The request of the run that the link names; its prediction is in the note that the lab keeps with it."""
    state.run_id = None
    if run_id is None:
        return None, ()
    try:
        view = lab().view(run_id, owner())
    except LabError as error:
        return None, (("run", said(error)),)
    if not isinstance(view.request, shows):
        return None, (("run", t(f"link.other_run.{view.request.kind}")),)
    state.run_id = run_id
    return view.request, ()


def save_link(state: PageState) -> None:
    """Write the settings as they stand now, and the run, to the address bar."""
    write_address(state, _wanted(state))


def write_address(state: PageState, wanted: dict[str, str]) -> None:
    """Make these the page's parameters in the address bar."""
    state.last, present = wanted, st.query_params.to_dict()
    stale = [name for name in present if name not in APP_PARAMETERS and name not in wanted]
    if state.written == wanted and not stale:
        return
    for name in stale:
        del st.query_params[name]
    for name, text in wanted.items():
        if present.get(name) != text:
            st.query_params[name] = text
    state.written, state.written_at = wanted, time.monotonic()


def _wanted(state: PageState) -> dict[str, str]:
    """The parameters that bring the page back as it stands."""
    own = {parameter.name: parameter.said for parameter in state.own if parameter.said != parameter.options[0]}
    return {**write_link(state.experiment, state.run_id, state.base), **own}


def say_what_was_ignored(state: PageState) -> None:
    """One sentence about what a link contained in vain, each fault's own sentence inside."""
    if not state.ignored:
        return
    faults, more = state.ignored[:FAULTS_SAID], len(state.ignored) - FAULTS_SAID
    names = [_plain(name) for name, _ in faults] + (["…"] if more > 0 else [])
    with st.expander(t("link.ignored", names=t("link.join").join(names)), icon=":material/warning:", key="link_notice"):
        lines = [f"- {_plain(text)}" for _, text in faults]
        st.markdown("\n".join([*lines, *([t("link.more", count=more)] if more > 0 else [])]))


def _plain(text: str) -> str:
    """What a stranger's link contains is shown as text, whatever Markdown or HTML it holds."""
    return "".join(f"\\{sign}" if sign in r"\`*_{}[]<>()#+!|$~:" else sign for sign in text.replace("\n", " "))


def show_link(link: str) -> None:
    """The link with a button that copies it, behind one click.

    What a closed popover holds is not mounted: Streamlit's code block would bring 1.6 MB of a syntax highlighter into
    the first paint of every lesson.
    """
    with st.popover(t("lesson.link_show"), icon=":material/link:"):
        st.code(link, language=None, wrap_lines=True)


def current_link(state: PageState) -> str:
    """The address that brings all of it back, as far as the browser has told us where it is."""
    wanted = {**_wanted(state), language.KEY: language.current()}
    address = (st.context.url or "").split("?")[0]
    if address.count("/") == 2:
        address += "/"  # a bare host; some messengers do not take "host?…" for a link
    return f"{address}?{urlencode(wanted)}"


assert not set(ROWS) & set(APP_PARAMETERS)  # a field must never shadow the app's own parameters
