"""The secret code of a notebook: 130 random bits in Crockford's base 32, which a person can read out and type.

The alphabet has no i, l, o and u: what is typed as one of the first three is taken for the digit that it looks like.
https://www.crockford.com/base32.html
"""

from __future__ import annotations

import re
import secrets

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
LENGTH = 26
GROUP = 5
_CODE = re.compile(f"[{ALPHABET}]{{{LENGTH}}}")
_LOOKS_LIKE = str.maketrans("oil", "011")


def new_code() -> str:
    """A code that nobody has."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def is_code(said: object) -> bool:
    """Whether this is a code exactly as it is kept; a browser can say anything."""
    return isinstance(said, str) and bool(_CODE.fullmatch(said))


def read_code(typed: str) -> str | None:
    """The code that somebody typed, whatever its case, spaces and dashes; `None` where it is none."""
    plain = re.sub(r"[\s\-\u2010-\u2015]", "", typed).lower().translate(_LOOKS_LIKE)
    return plain if is_code(plain) else None


def shown(code: str) -> str:
    """In groups of five, for reading out and writing down."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))
