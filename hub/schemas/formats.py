"""Formats of registered numbers: how long a code is and which signs it has.

What lives here: the national formats by name (`codes/format.csv`). A column
names its format, the city says what the format is: a city abroad gives its own
mapping, and a format that it leaves out is not checked. What does not:
checksums, which are arithmetic (`hub.pipeline`).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from hub.schemas.code_lists import read_table


@cache
def national_formats() -> Mapping[str, str]:
    """Format name → anchored regular expression (Rust syntax, no look-around)."""
    rows = read_table("format")
    return MappingProxyType({row["format"]: row["pattern"] for row in rows})
