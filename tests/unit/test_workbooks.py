"""No text of somebody else's is taken for XML or for a formula."""

from __future__ import annotations

import io
from pathlib import Path

import fastexcel
import pytest
import xlsxwriter

import hub
from hub.workbooks import write_text

HUB = Path(hub.__file__).parent
TEXTS = ("<r><t>x</t></r>", "<r></r>", "<r>&</r>", "<b>", "=1+1", "a&b", "武昌")


@pytest.mark.parametrize("has_form", [False, True])
@pytest.mark.parametrize("is_streamed", [False, True])
def test_a_text_reads_back_as_it_was(is_streamed, has_form):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": is_streamed}) as book:
        page = book.add_worksheet()
        form = book.add_format() if has_form else None
        for line, text in enumerate(TEXTS):
            write_text(page, line, 0, text, form)

    sheet = fastexcel.read_excel(out.getvalue()).load_sheet(0, header_row=None)

    assert tuple(sheet.to_polars().to_series()) == TEXTS


def test_every_workbook_of_the_hub_writes_its_texts_so():
    # The demo's partners write as partners do.
    others = [path for path in HUB.rglob("*.py") if "demo" not in path.parts]
    loose = [
        path.name
        for path in others
        if path.name != "workbooks.py" and ".write_string(" in path.read_text("utf-8")
    ]

    assert loose == []
