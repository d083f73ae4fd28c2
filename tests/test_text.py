"""Both languages say the same things: same keys, same placeholders, nothing missing."""

from __future__ import annotations

import string

import pytest

from tl_core.errors import TLError
from tl_core.registry import SOURCES, STRATEGIES
from tl_core.text import LANGUAGES, catalogue, load_catalogue, say


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_have_the_same_keys():
    assert set(catalogue("en")) == set(catalogue("zh"))


def test_every_sentence_has_the_same_placeholders_in_both_languages():
    for key, text in catalogue("en").items():
        assert placeholders(text) == placeholders(catalogue("zh")[key]), key


def test_no_sentence_of_the_chinese_catalogue_is_english():
    plain = {key for key, text in catalogue("zh").items() if not any("一" <= letter <= "鿿" for letter in text)}
    words = {key for key in plain if any(letter.isalpha() for letter in catalogue("zh")[key])}
    assert not {key for key in words if not placeholders(catalogue("zh")[key])}


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_of_strategies_and_sources_are_there(language):
    for name in STRATEGIES:
        assert say(language, f"option.strategy.{name}")
    for name in SOURCES:
        assert say(language, f"option.source.{name}")


def test_an_error_says_its_sentence_and_survives_the_way_from_a_worker():
    import pickle

    error = TLError("queue_full", running=1, waiting=2)
    assert "1 run in progress and 2 waiting" in str(error)
    again = pickle.loads(pickle.dumps(error))
    assert (again.code, again.params) == (error.code, error.params)


def test_the_same_key_in_two_files_is_refused(tmp_path):
    for name in ("a", "b"):
        (tmp_path / f"{name}.toml").write_text('[x]\ny = "z"\n')
    with pytest.raises(ValueError, match=r"x\.y"):
        load_catalogue(tmp_path)
