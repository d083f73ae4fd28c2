"""Own pictures and models without an engine: real desks on databases in memory, whose worker reads nothing."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from hashlib import sha256
from io import BytesIO

from tl_core.errors import DataError, WeightsError
from tl_core.evaluation.folded import FoldPlan
from tl_core.experiment import Experiment
from tl_core.lab.model_desk import ModelDesk
from tl_core.lab.picture_desk import PictureDesk
from tl_core.lab.settings import Limits
from tl_core.lab.store import Store
from tl_core.measured import Interval
from tl_core.reports import Report
from tl_core.reports.advice import Advice, AdviceReport, Facts, Reason
from tl_core.reports.checkup import (
    CheckupReport,
    ConfusionCell,
    Duplicates,
    Flaw,
    Picture,
    Probe,
    Recording,
    Suspect,
)
from tl_core.requests import Query
from tl_core.requests.advice import AdviceQuery
from tl_core.requests.checkup import CheckupQuery
from tl_core.requests.intake import IntakeQuery, IntakeReport, RefusedFile, TakenPicture
from tl_core.requests.model import ModelQuery, ModelReport
from tl_core.requests.use import ENDINGS, Likeness, TakeQuery, TakeReport, UseQuery, UseReport

PIXEL = "data:image/png;base64,iVBORw0KGgo="
ONE_PIXEL = "UklGRhoAAABXRUJQVlA4TA4AAAAvAAAAEAcQERGIiP4HAA=="


def fake_desk() -> PictureDesk:
    return PictureDesk(Store("sqlite://").albums, _intake, Limits(image_days=30, image_megabytes_each=200))


def _intake(query: IntakeQuery, timeout: float, files: Mapping[str, bytes]) -> tuple[IntakeReport, dict[str, bytes]]:
    """A zip holds a line a picture, `<class>/<name>`; one called `bad` is refused, one called `locked` refuses all."""
    contents: dict[str, bytes] = {}
    pictures, refused = [], []
    for name, class_name in _named(query, files):
        if "locked" in name:
            raise DataError("images_zip_locked", path=name)
        if "bad" in name or class_name is None:
            refused.append(RefusedFile(name=name, reason="classless" if class_name is None else "damaged"))
            continue
        content = f"{class_name}/{name}".encode()
        digest = sha256(content).hexdigest()
        contents[digest] = content
        facts = {"width": 640, "height": 480, "thumb": ONE_PIXEL, "part": "train"}
        animated = name.endswith(".gif")
        pictures.append(
            TakenPicture(name=name, class_name=class_name, digest=digest, file=digest, animated=animated, **facts)
        )
    return IntakeReport(pictures=tuple(pictures[: query.room]), refused=tuple(refused)), contents


def _named(query: IntakeQuery, files: Mapping[str, bytes]) -> list[tuple[str, str | None]]:
    if query.ready:
        return [(f"{query.ready} {n}", f"class {n % 2}") for n in range(2 * query.per_class)]
    found: list[tuple[str, str | None]] = []
    for one in query.files:
        if one.name.endswith(".zip"):
            found += [(name, name.split("/")[0]) for name in files[one.file].decode().split()]
        else:
            found.append((one.name, query.class_name))
    return found


def checkup_report(zipped: bytes, query: CheckupQuery) -> CheckupReport:
    """Of each kind one finding: the first picture's label is doubted, the first two are copies, the last is dark."""
    with zipfile.ZipFile(BytesIO(zipped)) as archive:
        names = archive.namelist()
    classes = tuple(sorted({name.split("/")[1] for name in names}))
    label, last = names[0].split("/")[1], len(names) - 1
    other = next(name for name in classes if name != label)
    pictures = tuple(
        Picture(name=name, class_name=name.split("/")[1], part="train", loss=0.1, own=0.9, guess=name.split("/")[1])
        for name in names
    )
    accuracy = Interval(value=0.5 + 0.01 * len(names), low=0.4, high=0.9, n=len(names))
    facts = {"confusion": None, "left_out": (), "one_recording": ()}
    cells = (ConfusionCell(label=label, guess=other, pictures=(0, 1)),)
    probe = Probe(class_names=classes, images=len(names), folds=5, accuracy=accuracy, cells=cells, **facts)
    doubtful = label == classes[0]
    return CheckupReport(
        dataset=query.dataset,
        source=query.source,
        class_names=classes,
        pictures=pictures,
        unreadable=0,
        bar=0.85,
        duplicates=(Duplicates(kind="near", pictures=(0, 1), similarity=0.97, labels_differ=False),),
        recordings=(Recording(pictures=(0, 1, 2), similarity=0.9, parted=True),),
        leaks=(),
        looked_at=64,
        flaws=(Flaw(picture=last, kind="dark", value=15, threshold=80),),
        suspects=(Suspect(picture=0, loss=3.4, own=0.03, suggestion=other, confidence=0.96),) if doubtful else (),
        probe=probe,
        seconds=0.5,
    )


def advice_report(query: AdviceQuery) -> AdviceReport:
    """All three ways for one minute, else frozen alone."""
    target = {"dataset": query.dataset, "per_class": None}
    ways = ("frozen", "fine_tune", "scratch") if query.seconds == 60 else ("frozen",)
    experiments = tuple(
        Experiment.model_validate({"source": "natural", "target": target, "strategy": {"name": way}}) for way in ways
    )
    plan = FoldPlan(folds=5, groups=query.groups, pooled=True)
    reasons = (Reason(code="source_natural"), Reason(code="only_frozen", numbers={"head": 60, "step": 0.2}))
    numbers = {"units": 50, "folds": 5, "repeats": 1, "bar": 461, "least": 12.0}
    advice = Advice(
        experiments=experiments,
        recommended="frozen",
        plan=plan,
        seconds=4.0,
        reasons=reasons,
        protocol=Reason(code="in_turns", numbers=numbers),
        better=(Reason(code="get_teachable_machine"),),
        least=0.12,
    )
    facts = {"images": 50, "classes": 2, "units": 50, "smallest": 25, "side": 256, "coloured": True, "device": "cpu"}
    asked = {"dataset": query.dataset, "seconds": query.seconds, "speeds": ()}
    return AdviceReport(facts=Facts(**facts, **asked), advice=advice, seconds=1.0)


def fake_models() -> ModelDesk:
    return ModelDesk(Store("sqlite://").models, _answer, Limits())


def _answer(query: Query, timeout: float, files: Mapping[str, bytes]) -> tuple[Report, dict[str, bytes]]:
    if isinstance(query, UseQuery):
        return _used(query), {}
    if isinstance(query, TakeQuery):
        return _taken(query)
    return _model(query, timeout, files)


def _used(query: UseQuery) -> UseReport:
    """A pen with 70 %; a picture called `moon` is unlike anything, one called `flat` has no heat."""
    if "bad" in query.file.name:
        raise DataError("picture_damaged")
    name = query.file.name
    return UseReport(
        net=query.net,
        class_names=("cup", "pen"),
        probabilities=(0.3, 0.7),
        temperature=None,
        likeness=Likeness(nearer=0.99, images=40, unlike="moon" in name),
        picture=PIXEL,
        explained=1,
        heat=None if "flat" in name else PIXEL,
        layer="stage3",
        places=8,
        no_heat="nothing" if "flat" in name else None,
        seconds=0.1,
    )


def _taken(query: TakeQuery) -> tuple[TakeReport, dict[str, bytes]]:
    if query.form == "onnx":
        raise WeightsError("onnx_missing", part="onnx")
    facts = {"size": 3, "side": 32, "class_names": ("cup", "pen")}
    name = f"mine{ENDINGS[query.form]}"
    return TakeReport(net=query.net, form=query.form, file="file-1", name=name, **facts), {"file-1": b"net"}


def _model(query: ModelQuery, timeout: float, files: Mapping[str, bytes]) -> tuple[ModelReport, dict[str, bytes]]:
    """A file called `bad` is none; any other is a Teachable Machine export."""
    content = files[query.file.file]
    if "bad" in query.file.name:
        raise WeightsError("model_unknown", path=query.file.name)
    net = f"weights-{sha256(content).hexdigest()[:16]}"
    facts = {"origin": "teachable_machine", "backbone": "mobilenet_v2_035", "input_size": 224, "size": len(content)}
    return ModelReport(net=net, groups=("stem", "stage1"), labels=("cup", "pen"), **facts), {net: content}
