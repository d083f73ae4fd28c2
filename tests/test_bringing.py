"""A model out of an upload: the file comes beside the query, and the net goes beside the report."""

from __future__ import annotations

import pytest

from tests.models.exports import SHIPPED, files, zipped
from tests.performing import report_of
from tl_core import attachments
from tl_core.data.dataset import SIZE
from tl_core.errors import DataError, WeightsError
from tl_core.intake_query import Uploaded
from tl_core.model_query import ModelQuery
from tl_core.models.weights import FOLDER, source_weights
from tl_core.perform import files_of, take_files
from tl_core.report import REPORT


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
