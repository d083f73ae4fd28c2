"""A recurrent net reads one image row by row: what its state is made of after each row, and what it would answer.

The net is a plain `row_rnn`, trained here as the experiment says. It is small (half a second for the default), and the
last few are kept, so that a person can look at one image after the other with the same net.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from threading import Lock

import torch
from torch import Tensor, nn

from tl_core.data.pictures import data_uri
from tl_core.device import device
from tl_core.entrants import entered
from tl_core.errors import Fault, SpecError
from tl_core.events import Event, Finished, Progress
from tl_core.experiment import Experiment
from tl_core.models.row_rnn import EVERY
from tl_core.reports import RunReport
from tl_core.reports.queries import RowLook, RowsReport
from tl_core.requests import RowsQuery
from tl_core.runs.run import train_prepared
from tl_core.setup import Setup, prepare
from tl_core.text import LANGUAGES
from tl_core.training.batches import scaled

NET = "row_rnn"
UNITS = 16  # of the 128 numbers of the state, those that change most while this image is read
NETS = 4  # kept
STEPS, BATCH, PER_CLASS = 200, 64, 100  # at most, of a training in the query lane
_LOCK = Lock()  # queries come from several threads
_trained: OrderedDict[str, tuple[Setup, RunReport]] = OrderedDict()


def read_rows(query: RowsQuery) -> Iterator[Event]:
    """Train the net, unless it is at hand, and unroll it over one test image.

    Raises:
        SpecError: where there is no test image of that number, or the training is none that a query may hold.
    """
    _must_be_short(query.experiment)
    setup, report = yield from _net(row_experiment(query.experiment))
    test = setup.splits.test
    if query.image >= len(test):
        allowed = dict.fromkeys(LANGUAGES, f"0…{len(test) - 1}")
        raise SpecError((Fault("image", "not_allowed", str(query.image), allowed),))
    image = scaled(test.images[query.image][None], setup.normalisation, device())
    from_row, from_state, states = unrolled(setup.network.body.recurrent, setup.network.body.rows(image)[0])
    units = states.std(dim=0).topk(UNITS).indices.sort().values
    yield Finished(
        report=RowsReport(
            picture=data_uri(test.images[query.image]),
            label=test.class_names[test.labels[query.image]],
            class_names=test.class_names,
            hidden=states.shape[1],
            units=tuple(units.tolist()),
            from_row=_numbers(from_row[:, units]),
            from_state=_numbers(from_state[:, units]),
            states=_numbers(states[:, units]),
            looks=answers(setup.network.head, states),
            training_images=len(setup.training_set),
            steps=report.protocol.steps,
            accuracy=report.metrics.accuracy,
        )
    )


def _must_be_short(experiment: Experiment) -> None:
    """Queries take no training slot and cannot be cancelled: what takes longer than a moment is none."""
    training, per_class = experiment.training, experiment.target.per_class
    asked = {
        "training.steps": (training.steps, STEPS),
        "training.batch_size": (training.batch_size, BATCH),
        "target.per_class": (per_class, PER_CLASS),
    }
    for field, (value, most) in asked.items():
        if value is None or value > most:
            raise SpecError((Fault(field, "not_allowed", str(value), dict.fromkeys(LANGUAGES, f"1…{most}")),))


def row_experiment(experiment: Experiment) -> Experiment:
    """The same training for the plain recurrent net, which starts from nothing."""
    bare = entered(experiment, "row_net")
    return bare.model_copy(update={"model": bare.model.model_copy(update={"backbone": NET})})


def _net(experiment: Experiment) -> Iterator[Event]:
    """A trained net and its report, as the generator's value; yields after every step of a training."""
    key = experiment.model_dump_json()
    found = _trained.get(key)
    if found is None:
        setup = prepare(experiment)
        work, done, total = train_prepared(setup, looks=False), 0, len(setup.plan.batches)
        while True:
            try:
                next(work)
            except StopIteration as end:
                found = (setup, end.value)
                break
            done = min(done + 1, total)
            yield Progress(entrant="", done=done, total=total)
    with _LOCK:
        _trained[key] = found
        _trained.move_to_end(key)
        while len(_trained) > NETS:
            _trained.popitem(last=False)
    return found


@torch.no_grad()
def unrolled(cell: nn.RNN, rows: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """`h_t = tanh(W x_t + b + U h_{t-1})`, step by step: `W x_t + b`, `U h_{t-1}` and `h_t`, each `(rows, hidden)`.

    PyTorch has two biases, which act as their sum; both are counted with the row.
    """
    state, found = torch.zeros(cell.hidden_size, device=rows.device), []
    for row in rows:
        from_row = cell.weight_ih_l0 @ row + cell.bias_ih_l0 + cell.bias_hh_l0
        from_state = cell.weight_hh_l0 @ state
        state = torch.tanh(from_row + from_state)
        found.append((from_row, from_state, state))
    first, second, third = (torch.stack(part).cpu() for part in zip(*found, strict=True))
    return first, second, third


@torch.no_grad()
def answers(head: nn.Linear, states: Tensor) -> tuple[RowLook, ...]:
    """What the head answers before the first row and each time it has been given another state.

    It weighs the states after rows 8, 16, 24 and 32; one that is yet to come counts as 0. The last is the net's answer.
    """
    given = torch.zeros(head.in_features)
    looks = []
    for row in range(0, len(states) + 1, EVERY):
        if row:
            place = (row // EVERY - 1) * states.shape[1]
            given[place : place + states.shape[1]] = states[row - 1]
        scores = head.weight.cpu() @ given + head.bias.cpu()
        shares = tuple(round(share, 4) for share in scores.double().softmax(dim=0).tolist())
        said = tuple(round(score, 4) for score in scores.tolist())
        looks.append(RowLook(row=row, probabilities=shares, scores=said))
    return tuple(looks)


def _numbers(block: Tensor) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(round(value, 4) for value in row) for row in block.tolist())
