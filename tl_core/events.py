"""What a worker says while it performs a request. Events are small, ordered by `(attempt, seq)` and JSON.

`entrant` is the strategy that an event speaks of; in a race each step has one event an entrant.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from tl_core.evaluation.folded import Fold
from tl_core.experiment import Part
from tl_core.measured import Moment, Watched
from tl_core.reports import Report
from tl_core.reports.sweep import SweepRow


class _Numbered(Part):
    seq: int = 0
    attempt: int = 1


class Started(_Numbered):
    """Work on these entrants has begun; a race says it for each. `steps` is the number of updates of each.

    A sweep has `cells` instead: so many trainings of this worker's share. So has a cross-validation.
    """

    kind: Literal["started"] = "started"
    entrants: tuple[str, ...]
    steps: int
    cells: int = 0
    device: str
    live_images: int = 0
    watched: tuple[Watched, ...] = ()
    class_names: tuple[str, ...] = ()


class Step(_Numbered):
    """One optimizer update; `loss` is that of its batch before the update."""

    kind: Literal["step"] = "step"
    entrant: str
    step: int
    loss: float


class Epoch(_Numbered):
    """Every training image was seen once more, and the freeze contract held."""

    kind: Literal["epoch"] = "epoch"
    entrant: str
    epoch: int
    step: int


class Snapshot(_Numbered):
    """A look at the net on fixed test images, at most ten a run."""

    kind: Literal["snapshot"] = "snapshot"
    entrant: str
    moment: Moment


class Progress(_Numbered):
    """A sign of life in long work without updates: the final test, say."""

    kind: Literal["progress"] = "progress"
    entrant: str
    done: int
    total: int


class CellDone(_Numbered):
    """One training of a sweep is through. `entrant` is its strategy."""

    kind: Literal["cell"] = "cell"
    entrant: str
    row: SweepRow


class FoldDone(_Numbered):
    """One training of a cross-validation is through, and tested on the images held out."""

    kind: Literal["fold"] = "fold"
    entrant: str
    fold: Fold


class Finished(_Numbered):
    """The end, with what was found. The report is stored before this is said."""

    kind: Literal["finished"] = "finished"
    report: Report


class Failed(_Numbered):
    """The end, with a sentence: `code` and `params` are those of a `TLError`."""

    kind: Literal["failed"] = "failed"
    code: str
    params: dict[str, str] = Field(default_factory=dict)


class Cancelled(_Numbered):
    """The end, because somebody asked for it."""

    kind: Literal["cancelled"] = "cancelled"


class Interrupted(_Numbered):
    """The end, because the lab went away."""

    kind: Literal["interrupted"] = "interrupted"


Event = Annotated[
    Started | Step | Epoch | Snapshot | Progress | CellDone | FoldDone | Finished | Failed | Cancelled | Interrupted,
    Field(discriminator="kind"),
]
EVENT: TypeAdapter[Event] = TypeAdapter(Event)
