"""Settings in the link: one query parameter a field (`?target.per_class=1&seed=3`), only what differs from the page's.

Reading never fails: what a link contains in vain is left out and named in a sentence.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tl_core.errors import Fault
from tl_core.experiment import Experiment, Part
from tl_core.fields import FieldRow, field_table, read_leniently
from tl_core.text import LANGUAGES

APP_PARAMETERS = ("lang", "present")  # bound to widgets of app.py; Streamlit reads and writes them
RUN_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
VALUE_AT_MOST = 500  # characters; the longest true value, eight augmentations, has about 400
SAY_AT_MOST = 40  # characters of a wrong name or value that a sentence repeats
UNSAID = ("mistake",)  # made on one page only, which says it by its cases: no link makes another page's run dishonest
ROWS: dict[str, FieldRow] = {row.path: row for row in field_table()}


@dataclass(frozen=True)
class ReadLink:
    """What a link asks for, and the faults of what it asks for in vain."""

    experiment: Experiment
    run_id: str | None
    faults: tuple[Fault, ...]


def read_link(
    parameters: Mapping[str, str], base: Experiment | None = None, own: Mapping[str, Sequence[str]] | None = None
) -> ReadLink:
    """The settings of a link on top of `base` (those of the run it names, or those that the page begins with).

    Args:
        own: the page's own parameters, which it reads itself, each with the texts that it may have.
    """
    own = own or {}
    nested, faults = (base or Experiment()).model_copy(update=dict.fromkeys(UNSAID)).nested(), []
    changes: dict[str, Any] = {}
    for name, text in parameters.items():
        if name in (*APP_PARAMETERS, "run"):
            faults += _fault_of_app_parameter(name, text)
        elif name in own:
            faults += (
                [] if text in own[name] else [Fault(name, "not_allowed", short(text), _same(" | ".join(own[name])))]
            )
        elif name not in ROWS or name in UNSAID:
            faults.append(Fault(short(name), "unknown_field", short(text), _same(", ".join(ROWS))))
        elif len(text) > VALUE_AT_MOST:
            faults.append(_not_allowed(name, text))
        else:
            changes[name] = _value(ROWS[name], text)
    experiment, found = read_leniently(Experiment, merged(nested, changes))
    run_id = parameters.get("run")
    known = run_id if run_id and RUN_ID.fullmatch(run_id) else None
    return ReadLink(experiment, known, (*faults, *found))


def write_link(experiment: Experiment, run_id: str | None, base: Experiment | None = None) -> dict[str, str]:
    """The query parameters that bring all of it back, on a page that begins with `base`."""
    usual, values = base or Experiment(), {path: value_of(experiment, path) for path in ROWS if path not in UNSAID}
    written = {path: _text(value) for path, value in values.items() if value != value_of(usual, path)}
    if experiment.training.epochs is not None:
        written.pop("training.steps", None)  # a budget is in steps or in epochs
    return {**({"run": run_id} if run_id else {}), **written}


def value_of(experiment: Experiment, path: str) -> Any:
    """The value of one field by its dotted path."""
    value: Any = experiment
    for name in path.split("."):
        value = getattr(value, name)
    return value


def with_values(experiment: Experiment, changes: Mapping[str, Any]) -> Experiment:
    """The experiment with some fields set; a value that the table of fields refuses leaves the default."""
    return read_leniently(Experiment, merged(experiment.nested(), changes))[0]


def merged(nested: dict[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Nested dictionaries with dotted paths set. Giving one budget takes the other away."""
    result = {name: dict(part) if isinstance(part, dict) else part for name, part in nested.items()}
    if {"training.steps", "training.epochs"} & changes.keys():
        result["training"].update(steps=None, epochs=None)
    for path, value in changes.items():
        *folder, name = path.split(".")
        (result[folder[0]] if folder else result)[name] = value
    return result


def _value(row: FieldRow, text: str) -> Any:
    """The text of a link as the JSON value it means; text that is no such value stays text, and is refused later."""
    if row.nullable and text == "null":
        return None
    if row.type == "choice":
        return text
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return text if isinstance(value, float) and not math.isfinite(value) else value


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        items = [item.model_dump(mode="json") if isinstance(item, Part) else item for item in value]
        return json.dumps(items, separators=(",", ":"))
    return json.dumps(value)


def _fault_of_app_parameter(name: str, text: str) -> list[Fault]:
    allowed = {"lang": "|".join(LANGUAGES), "present": "true|false", "run": RUN_ID.pattern}[name]
    fits = re.fullmatch(allowed, text, re.IGNORECASE if name == "present" else 0)
    return [] if fits else [Fault(name, "not_allowed", short(text), _same(allowed))]


def _not_allowed(name: str, text: str) -> Fault:
    allowed = {language: ROWS[name].allowed(language) for language in LANGUAGES}
    return Fault(name, "not_allowed", short(text), allowed)


def short(text: str) -> str:
    """What a sentence repeats of a wrong name or value."""
    return text if len(text) <= SAY_AT_MOST else text[:SAY_AT_MOST] + "…"


def _same(text: str) -> dict[str, str]:
    return dict.fromkeys(LANGUAGES, text)
