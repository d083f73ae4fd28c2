"""The table of fields, read off the models of `tl_core.experiment`, and the reading of what a person wrote."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from types import UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from annotated_types import Ge, Le
from pydantic import ValidationError

from tl_core.errors import Fault, SpecError
from tl_core.experiment import Experiment, OneOf, Part
from tl_core.text import LANGUAGES, say

P = TypeVar("P", bound=Part)
_KINDS = {int: "integer", float: "number", tuple[str, ...]: "names", tuple[int, ...]: "steps"}
RECEIVED_AT_MOST = 60  # characters of a wrong value that a sentence repeats


@dataclass(frozen=True)
class FieldRow:
    """One row of the table. `path` is dotted and is also the field's name in a link and its title's key."""

    path: str
    type: Literal["integer", "number", "choice", "list", "names", "steps"]
    default: Any
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    nullable: bool = False

    def title(self, language: str) -> str:
        return say(language, f"field.{self.path}")

    def value_in(self, experiment: Experiment) -> Any:
        """This field's value in an experiment."""
        return reduce(getattr, self.path.split("."), experiment)

    def allowed(self, language: str) -> str:
        """What may be given, in words: «a whole number from 1 to 69, or null»."""
        low, high = (f"{value:g}" if value is not None else "" for value in (self.low, self.high))
        if self.high is not None and self.high > 1e6:
            high = str(int(self.high))
        text = say(language, f"allowed.{self.type}", low=low, high=high, choices=", ".join(self.choices))
        return say(language, "allowed.or_null", text=text) if self.nullable else text


def field_table(model: type[Part] = Experiment, prefix: str = "") -> tuple[FieldRow, ...]:
    """All fields of an experiment, nested ones by dotted path, in the order of the models."""
    return tuple(_rows(model, prefix))


def field_row(path: str) -> FieldRow:
    """The row of one field of an experiment; `KeyError` where there is none."""
    return _rows_of(Experiment)[path]


def _rows(model: type[Part], prefix: str) -> Iterator[FieldRow]:
    defaults = model.model_validate({})
    for name, info in model.model_fields.items():
        path, default = f"{prefix}{name}", getattr(defaults, name)
        if isinstance(info.annotation, type) and issubclass(info.annotation, Part):
            yield from _rows(info.annotation, f"{path}.")
            continue
        base, rules, nullable = _unfold(info.annotation, tuple(info.metadata))
        bounds = {type(rule): rule for rule in rules}
        choices = next((tuple(rule.registry) for rule in rules if isinstance(rule, OneOf)), ())
        choices = get_args(base) if get_origin(base) is Literal else choices
        kind = "choice" if choices else _KINDS.get(base, "list")
        if kind == "list":
            choices = _names_in(base)
        low = bounds[Ge].ge if Ge in bounds else None
        high = bounds[Le].le if Le in bounds else None
        yield FieldRow(path, kind, default, low, high, choices, nullable)


def _names_in(base: Any) -> tuple[str, ...]:
    """What the parts of a list may be called; nothing where they have no names, such as groups of images."""
    item = next(iter(get_args(base)), None)
    rules = getattr(item, "model_fields", {}).get("name")
    return next((tuple(rule.registry) for rule in getattr(rules, "metadata", ()) if isinstance(rule, OneOf)), ())


def _unfold(annotation: Any, rules: tuple[Any, ...]) -> tuple[Any, tuple[Any, ...], bool]:
    """The plain type under `X | None` and `Annotated`, the rules found on the way, and whether null may stand."""
    if get_origin(annotation) in (Union, UnionType):
        inner = [part for part in get_args(annotation) if part is not type(None)]
        base, found, _ = _unfold(inner[0], rules)
        return base, found, True
    if get_origin(annotation) is Annotated:
        base, *marks = get_args(annotation)
        flat = [rule for mark in marks for rule in (getattr(mark, "metadata", None) or [mark])]
        return _unfold(base, rules + tuple(flat))
    return annotation, rules, False


def read(model: type[P], text: str | bytes) -> P:
    """A specification from JSON text.

    Raises:
        SpecError: with one fault for each field that is unknown, of another type or out of range.
    """
    try:
        return model.model_validate_json(text)
    except ValidationError as error:
        raise SpecError(tuple(_fault(model, found) for found in error.errors())) from None


def read_leniently(model: type[P], data: dict[str, Any]) -> tuple[P, tuple[Fault, ...]]:
    """As much of `data` as is valid, defaults for the rest, and what was ignored.

    `data` is nested like the JSON of the model. Used for links, which must never end in an error.
    """
    faults: list[Fault] = []
    while True:
        try:
            return model.model_validate_json(json.dumps(data)), tuple(faults)
        except ValidationError as error:
            for found in error.errors():
                faults.append(_fault(model, found))
                data = _without(data, found["loc"])


def _without(data: dict[str, Any], location: tuple[int | str, ...]) -> dict[str, Any]:
    """`data` without the deepest dictionary entry that `location` still reaches."""
    path = [step for step in location if isinstance(step, str)][:2]
    if not path:
        return {}
    head, rest = path[0], path[1:]
    if rest and isinstance(data.get(head), dict) and rest[0] in data[head]:
        return {**data, head: {key: value for key, value in data[head].items() if key != rest[0]}}
    return {key: value for key, value in data.items() if key != head}


def _fault(model: type[Part], found: Any) -> Fault:
    """One pydantic error as a fault. Its location is the field's path; list indices are not part of it."""
    names = [str(step) for step in found["loc"]]
    path, row = ".".join(names), None
    for end in range(len(names), 0, -1):
        row = _rows_of(model).get(".".join(names[:end]))
        if row is not None:
            break
    received = json.dumps(found["input"], ensure_ascii=False, default=str)
    if len(received) > RECEIVED_AT_MOST:
        received = received[:RECEIVED_AT_MOST] + "…"
    kind = {"extra_forbidden": "unknown_field", "json_invalid": "not_json"}.get(found["type"], found["type"])
    if kind == "not_json":
        return Fault("JSON", kind, str(found["ctx"]["error"]), _same("{ … }"))
    if kind == "steps_and_epochs":
        return Fault(path, kind, received, _same("steps | epochs"))
    if kind == "unknown_field":
        return Fault(path, kind, received, _same(", ".join(_siblings(model, names[:-1]))))
    if kind == "backbone_of_source":
        allowed = {language: say(language, f"allowed.{kind}", **found["ctx"]) for language in LANGUAGES}
        return Fault(path, "not_allowed", received, allowed)
    if row is None:
        return Fault(path or "JSON", "not_allowed", received, _same(", ".join(_siblings(model, names)) or "{ … }"))
    return Fault(path, "not_allowed", received, {language: row.allowed(language) for language in LANGUAGES})


def _same(text: str) -> dict[str, str]:
    return dict.fromkeys(LANGUAGES, text)


def _rows_of(model: type[Part]) -> dict[str, FieldRow]:
    return {row.path: row for row in field_table(model)}


def _siblings(model: type[Part], names: list[str]) -> list[str]:
    for name in names:
        info = model.model_fields.get(name)
        if info is None or not (isinstance(info.annotation, type) and issubclass(info.annotation, Part)):
            return []
        model = info.annotation
    return list(model.model_fields)
