"""Manual inputs of a scoring run: points that people enter, and who answers for them.

What lives here: their shape, and what is refused. What does not: keeping them (the
flow room does), what a rule makes of them (`rules.manual`).

An entry has a reason, an author and an approver, or there is no score at all: points
that nobody answers for would be found only by whom they hurt.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

import polars as pl

from hub.errors import MisuseError
from hub.partners.problems import listing, nearest
from hub.scoring.rules.base import shown

_TEXTS = ("item", "period", "unit_code", "person_id")
ANSWERED = ("reason", "author", "approver")
INPUTS = pl.Schema(
    [
        *((name, pl.String()) for name in _TEXTS),
        ("points", pl.Decimal(12, 3)),
        *((name, pl.String()) for name in ANSWERED),
    ]
)
NEXT = "Correct the entry, then score again."


class Entry(NamedTuple):
    """One entry: what, for which unit or person, when, why, and by whom."""

    item: str
    period: str
    subject: str
    points: Decimal
    reason: str
    author: str
    approver: str

    @property
    def note_zh(self) -> str:
        """The entry as a score sheet shows it, in Chinese."""
        names = f"{self.author} 录入,{self.approver} 批准"
        return f"{shown(self.points)}({self.reason};{names})"

    @property
    def note_en(self) -> str:
        """The entry as a score sheet shows it, in English."""
        names = f"entered by {self.author}, approved by {self.approver}"
        return f"{shown(self.points)} ({self.reason}; {names})"


Entries = Mapping[tuple[str, str], tuple[Entry, ...]]  # (item, subject) → entries


def entries_of(
    inputs: pl.DataFrame,
    *,
    subject: str,
    subjects: Collection[str],
    items: Collection[str],
    period: str,
    policy: str,
) -> Entries:
    """The entries of one period, in an order that does not depend on their arrival.

    Args:
        inputs: `INPUTS`; rows of other periods and other subjects are passed by.
        subject: "unit_code" or "person_id".
        subjects: the units or persons that are scored.
        items: the items that take inputs.
        period: month or day; a month takes the entries of its days too.
        policy: whose items they are, for those who read that one is not.

    Raises:
        MisuseError: an entry names no item of the policy, or nobody answers for it.
    """
    own = pl.col("period")
    found = inputs.filter(
        (own == period) | own.str.starts_with(f"{period}-"),
        pl.col(subject).is_in(list(subjects)),
    )
    unknown = found.filter(~pl.col("item").is_in(list(items)))["item"]
    if not unknown.is_empty():
        given = sorted(unknown.unique())[0]
        guess = nearest(given, items)
        meant = f' Did you mean "{guess}"?' if guess else ""
        raise MisuseError(
            f"score {period} by {policy}",
            seen=f'{len(unknown)} manual entries name the item "{given}" or others '
            "that the policy does not have",
            next_step=f"Items with manual entries: {listing(items) or 'none'}.{meant} "
            "`hub assessment input list` tells the entries, and `… input withdraw` "
            "takes one back.",
        )
    is_empty = [pl.col(name).fill_null("").str.strip_chars() == "" for name in ANSWERED]
    unanswered = found.filter(pl.any_horizontal(is_empty) | pl.col("points").is_null())
    if not unanswered.is_empty():
        raise MisuseError(
            f"score {period} by {policy}",
            seen=f"{unanswered.height} manual entries of item "
            f'"{unanswered["item"].sort()[0]}" and its like lack points, reason, '
            "author or approver",
            next_step=NEXT,
        )
    columns = ("item", "period", pl.col(subject).alias("subject"), "points", *ANSWERED)
    rows = found.select(*columns).sort(pl.all())
    gathered: dict[tuple[str, str], tuple[Entry, ...]] = {}
    for row in rows.iter_rows():
        entry = Entry(*row)
        key = (entry.item, entry.subject)
        gathered[key] = (*gathered.get(key, ()), entry)
    return gathered


def summed(entries: Collection[Entry]) -> Fraction | None:
    """Their points added up; None where there is no entry."""
    if not entries:
        return None
    return sum((Fraction(one.points) for one in entries), Fraction(0))
