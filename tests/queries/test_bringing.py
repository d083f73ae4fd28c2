"""Models and pictures on their way in: files come beside the query, and nets and pictures go beside the report."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256

import pytest

from tests.data.brought import folder, two_classes
from tests.models.exports import SHIPPED, files, zipped
from tests.performing import report_of
from tl_core import attachments
from tl_core.data.dataset import SIZE
from tl_core.errors import DataError, WeightsError
from tl_core.models.weights import FOLDER, source_weights
from tl_core.perform import files_of, take_files
from tl_core.reports import REPORT
from tl_core.requests.intake import IntakeQuery, IntakeReport, Uploaded
from tl_core.requests.model import ModelQuery


def uploaded(content: bytes, name: str) -> Uploaded:
    """As the lab sends it: an attachment by the id of its content."""
    file = attachments.id_of(content)
    take_files({file: content})
    return Uploaded(name=name, file=file)


def test_an_export_becomes_a_net_that_travels_in_our_own_form():
    content = SHIPPED.read_bytes()
    report = report_of(ModelQuery(file=uploaded(content, "mine.zip")))
    assert (report.origin, report.backbone, report.input_size) == ("teachable_machine", "mobilenet_v2_035", 224)
    assert report.groups == ("stem", "stage1", "stage2", "stage3", "stage4", "stage5", "final")
    assert (report.labels, report.size) == (("cat", "dog", "狗"), len(content))
    ((name, file),) = files_of(report).items()
    take_files({name: file})
    assert source_weights(name).card["backbone"] == report.backbone
    assert REPORT.validate_json(report.model_dump_json()) == report


def test_a_card_may_come_as_a_file_of_its_own():
    file = uploaded((FOLDER / "letters.safetensors").read_bytes(), "letters.safetensors")
    card = uploaded((FOLDER / "letters.json").read_bytes(), "letters.json")
    report = report_of(ModelQuery(file=file, card=card))
    assert (report.origin, report.backbone, report.input_size) == ("safetensors", "resnet_tiny", SIZE)
    assert report.labels == tuple(source_weights("letters").card["data"]["classes"])
    assert list(files_of(report)) == [report.net]


def test_what_cannot_be_taken_is_said_by_the_uploads_name():
    pose = files(lambda one: one["metadata.json"].update(packageName="@teachablemachine/pose"))
    with pytest.raises(WeightsError, match=r"狗 pose\.zip is a Teachable Machine pose project"):
        report_of(ModelQuery(file=uploaded(zipped(pose), "狗 pose.zip")))
    with pytest.raises(DataError) as lost:
        report_of(ModelQuery(file=Uploaded(name="gone.zip", file="file-0123456789abcdef")))
    assert lost.value.code == "upload_lost"


def brought(**asked: object) -> IntakeReport:
    return report_of(IntakeQuery(**asked))


def test_a_ready_set_comes_as_pictures_that_travel_beside_the_report():
    report = brought(ready="digits", per_class=2)
    assert Counter(one.class_name for one in report.pictures) == {str(digit): 2 for digit in range(10)}
    sent = files_of(report)
    assert {sha256(sent[one.file]).hexdigest() for one in report.pictures} == {one.digest for one in report.pictures}
    assert len(brought(ready="digits", per_class=2, room=3).pictures) == 3


def test_a_folder_comes_by_its_name_and_only_if_the_operator_lists_it(tmp_path, monkeypatch):
    folder(tmp_path / "pets", two_classes(3))
    monkeypatch.setenv("TL_FOLDERS", str(tmp_path / "pets"))
    assert Counter(one.class_name for one in brought(folder="pets").pictures) == {"cat": 3, "dog": 3}
    for name in ("../pets", str(tmp_path / "pets"), "others"):
        with pytest.raises(DataError, match="listed: pets"):
            brought(folder=name)
