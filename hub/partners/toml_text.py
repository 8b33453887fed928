"""Reading a TOML file, with the traps of hand-written TOML told apart.

What lives here: text → tables, and the wording of syntax errors. Two equal keys
are refused by TOML itself; a code such as `0123` stays text as long as it is a
key; a bare Chinese key or a key with a dot needs quotes. What does not: any
meaning of the tables.
"""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

from hub.partners.problems import FaultyDeclaration, Problem

_PLACE = re.compile(r"\s*\(at (?P<place>line \d+, column \d+|end of document)\)")
_LINE = re.compile(r"at line (\d+)")
_TWICE = ("Cannot overwrite a value", "Cannot declare", "Duplicate inline table key")


def read_tables(path: Path, *, partner: str | None = None) -> dict[str, Any]:
    """The tables of a TOML file.

    Raises:
        FaultyDeclaration: unreadable, not UTF-8, or not TOML; names the line.
    """
    return parse_tables(read_text(path, partner=partner), path, partner=partner)


def read_text(path: Path, *, partner: str | None = None) -> str:
    """The text of a file.

    Raises:
        FaultyDeclaration: unreadable or not UTF-8; names the line.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        problem = Problem(
            f"line {line}", "the text is not UTF-8", "save the file as UTF-8"
        )
        raise FaultyDeclaration(path, [problem], partner=partner) from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        problem = Problem("", f"the file cannot be read ({reason})")
        raise FaultyDeclaration(path, [problem], partner=partner) from None


def parse_tables(
    text: str,
    path: Path,
    *,
    partner: str | None = None,
    exact: bool = False,
    next_step: str | None = None,
) -> dict[str, Any]:
    """The tables of a TOML text.

    Args:
        text: as `read_text` gives it.
        path: file that it was read from, for messages.
        partner: whose file it is, for messages.
        exact: numbers with a point as decimals instead of floats.
        next_step: what to do about an error, where no partner is concerned.

    Raises:
        FaultyDeclaration: not TOML; names the line.
    """
    try:
        return tomllib.loads(text, parse_float=Decimal if exact else float)
    except tomllib.TOMLDecodeError as error:
        problem = _syntax_problem(str(error), text)
        raise FaultyDeclaration(
            path, [problem], partner=partner, next_step=next_step
        ) from None


def _syntax_problem(message: str, text: str) -> Problem:
    """The sentence for a syntax error; nothing of the line itself is shown."""
    place = _PLACE.search(message)
    where = place["place"] if place else ""
    number = _LINE.search(message)
    lines = text.splitlines()
    at = int(number[1]) - 1 if number else len(lines)
    line = lines[at] if at < len(lines) else ""
    if message.startswith(_TWICE):
        return Problem(
            where, "a key or table is given twice", "keep one; TOML takes no second"
        )
    if not line.partition("=")[0].strip().strip("\"'").isascii():
        return Problem(
            where,
            "not valid TOML, and the key is not bare ASCII",
            'put the key in quotes, e.g. "结案" = "CLOSED"',
        )
    if re.match(r"\s*[\w.\"'-]+\s*=\s*0\d", line):
        return Problem(
            where,
            "a number may not begin with 0",
            'codes are text: put the value in quotes, e.g. "0123"',
        )
    return Problem(
        where, "not valid TOML", "look for a missing quote, bracket or equals sign"
    )
