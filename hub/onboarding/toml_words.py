"""TOML values and comments of a draft.

What lives here: writing keys and values as TOML, and comments that stay on one line.
What does not: what is written (`writing`, `column_lines`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

FILL = "FILL IN"
_BARE = re.compile(r"^[A-Za-z0-9_-]+$")


def text(value: str) -> str:
    """A TOML string; one with a backslash and no quote is literal."""
    if "\\" in value and "'" not in value and value.isprintable():
        return f"'{value}'"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def key(name: str) -> str:
    """A TOML key, bare where it may be."""
    return name if _BARE.match(name) else json.dumps(name, ensure_ascii=False)


def table(entries: Mapping[str, str | None]) -> str:
    """An inline table of texts; entries without a value are left out."""
    inside = (f"{name} = {text(one)}" for name, one in entries.items() if one)
    return "{ " + ", ".join(inside) + " }"


def texts(values: Sequence[str]) -> str:
    """An array of texts."""
    return "[" + ", ".join(map(text, values)) + "]"


def noted(line: str, confidence: str, why: str) -> str:
    """A line with its confidence and reason."""
    return f"{line}   # {confidence}: {' '.join(why.split())}"


def blank(what: str) -> str:
    """A comment that marks what only the engineer can say."""
    return f"# {FILL}: {' '.join(what.split())}"
