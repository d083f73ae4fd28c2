"""Terms in running text: `[[freeze|frozen]]` in a lesson's words shows its definition on hover and on keyboard focus.

The mark becomes HTML in the middle of Markdown, so the text has to be drawn with `unsafe_allow_html=True`; of
Streamlit 1.67's sanitiser, `abbr` with `class`, `tabindex`, `id` and `aria-describedby` survives (measured).
"""

from __future__ import annotations

import re
from html import escape
from zlib import crc32

from pages.kit import language
from pages.kit.language import HTML_LANG
from pages.kit.words import catalogue, t
from tl_core.text import LANGUAGES

MARK = re.compile(r"\[\[(\w+)\|([^\]]+)\]\]")
EMPHASISED = re.compile(rf"(?P<sign>\*{{0,2}}){MARK.pattern}(?P=sign)")
TAGS = {"": "{}", "*": "<em>{}</em>", "**": "<strong>{}</strong>"}
MARKDOWN_SIGNS = re.compile(r"[\\`*_{}\[\]$|~:#!+]")


def with_terms(text: str) -> str:
    """Markdown with each mark replaced by the word, its definition hidden beside it until it is asked for.

    A mark of a term that the glossary does not have is a `KeyError`.
    """
    place = f"{crc32(text.encode()):x}"  # ids stay unique when several texts of a page explain the same term
    ids = (f"term-{place}-{number}" for number in range(len(text)))
    return EMPHASISED.sub(lambda found: _drawn(found[1], _explained(found[2], found[3], next(ids))), text)


def _drawn(sign: str, html: str) -> str:
    """Bold and italic around a mark become HTML too: beside a tag and a Chinese character, Markdown ends no bold."""
    return TAGS[sign].format(html)


def term_name(name: str, lang: str) -> str:
    """What the term is called in one language, whichever the reader has chosen."""
    return catalogue(lang)[f"glossary.term.{name}.name"]


def short_name(name: str, lang: str) -> str:
    """The first of its names, without the second one in brackets."""
    return re.split(r"\s*[(\uff08]", term_name(name, lang))[0]


def term_text(name: str, lang: str) -> str:
    """Its definition in one language."""
    return catalogue(lang)[f"glossary.term.{name}.text"]


def _explained(name: str, word: str, place: str) -> str:
    current = language.current()
    others = "".join(
        f' <i lang="{HTML_LANG[lang]}">{_literal(term_name(name, lang))}</i>' for lang in LANGUAGES if lang != current
    )
    told = f"<b>{_literal(term_name(name, current))}</b>{others} {_literal(t(f'glossary.term.{name}.text'))}"
    return (
        f'<abbr class="term" tabindex="0" aria-describedby="{place}">{word}'
        f'<span class="told" role="tooltip" id="{place}">{told}</span></abbr>'
    )


def _literal(text: str) -> str:
    """Text that neither HTML nor Markdown takes for more than text."""
    return MARKDOWN_SIGNS.sub(lambda sign: f"&#{ord(sign[0])};", escape(text, quote=False))
