"""The office's drop folder: a sheet, a register and a list.

What lives here: which files come on which day, and what must come of them. What does
not: what they say (`meetings`, `documents`, `appeals`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import polars as pl

from hub.demo.days import Span, day_of
from hub.demo.systems.base import Line, Surroundings, as_sent, as_told
from hub.demo.systems.dropping import csv_bytes, drop, sheet_bytes
from hub.demo.systems.office import appeals, documents, meetings
from hub.demo.told.expected import Keyless, Told, refused

OFFICE = "office"
TRAPS = {
    "T7": "the key of a case as a rounded number",
    "T9": "an appeal on the 31st of June",
    "T23": "every meeting stands on three sheets",
    "T26": "placeholders for a case, a day and a month; 9999-12-31",
    "T27": "dates in six spellings",
    "T29": "an appeal of the year 3020",
    "T39": "full-width digits in the key of a case",
    "T42": "锟斤拷 in the name of a document and in a topic",
    "T65": "a level and an item that no table has",
}


class Office:
    """The simulated office."""

    partner = OFFICE

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._folder = Path()

    def start(self, folder: Path, opening: ExitStack) -> Mapping[str, str]:
        """Nothing runs here: files are dropped into the folder."""
        del opening
        self._folder = folder
        return {"HUB_DEMO_OFFICE_DIR": str(folder.absolute())}

    def deliver(self, day: int) -> None:
        """Write the files of a day."""
        stamp = f"{day_of(day):%Y%m%d}"
        items = meetings.items_until(self._around, day)
        recent = items.filter(pl.col("day") > day - meetings.EVERY)
        made = {
            f"meetings_{stamp}.xlsx": sheet_bytes(
                as_sent(recent, meetings.MEETINGS), above=[["路长制联席会议议题清单"]]
            ),
            f"appeals_{stamp}.csv": csv_bytes(
                as_sent(appeals.appeals(self._around, day), appeals.APPEALS)
            ),
        }
        if day % 2 == 1:
            register = documents.documents(self._around, day)
            sent = as_sent(register, documents.DOCUMENTS)
            made[f"documents_{stamp}.csv"] = csv_bytes(sent)
        for name, content in made.items():
            drop(self._folder / name, content)

    def window(self, day: int) -> Span | None:
        """Files are taken when they come."""
        del day
        return None

    def told(self) -> Iterable[Told]:
        """Items, documents and appeals after all days."""
        last = self._around.days
        items = meetings.items_until(self._around, last)
        yield _told("meeting_item", items, "item", meetings.MEETINGS, meetings.RULES)
        register = documents.documents(self._around, last - (last + 1) % 2)
        yield _told(
            "institution_doc",
            register,
            "document",
            documents.DOCUMENTS,
            documents.RULES,
        )
        every = [appeals.appeals(self._around, day) for day in range(1, last + 1)]
        yield _told(
            "issue_event",
            pl.concat(every),
            "appeal",
            appeals.APPEALS,
            appeals.RULES,
            unspoken={"event_seq": "steps of all partners are numbered together"},
        )

    def keyless(self) -> Iterable[Keyless]:
        """Every row has its key."""
        return ()


def _told(
    name: str,
    rows: pl.DataFrame,
    key: str,
    lines: Sequence[Line],
    rules: Mapping[str, str],
    unspoken: Mapping[str, str] | None = None,
) -> Told:
    """What is sound enters; what a rule keeps out stays out."""
    sound = ~pl.col("defect").is_in(list(rules)).fill_null(value=False)
    return Told(
        name,
        OFFICE,
        [as_told(rows.filter(sound), pl.col(key), lines)],
        refused(rows, key, rules),
        unspoken or {},
    )
