"""The zip that a model may come in: as hostile as those of pictures."""

from __future__ import annotations

import tracemalloc
import zipfile

import pytest

from tests.data.hostile import ENTRY, MEGABYTE, beside, end_of_zip, entry, liar, zipped
from tl_core.errors import WeightsError
from tl_core.models.zipped import unzipped


def test_contents_come_by_name():
    found = unzipped(zipped({"model.json": b"{}", ".hidden": b"x"}), "m.zip")
    assert {name: read() for name, read in found.items()} == {"model.json": b"{}"}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"PK\x03\x04" + ENTRY * 2**20, "model_zip_damaged"),
        (end_of_zip(40 * MEGABYTE), "model_zip_damaged"),
        (entry(20, "<I", MEGABYTE), "model_zip_damaged"),
        (beside("a", bytes(9_000), zipfile.ZIP_BZIP2), "model_zip_damaged"),
        (entry(8, "<H", 1), "model_zip_locked"),
        (entry(24, "<I", 500 * MEGABYTE), "model_zip_large"),
    ],
    ids=["lines", "table", "overlap", "bzip2", "locked", "large"],
)
def test_a_hostile_zip_is_refused_before_it_is_unpacked(data, code):
    with pytest.raises(WeightsError) as caught:
        unzipped(data, "m.zip")
    assert caught.value.code == code


def test_no_more_is_unpacked_than_the_table_says():
    data = liar()
    tracemalloc.start()
    with pytest.raises(WeightsError, match="damaged"):
        unzipped(data, "m.zip")["cat/2.png"]()
    assert tracemalloc.get_traced_memory()[1] < 5 * MEGABYTE
    tracemalloc.stop()
