"""What is advised for a collection within the seconds that a person has, and why; the request that it comes to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.kit.lab_handle import lab
from pages.kit.language import current
from pages.kit.page_state import owner
from pages.kit.words import called, option_name, said, t
from tl_core.data.object_names import objects
from tl_core.errors import TLError
from tl_core.evaluation.folded import Groups
from tl_core.reports.advice import Advice
from tl_core.requests import AdviceQuery

if TYPE_CHECKING:
    from tl_core.lab.albums import Album

SECONDS = (5, 20, 60)
PATIENCE = 60.0  # seconds for the advice, which measures this machine for about two
MODELS = 8
CHOSEN_SECONDS, CHOSEN_GROUPS = "trial.seconds", "trial.together"  # keys of the two fields
TOGETHER = ("single", "recordings", "names")
SHOWN = 16  # signs of a digest by which files of a set are called
ADVISED = "trial.advised"  # the query that the page asked last


def ask_for_advice(album: Album) -> AdviceQuery | None:
    """Seconds, and what stays together; `None` where the collection cannot be read, which is said."""
    seconds = st.segmented_control(
        t("trial.seconds"),
        SECONDS,
        default=20,
        required=True,
        format_func={one: t("trial.seconds_one", seconds=one) for one in SECONDS}.__getitem__,
        key=CHOSEN_SECONDS,
    )
    groups = _choose_groups(album)
    try:
        models = tuple(model.id for model in lab().models.of(owner()))[:MODELS]
        dataset = lab().pictures.freeze(album.id, owner())
    except TLError as error:
        st.warning(said(error))
        return None
    return AdviceQuery(dataset=dataset, seconds=seconds, sources=models, groups=groups)


def _choose_groups(album: Album) -> Groups:
    """What stays on one side of every split: nothing, recordings as the data doctor finds them, objects by name."""
    kinds = {kind: t(f"trial.together.{kind}") for kind in TOGETHER}
    kind = st.selectbox(
        t("trial.together.title"),
        list(kinds),
        format_func=kinds.__getitem__,
        key=CHOSEN_GROUPS,
        help=t("trial.together.help"),
    )
    told = st.container()  # also where it stays empty: what comes below is replaced in its place, and not pushed down
    if kind != "names":
        return None if kind == "single" else kind
    named = objects((one.class_name, one.name, one.digest) for one in album.pictures)
    if not named:
        told.caption(t("trial.together.no_names"))
        return None
    (_, name), largest = max(named.items(), key=lambda item: len(item[1]))
    told.caption(t("trial.together.named", count=len(named), name=name, pictures=len(largest)))
    return tuple(tuple(digest[:SHOWN] for digest in digests) for digests in named.values())


def show_advice(query: AdviceQuery) -> Advice | None:
    """What is advised; `None` where nothing is, and the page says why."""
    try:
        with st.spinner(t("trial.measuring")):
            advice = _advised(query)
    except TLError as error:
        st.warning(said(error))
        return None
    st.session_state[ADVISED] = query
    st.markdown(f"**{t('trial.advice', source=_source(advice), ways=_ways(advice))}**")
    return advice


def still_asked(query: AdviceQuery) -> bool:
    """Whether seconds and groups are those of a query. Asked at a press, when another advice may be on its way."""
    kinds = ("recordings",) if query.groups == "recordings" else ("names",) if query.groups else ("single", "names")
    return st.session_state[CHOSEN_SECONDS] == query.seconds and st.session_state[CHOSEN_GROUPS] in kinds


def hold_the_button(query: AdviceQuery) -> DeltaGenerator:
    """Where the button will stand. As long as this advice is new, nobody can press for the one before."""
    place = st.empty()
    if st.session_state.get(ADVISED) != query:
        place.button(t("trial.measuring"), key="run.waiting", type="primary", width="stretch", disabled=True)
    return place


def show_reasons(advice: Advice, *, new: bool) -> None:
    """Why it is advised: in full before the run, behind a click after it."""
    sentences = [*advice.reasons, advice.protocol, *advice.better]
    lines = "\n".join(f"- {sentence.say(current())}" for sentence in sentences)
    if new:
        st.markdown(lines)
    else:
        st.expander(t("trial.why")).markdown(lines)


@st.cache_data(max_entries=32, show_spinner=False, hash_funcs={AdviceQuery: AdviceQuery.model_dump_json})
def _advised(query: AdviceQuery) -> Advice:
    """Once for the same pictures and models: what is measured of the machine changes little."""
    return lab().answer(query, timeout=PATIENCE).advice


def _source(advice: Advice) -> str:
    return option_name("source", advice.experiments[0].source)


def _ways(advice: Advice) -> str:
    return t("past.and").join(called(experiment.strategy.name) for experiment in advice.experiments)
