"""Own pictures and models without an engine: real desks on databases in memory, whose worker reads nothing."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from hashlib import sha256
from io import BytesIO

from tl_core.checkup_report import (
    CheckupReport,
    ConfusionCell,
    Duplicates,
    Flaw,
    Picture,
    Probe,
    Recording,
    Suspect,
)
from tl_core.checkup_request import CheckupQuery
from tl_core.errors import DataError, WeightsError
from tl_core.intake_query import IntakeQuery, IntakeReport, RefusedFile, TakenPicture
from tl_core.lab.model_desk import ModelDesk
from tl_core.lab.picture_desk import PictureDesk
from tl_core.lab.settings import Limits
from tl_core.lab.store import Store
from tl_core.measured import Interval
from tl_core.model_query import ModelQuery, ModelReport

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


def fake_models() -> ModelDesk:
    return ModelDesk(Store("sqlite://").models, _model, Limits())


def _model(query: ModelQuery, timeout: float, files: Mapping[str, bytes]) -> tuple[ModelReport, dict[str, bytes]]:
    """A file called `bad` is none; any other is a Teachable Machine export."""
    content = files[query.file.file]
    if "bad" in query.file.name:
        raise WeightsError("model_unknown", path=query.file.name)
    net = f"weights-{sha256(content).hexdigest()[:16]}"
    facts = {"origin": "teachable_machine", "backbone": "mobilenet_v2_035", "input_size": 224, "size": len(content)}
    return ModelReport(net=net, groups=("stem", "stage1"), labels=("cup", "pen"), **facts), {net: content}
