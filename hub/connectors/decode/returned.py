"""Workbooks of rejected rows on their way back: the hub's own columns in them.

What lives here: the titles that the hub writes beside the sender's, which of a header's
columns they are, and which rows of earlier submissions a workbook brings again. The
columns are told by two of their titles together, so a sender may use any of the others.
What does not: writing such a workbook (`hub.sharing.submissions`), cells (`xlsx`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

import numpy as np
import polars as pl

from hub.connectors.decode.names import loose
from hub.connectors.exact import NotJson, load

RECEIPT = "hub_receipt"
ROW_NUMBER = "hub_row"
FORM = "hub_form"
OURS = (RECEIPT, ROW_NUMBER, FORM)
"""Hidden: whose row it was, its number there, and the form it was sent in."""
REASONS = "退回原因（自动生成，勿填）"
REMEDIES = "处理办法（自动生成，勿填）"
CELLS = "问题栏目（自动生成，勿填）"
RAW = "原文（自动生成，勿填）"
SHOWN = (CELLS, REASONS, REMEDIES, RAW)
RETURNED = "returned"
"""Where the description of a part tells what it brings again."""
SENT_AS = "sent_as"
"""And in which form those rows had come first."""


def own_columns(places: Mapping[str, int]) -> tuple[dict[str, int], set[int]]:
    """Of a header, the hidden columns by name, and the positions of all that are ours.

    Both are empty where a receipt and a row number do not stand side by side with the
    sender's titles.

    Args:
        places: title → position.
    """
    known = {loose(name): name for name in (*OURS, *SHOWN)}
    found = {known[loose(t)]: at for t, at in places.items() if loose(t) in known}
    if not set(OURS) <= found.keys():
        return {}, set()
    return {name: found[name] for name in OURS}, set(found.values())


def returned_as_text(rows: pl.DataFrame) -> dict[str, str]:
    """Rows that are brought again, for the description of a part; `{}` if none is.

    Args:
        rows: the columns `OURS`; a row that its sender added has no receipt.
    """
    if not set(OURS) <= set(rows.columns):
        return {}
    number = pl.col(ROW_NUMBER).cast(pl.Int64, strict=False)
    known = rows.select(RECEIPT, number).drop_nulls().unique().sort(OURS[:2])
    told = {
        str(receipt): _spans(some[ROW_NUMBER])
        for (receipt,), some in known.group_by(RECEIPT, maintain_order=True)
    }
    forms = rows[FORM].drop_nulls().unique().to_list()
    sent_as = {SENT_AS: str(forms[0])} if len(forms) == 1 else {}
    return {RETURNED: json.dumps(told)} | sent_as


def returned_rows(text: str) -> pl.DataFrame:
    """What `returned_as_text` told: receipt, row."""
    told: dict[str, list[list[int]]] = json.loads(text)
    frames = [
        pl.DataFrame(
            {"receipt": receipt, "row": _numbers(spans)},
            schema={"receipt": pl.String, "row": pl.Int64},
        )
        for receipt, spans in told.items()
    ]
    empty = pl.DataFrame(schema={"receipt": pl.String, "row": pl.Int64})
    return pl.concat([empty, *frames])


def list_of(cell: str | None) -> object:
    """The list that a cell holds as JSON; the text itself where it holds none."""
    if cell is None:
        return None
    try:
        return load(cell)
    except NotJson:
        return cell


def _spans(rows: pl.Series) -> list[list[int]]:
    """Ascending numbers as first and last of each run without a gap."""
    numbers = rows.to_numpy()
    breaks = np.flatnonzero(np.diff(numbers) != 1)
    first = numbers[np.concatenate([[0], breaks + 1])]
    last = numbers[np.concatenate([breaks, [len(numbers) - 1]])]
    return np.stack([first, last], axis=1).tolist()  # type: ignore[no-any-return]


def _numbers(spans: Iterable[list[int]]) -> pl.Series:
    runs = [np.arange(first, last + 1) for first, last in spans]
    return pl.Series("row", np.concatenate([np.zeros(0, np.int64), *runs]), pl.Int64)
