"""Where pages bring a model of a person's own: asks a worker to read it, holds it against the quotas, keeps it.

And where they use any net that the lab keeps: on a picture, which is kept nowhere, or as a file to take along.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tl_core.attachments import id_of
from tl_core.data.layout import shown_name
from tl_core.data.limits import MEGABYTE
from tl_core.errors import LabError
from tl_core.lab.brought_models import BroughtModel, BroughtModels
from tl_core.lab.owners import secret_free
from tl_core.lab.picture_desk import kept
from tl_core.lab.settings import Limits
from tl_core.reports import Report
from tl_core.requests import Query
from tl_core.requests.intake import Uploaded
from tl_core.requests.model import ModelQuery, ModelReport
from tl_core.requests.use import Form, TakeQuery, TakeReport, UseQuery, UseReport

PATIENCE = 60.0  # seconds for a worker to read a model: a ResNet-18 takes two
PATIENCE_TO_TAKE = 120.0  # a program takes 7 s of one core, see `tl_core.queries.taking`
MODELS_EACH = 8

Asked = Callable[[Query, float, Mapping[str, bytes]], tuple[Report, dict[str, bytes]]]  # see `lab.asking.Asking`


class ModelDesk:
    """Thread safe. `owner` is the notebook's secret code. What is kept may raise `LabError` `images_not_kept`."""

    def __init__(self, models: BroughtModels, ask: Asked, limits: Limits) -> None:
        self._models, self._ask, self._limits = models, ask, limits

    def of(self, owner: str) -> tuple[BroughtModel, ...]:
        """The notebook's models, the latest first."""
        with kept():
            return self._models.of(secret_free(owner))

    def bring(self, owner: str, name: str, content: bytes, card: tuple[str, bytes] | None = None) -> BroughtModel:
        """A model out of a file; `card` is the JSON file that lay beside it.

        Raises:
            LabError: `models_full` where the notebook or the server keeps no more.
            TLError: with the code of what the file is not.
        """
        asker = secret_free(owner)
        self._check_room(asker)
        files = {id_of(content): content}
        beside = None
        if card is not None:
            files[id_of(card[1])] = card[1]
            beside = Uploaded(name=shown_name(card[0]), file=id_of(card[1]))
        query = ModelQuery(file=Uploaded(name=shown_name(name), file=id_of(content)), card=beside)
        report, named = self._ask(query, PATIENCE, files)
        assert isinstance(report, ModelReport)
        with kept():
            self._models.keep(asker, shown_name(name), report, named[report.net])
        return BroughtModel(name, report)

    def use(self, net: str, name: str, content: bytes, explained: int | None = None) -> UseReport:
        """What a net says of a picture; `explained` as in `UseQuery`. Raises `TLError` for what cannot be used."""
        query = UseQuery(net=net, file=Uploaded(name=shown_name(name), file=id_of(content)), explained=explained)
        report, _ = self._ask(query, PATIENCE, {id_of(content): content})
        assert isinstance(report, UseReport)
        return report

    def take(self, net: str, form: Form) -> tuple[TakeReport, bytes]:
        """A net as a file in one of the forms. Raises `TLError`, `onnx_missing` among others."""
        report, named = self._ask(TakeQuery(net=net, form=form), PATIENCE_TO_TAKE, {})
        assert isinstance(report, TakeReport)
        return report, named[report.file]

    def delete(self, owner: str, model: str) -> None:
        """Take a model out of the notebook, for good."""
        with kept():
            self._models.delete(secret_free(owner), model)

    def _check_room(self, asker: str) -> None:
        most = self._limits.model_megabytes
        with kept():
            if len(self._models.of(asker)) >= MODELS_EACH:
                raise LabError("models_full", most=MODELS_EACH)
            if most is not None and self._models.bytes_held() >= most * MEGABYTE:
                raise LabError("models_server_full", most=most)
