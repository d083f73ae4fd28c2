"""Which language a person reads: from the link, else from the browser. The switch keeps it across pages."""

from __future__ import annotations

import streamlit as st

from tl_core.text import LANGUAGES

KEY = "lang"  # also the name of the query parameter, which the widget is bound to
HTML_LANG = {"en": "en", "zh": "zh-CN"}

# Streamlit serves <html lang="en"> always; screen readers and the choice of CJK glyphs need the true language.
_SET_LANG = "export default function({ data }) { document.documentElement.lang = data.lang }"


def browser_language() -> str:
    """The default for a link without `lang`."""
    return "zh" if (st.context.locale or "").lower().startswith("zh") else "en"


def current() -> str:
    """The language of this rerun; `choose` has put it there."""
    chosen = st.session_state.get(KEY)
    return chosen if chosen in LANGUAGES else browser_language()


def choose(label: str) -> None:
    """Draw the switch. Its options are the link's own values, so they are not passed through a format function."""
    st.segmented_control(
        label,
        LANGUAGES,
        default=browser_language(),
        required=True,
        key=KEY,
        bind="query-params",
        label_visibility="collapsed",
        persist_state="session",
    )


def announce() -> None:
    """Tell the browser which language the document is in."""
    component = st.components.v2.component("html_lang", js=_SET_LANG)
    component(data={"lang": HTML_LANG[current()]}, key="html_lang")
