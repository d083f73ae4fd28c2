"""One small tree of errors. A code is a key of `tl_core.text`; whoever shows the error translates it.

The recipe of every text: what was received, what is allowed, what to do.
"""

from __future__ import annotations

from dataclasses import dataclass


class TLError(Exception):
    """Something a person can understand and mend. `code` names the sentence, `params` fill it."""

    def __init__(self, code: str, **params: object) -> None:
        self.code = code
        self.params = params
        super().__init__(code, params)

    def __str__(self) -> str:
        from tl_core.text import say

        return say("en", f"error.{self.code}", **self.params)

    def __reduce__(self) -> tuple[object, ...]:
        # Keyword arguments survive the way from a worker process to the client.
        return _rebuild, (type(self), self.code, self.params)


def _rebuild(kind: type[TLError], code: str, params: dict[str, object]) -> TLError:
    error = kind.__new__(kind)
    TLError.__init__(error, code, **params)
    return error


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a specification: which field, what came, what may come (by language)."""

    field: str
    code: str
    received: str
    allowed: dict[str, str]

    def text(self, language: str) -> str:
        from tl_core.text import say

        allowed = self.allowed[language]
        return say(language, f"fault.{self.code}", field=self.field, received=self.received, allowed=allowed)


class SpecError(TLError):
    """A specification with one or more faults; `faults` lists them all, not only the first."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("spec", faults="; ".join(fault.text("en") for fault in faults))
        self.faults = faults

    def __reduce__(self) -> tuple[object, ...]:
        return SpecError, (self.faults,)


class DataError(TLError):
    """Images or labels that cannot be used as asked."""


class WeightsError(TLError):
    """Weights that are missing, damaged or do not fit the backbone."""


class FreezeContractError(TLError):
    """A frozen weight, buffer or optimizer state moved. Always a bug, never a person's mistake."""


class LabError(TLError):
    """The lab cannot take or find a run: queue full, unknown run, lab not reachable."""
