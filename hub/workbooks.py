"""Texts in a workbook exactly as they are.

What lives here: options of a workbook whose texts stay texts, and writing one text of
somebody else's into a cell. What does not: any sheet.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

# No text becomes a formula, a link or a number because of how it looks.
PLAIN: Mapping[str, bool] = MappingProxyType(
    {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
)


def write_text(
    page: Worksheet, line: int, at: int, text: str, form: Format | None = None
) -> None:
    """Write a text as it is.

    The library takes a text between these two marks for its own XML and writes it
    unescaped, so such a one is handed over in pieces.
    """
    given = () if form is None else (form,)
    if text.startswith("<r>") and text.endswith("</r>"):
        page.write_rich_string(line, at, text[:1], text[1:2], text[2:], *given)
    else:
        page.write_string(line, at, text, *given)
