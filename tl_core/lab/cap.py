"""How many trainings one request may be on a lab that others use too. The command line knows no such cap."""

from __future__ import annotations

from tl_core.errors import LabError
from tl_core.lab.estimate import trainings
from tl_core.requests import FoldsRequest, TrainRequest
from tl_core.requests.sweep import SweepRequest

MOST_CELLS = 300  # 3 strategies, 5 sizes and 10 seeds twice over: some minutes on two cores
MOST_FOLDS = 100  # of one cross-validation, which holds its worker from the first to the last


def check_length(request: TrainRequest) -> None:
    """Raise `LabError` `sweep_too_long` or `folds_too_many`."""
    if isinstance(request, SweepRequest) and len(request.cells) > MOST_CELLS:
        raise LabError("sweep_too_long", cells=len(request.cells), most=MOST_CELLS)
    if isinstance(request, FoldsRequest) and trainings(request) > MOST_FOLDS:
        raise LabError("folds_too_many", trainings=trainings(request), most=MOST_FOLDS)
