"""Both languages say the same things, and no sentence hides in the code."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from pages.kit.map import CHAPTERS
from pages.kit.words import FOLDER, catalogue
from tl_core.registry import ENTRANTS, SOURCES, STRATEGIES

PAGES = Path(__file__).parents[2] / "pages"
CJK = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_have_the_same_keys_and_placeholders():
    english, chinese = catalogue("en"), catalogue("zh")
    assert english.keys() == chinese.keys()
    different = [key for key in english if placeholders(english[key]) != placeholders(chinese[key])]
    assert different == []


def test_both_languages_have_the_same_long_texts():
    assert {p.name for p in (FOLDER / "en").iterdir()} == {p.name for p in (FOLDER / "zh").iterdir()}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_percent_sign_stands_close_to_its_number_as_code_formats_it(language):
    """Texts once said "87.3%" where a format made the number and "95 %" where a person had typed it."""
    long_texts = {path.name: path.read_text("utf-8") for path in (FOLDER / language).glob("*.md")}
    texts = {**catalogue(language), **long_texts}
    assert [name for name, text in texts.items() if re.search(r"[\d}]\s%(?!\w)", text)] == []


def test_no_word_is_left_untranslated():
    """Words equal in both languages are numbers, marks or names; anything longer was forgotten."""
    english, chinese = catalogue("en"), catalogue("zh")
    same = [key for key in english if english[key] == chinese[key] and re.search(r"[A-Za-z]{3,}", english[key])]
    names_only = {key for key in same if not re.search(r"[a-z]{3,}", re.sub(r"{[^}]*}", "", english[key]))}
    assert set(same) - names_only == set()


@pytest.mark.parametrize("path", sorted(PAGES.rglob("*.py")), ids=lambda path: str(path.relative_to(PAGES)))
def test_no_chinese_sentence_stands_in_code(path):
    assert not CJK.search(path.read_text(encoding="utf-8"))


def test_everything_on_the_map_and_every_choice_has_a_name():
    words = catalogue("en")
    for chapter, topics in CHAPTERS.items():
        assert f"chapter.{chapter}" in words
        for topic in topics:
            assert f"map.{topic}" in words
    for kind, names in (("source", SOURCES), ("strategy", STRATEGIES), ("entrant", set(ENTRANTS) - set(STRATEGIES))):
        for name in names:
            assert f"option.{kind}.{name}" in words


def test_every_key_that_the_code_names_exists():
    """Keys written out in full; those put together at run time are met by the page tests."""
    keys = {
        key
        for path in PAGES.rglob("*.py")
        for key in re.findall(r"""\bt\(\s*["']([a-z_0-9.]+)["']""", path.read_text(encoding="utf-8"))
    }
    assert keys - catalogue("en").keys() == set()
