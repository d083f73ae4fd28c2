"""A person's own folder or zip: classes, splits, what is left out and why. No picture is in two splits."""

from __future__ import annotations

import random

import pytest
import torch

from tests.data.brought import content, folder, picture, png, two_classes, zipped
from tl_core.data.arrange import pixel_hashes
from tl_core.data.decode import decode
from tl_core.data.folder import read_images
from tl_core.errors import DataError

SPLIT = {f"train/{name}": data for name, data in two_classes(6).items()}
TEST = {f"{kind}/{i}.png": png(500 + 10 * k + i) for k, kind in enumerate(("cat", "dog")) for i in range(2)}


def reasons(own) -> dict[str, str]:
    return {one.name: one.reason for one in own.skipped}


def pixels(dataset) -> set[bytes]:
    return set(pixel_hashes(dataset.images))


def test_class_folders_give_sorted_classes_and_a_fifth_of_each_is_held_out(tmp_path):
    own = read_images(folder(tmp_path / "pets", two_classes()))
    assert own.splits.train.class_names == ("cat", "dog")
    assert torch.bincount(own.splits.train.labels).tolist() == [8, 8]
    assert torch.bincount(own.splits.test.labels).tolist() == [2, 2]
    assert own.splits.train.images.shape == (16, 3, 32, 32)
    assert own.splits.train.domain == "pets"
    assert (own.splits.parting.rule, own.splits.parting.share) == ("share", 0.2)
    assert not own.skipped


def pixels_of(data: bytes) -> bytes:
    return pixel_hashes(decode(data, 32)[None])[0]


def test_a_label_belongs_to_its_picture(tmp_path):
    own = read_images(folder(tmp_path, two_classes()))
    dogs = {pixels_of(data) for name, data in two_classes().items() if name.startswith("dog")}
    for dataset in (own.splits.train, own.splits.test):
        for image, label in zip(pixel_hashes(dataset.images), dataset.labels.tolist(), strict=True):
            assert (image in dogs) == (dataset.class_names[label] == "dog")


@pytest.mark.parametrize("name", ["test", "Test", "val", "valid", "validation"])
def test_a_test_or_val_folder_is_the_test_split_and_is_never_trained_on(tmp_path, name):
    own = read_images(folder(tmp_path, SPLIT | {f"{name}/{file}": data for file, data in TEST.items()}))
    assert (len(own.splits.train), len(own.splits.test)) == (12, 4)
    assert own.splits.parting.rule == "folder"
    assert not pixels(own.splits.train) & {pixels_of(data) for data in TEST.values()}


def test_beside_a_test_folder_a_val_folder_is_left_aside_and_named(tmp_path):
    extra = {
        "val/cat/9.png": png(900),
        "test/dog/1.png": png(901),
        "test/cat/1.png": png(902),
        "notes/cat/1.png": png(3),
    }
    own = read_images(folder(tmp_path, SPLIT | extra))
    assert (len(own.splits.train), len(own.splits.test)) == (12, 2)
    assert reasons(own) == {"val/cat/9.png": "aside", "notes/cat/1.png": "aside"}


def test_a_test_folder_may_lie_beside_the_classes_themselves(tmp_path):
    own = read_images(folder(tmp_path, two_classes(6) | {f"test/{name}": data for name, data in TEST.items()}))
    assert (len(own.splits.train), len(own.splits.test)) == (12, 4)


def test_a_test_folder_without_labels_is_not_trained_on_either(tmp_path):
    own = read_images(folder(tmp_path, SPLIT | {"test/1.png": png(901), "test/2.png": png(902)}))
    assert own.splits.parting.rule == "share"
    assert reasons(own) == {"test/1.png": "classless", "test/2.png": "classless"}
    assert len(own.splits.train) + len(own.splits.test) == 12


def test_classes_may_be_called_test_and_train_where_they_hold_the_images_themselves(tmp_path):
    own = read_images(folder(tmp_path, {f"{name}/{i}.png": png(i) for i, name in enumerate(["test", "train"] * 3)}))
    assert own.splits.train.class_names == ("test", "train")


def test_folders_that_wrap_everything_are_passed_through_and_inner_folders_belong_to_their_class(tmp_path):
    files = {f"photos/2024/{name}": data for name, data in two_classes(4).items()}
    own = read_images(
        zipped(tmp_path / "x.zip", files | {"photos/2024/dog/deep/1.png": png(77), "photos/readme.txt": b"x"})
    )
    assert own.splits.train.class_names == ("cat", "dog")
    assert len(own.splits.train) + len(own.splits.test) == 9
    assert reasons(own) == {"photos/readme.txt": "classless"}


def test_the_content_decides_what_is_an_image_and_everything_else_is_listed(tmp_path):
    odd = {
        "cat/photo.txt": png(41),
        "cat/empty.png": b"",
        "cat/notes.jpg": b"no image",
        "dog/half.jpg": content(picture(42), "JPEG")[:-100],
        "only words/readme.md": b"# no class",
        "loose.png": png(43),
    }
    own = read_images(folder(tmp_path, two_classes() | odd))
    assert own.splits.train.class_names == ("cat", "dog")
    assert len(own.splits.train) + len(own.splits.test) == 21
    assert own.splits.parting.unreadable == 4
    assert reasons(own) == {
        "cat/empty.png": "empty",
        "cat/notes.jpg": "not_an_image",
        "dog/half.jpg": "damaged",
        "only words/readme.md": "not_an_image",
        "loose.png": "classless",
    }
    for language in ("en", "zh"):
        assert any("dog/half.jpg" in line for line in own.lines(language))


def test_hidden_files_and_what_macos_adds_are_not_even_mentioned(tmp_path):
    hidden = {"__MACOSX/cat/._1.png": b"x", "cat/.DS_Store": b"x", ".git/dog/1.png": png(1), "../dog/1.png": png(2)}
    own = read_images(zipped(tmp_path / "x.zip", hidden | two_classes()))
    assert not own.skipped
    assert len(own.splits.train) + len(own.splits.test) == 20


def test_a_picture_of_the_test_split_is_taken_out_of_training_whatever_its_name_and_format(tmp_path):
    leaked = {"train/cat/copy.bmp": content(picture(500), "BMP")}  # the test's first cat
    own = read_images(folder(tmp_path, SPLIT | leaked | {f"test/{file}": data for file, data in TEST.items()}))
    assert not pixels(own.splits.train) & pixels(own.splits.test)
    [double] = own.duplicates
    assert (double.name, double.kept, double.in_test) == ("train/cat/copy.bmp", "test/cat/0.png", True)
    assert own.splits.parting.duplicates == 1
    assert any("copy.bmp" in line for line in own.lines("zh"))


def test_without_a_test_folder_the_two_copies_of_a_picture_never_land_on_both_sides(tmp_path):
    copies = {f"{name.removesuffix('.png')} copy.png": data for name, data in two_classes().items()}
    own = read_images(folder(tmp_path, two_classes() | copies))
    assert len(own.duplicates) == 20
    assert len(own.splits.train) + len(own.splits.test) == 20
    assert not pixels(own.splits.train) & pixels(own.splits.test)


def test_the_order_of_a_zip_and_the_names_of_its_files_change_nothing(tmp_path):
    files = list(two_classes().items())
    plain = read_images(folder(tmp_path / "a", dict(files)))
    random.Random(3).shuffle(files)
    renamed = {f"wrapped/{name.split('/')[0]}/{i}.jpg": data for i, (name, data) in enumerate(files)}
    shuffled = read_images(zipped(tmp_path / "b.zip", renamed))
    assert shuffled.id == plain.id
    assert shuffled.splits.train.hash() == plain.splits.train.hash()
    assert shuffled.splits.test.hash() == plain.splits.test.hash()


def test_the_split_depends_on_its_seed_alone(tmp_path):
    path = folder(tmp_path, two_classes(20))
    torch.manual_seed(1)
    first = read_images(path, seed=5).splits.test.hash()
    torch.manual_seed(2)
    assert read_images(path, seed=5).splits.test.hash() == first
    assert read_images(path, seed=6).splits.test.hash() != first


def test_the_first_test_images_are_of_all_classes_for_the_live_curve_looks_at_these_only(tmp_path):
    many = {f"test/{name}": data for name, data in two_classes(60).items()}
    test = read_images(folder(tmp_path, many | {f"train/{name}": data for name, data in TEST.items()})).splits.test
    assert set(test.labels[:12].tolist()) == {0, 1}


def test_a_zip_from_a_chinese_windows_keeps_the_names_of_its_classes(tmp_path):
    cats, dogs = "\u732b", "\u72d7"
    names = {"cat": b"C~/", "dog": b"D~/"}  # as long as one sign in GBK, which Explorer writes without saying so
    path = zipped(tmp_path / "x.zip", {names[k[:3]].decode() + k[4:]: data for k, data in two_classes(3).items()})
    data = path.read_bytes()
    for sign, name in ((cats, b"C~/"), (dogs, b"D~/")):
        data = data.replace(name, f"{sign}/".encode("gbk"))
    path.write_bytes(data)
    assert read_images(path).splits.train.class_names == (dogs, cats)


def test_photos_come_at_the_size_that_is_asked_for(tmp_path):
    assert read_images(folder(tmp_path, two_classes(3)), size=224).splits.train.images.shape[1:] == (3, 224, 224)


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"cat/1.png": png(1), "cat/2.png": png(2)}, "at least two folders"),
        ({"cat/1.png": png(1), "cat/2.png": png(2), "dog/1.png": png(3)}, "class dog has 1 usable"),
        (
            {"cat/1.png": png(1), "cat/2.png": png(2), "dog/1.png": png(3), "dog/2.png": png(3)},
            "class dog has 1 usable",
        ),
        ({"1.png": png(1), "2.png": png(2)}, "at least two folders"),
        ({"a/1.txt": b"x", "b/1.txt": b"x"}, "at least two folders"),
        ({"test/cat/1.png": png(1), "test/dog/1.png": png(2)}, "at least two folders"),
    ],
)
def test_what_cannot_be_learnt_from_is_one_clear_sentence(tmp_path, files, words):
    with pytest.raises(DataError) as caught:
        read_images(folder(tmp_path, files))
    assert words in str(caught.value)


def test_a_zip_that_is_locked_or_damaged_or_none_and_a_path_to_nowhere_are_sentences(tmp_path):
    locked = zipped(tmp_path / "locked.zip", two_classes(2))
    data = bytearray(locked.read_bytes())
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(signature)
        while at >= 0:
            data[at + flags] |= 1
            at = data.find(signature, at + 4)
    locked.write_bytes(bytes(data))
    (tmp_path / "text.zip").write_bytes(b"PK but no zip")
    for path, words in ((locked, "password"), (tmp_path / "text.zip", "neither"), (tmp_path / "none", "no folder")):
        with pytest.raises(DataError) as caught:
            read_images(path)
        assert words in str(caught.value)


def test_a_damaged_entry_of_a_zip_is_left_out_and_the_others_are_read(tmp_path):
    path = zipped(tmp_path / "x.zip", two_classes())
    data = path.read_bytes()
    at = data.find(png(3))
    path.write_bytes(data[: at + 60] + b"\x00" * 8 + data[at + 68 :])
    own = read_images(path)
    assert reasons(own) == {"cat/3.png": "damaged"}
    assert len(own.splits.train) + len(own.splits.test) == 19
