"""The seven cases: what goes wrong in each, on top of which settings, and which twin does it right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pages.kit.link import ROWS, short, value_of, with_values
from pages.kit.page_state import OwnParameter
from tl_core.errors import Fault
from tl_core.experiment import Experiment, Target, Training
from tl_core.requests import RaceRequest
from tl_core.text import LANGUAGES

FAILING = "failing"
BASE = Experiment(source="natural", target=Target(dataset="objects", per_class=10), training=Training(steps=40))
BASE = BASE.with_strategy("fine_tune")


@dataclass(frozen=True)
class Case:
    """One staged failure. `sets` are the fields that make it, on top of `BASE`; `twin` is the entrant that mends it."""

    diagnosis: str
    sets: Mapping[str, object] = field(default_factory=dict)
    twin: str = "mended"


# In the order in which the page offers them; the diagnoses stand in another one.
CASES: dict[str, Case] = {
    "1": Case(
        "leak",
        {"mistake": "leaked_test_images", "source": "letters", "training.steps": 90, "training.batch_size": 16},
    ),
    "2": Case("order", {"mistake": "classes_in_other_order"}),
    "3": Case("shortcut", {"mistake": "background_tells"}),
    "4": Case("rate", {"training.learning_rate": 0.05}, twin="usual_rate"),
    "5": Case("batch_norm", {"mistake": "tested_in_training_mode"}),
    "6": Case(
        "best_epoch",
        {
            "mistake": "best_on_test",
            "strategy.name": "frozen",
            "training.schedule": "constant",
            "training.steps": 300,
        },
    ),
    "7": Case("scaling", {"mistake": "unscaled_test_images"}),
}
DIAGNOSES = ("leak", "best_epoch", "rate", "scaling", "batch_norm", "shortcut", "order")
MOST_LABELS = 20  # a class
KEPT = ("target.per_class", "seed")  # the controls; everything else is the case's own


class CaseParameter(OwnParameter):
    """Which case: in the link and on the page a mere number, so that the link does not tell the diagnosis."""

    def of(self, request: object) -> str:
        """The case of a run; the first where a link brings a run of some other kind."""
        return case_of(request) or self.options[0]


CASE = CaseParameter("case", tuple(CASES))


def request_of(case: str, controls: Experiment) -> RaceRequest:
    """The failing run of a case and its mended twin, with what the controls say."""
    chosen = {path: value_of(controls, path) for path in KEPT}
    experiment = with_values(BASE, {**chosen, **CASES[case].sets})
    return RaceRequest(experiment=experiment, entrants=(FAILING, CASES[case].twin))


def plain(experiment: Experiment) -> Experiment:
    """What the controls say of a run's settings, without its case; never so many labels that no image stays unseen."""
    chosen = {path: value_of(experiment, path) for path in KEPT}
    if not 1 <= (chosen["target.per_class"] or 0) <= MOST_LABELS:  # all of them where it says `None`
        del chosen["target.per_class"]
    return with_values(BASE, chosen)


def faults_of(experiment: Experiment, parameters: Mapping[str, str]) -> tuple[Fault, ...]:
    """What of a link's parameters `plain` leaves out of the settings that it asked for, each with what may stand here.

    >>> [(fault.field, fault.code) for fault in faults_of(with_values(BASE, {"fill": "reflect"}), {"fill": "reflect"})]
    [('fill', 'unknown_field')]
    """
    kept, names, numbers = plain(experiment), ", ".join((CASE.name, *KEPT)), f"1 … {MOST_LABELS}"
    left_out = [path for path in parameters if path in ROWS and value_of(experiment, path) != value_of(kept, path)]
    why = {path: ("not_allowed", numbers) if path in KEPT else ("unknown_field", names) for path in left_out}
    return tuple(
        Fault(path, code, short(parameters[path]), dict.fromkeys(LANGUAGES, allowed))
        for path, (code, allowed) in why.items()
    )


def case_of(request: object) -> str | None:
    """The case whose mistake a race has made beside its twin, whatever its other settings; `None` for other runs."""
    if not isinstance(request, RaceRequest):
        return None
    made = (request.experiment.mistake, request.entrants)
    cases = ((number, (case.sets.get("mistake"), (FAILING, case.twin))) for number, case in CASES.items())
    return next((number for number, of_case in cases if of_case == made), None)
