"""In which form a column writes instants or dates.

What lives here: the forms that are tried, and telling month first from day first by
the values. What does not: reading instants (`hub.pipeline.instants`).
"""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from hub.pipeline.instants import FRAMED, read_dates, read_instants

# In the order in which they are tried; the first that reads every text counts.
INSTANTS = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y-%m-%dT%H:%M:%S%z",
    "%Y-%m-%dT%H:%M:%S%.f%z",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M:%S%z",
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y%m%d%H%M%S",
    "%Y.%m.%d %H:%M:%S",
    "%Y年%m月%d日 %H:%M:%S",
    "%Y年%m月%d日 %H:%M",
    "%Y年%m月%d日%H时%M分%S秒",
    "%Y年%m月%d日%H时%M分",
    "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%Y %I:%M %p",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M",
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%d-%m-%Y %H:%M:%S",
    "%a %b %d %H:%M:%S %Y",
)
DATES = (
    "%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y.%m.%d", "%Y年%m月%d日",
    "%m/%d/%Y", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y",
)  # fmt: skip
TWINS = {form: form.replace("%m/%d", "%d/%m") for form in (*INSTANTS, *DATES)}
# Instants of 2000 to 2100, as seconds; days since 1899-12-30 of 2000 to 2100.
SECONDS = (946_684_800, 4_102_444_800)
SERIALS = (36_526, 73_051)
_LOOKS = (
    r"^\d{1,4}[-/.年]\d{1,2}[-/.月]\d{1,4}|^(?:19|20)\d{6}(?:\d{6})?$|^[A-Z][a-z]{2} "
)
# Real deliveries hold a few times that nobody can read.
ENOUGH = 0.9
MOST = 0.7
FEW = 4


class Written(NamedTuple):
    """How a column writes time.

    Attributes:
        kind: instant, date, epoch_s, epoch_ms, serial, or framed (/Date(…)/).
        format: the form; null where several well-known ones occur, or for numbers.
        ambiguous: another form reads every text too, with other days.
        strays: values that are not of this form.
    """

    kind: str
    format: str | None = None
    ambiguous: str | None = None
    strays: int = 0


def time_form(text: pl.Series, numbers: pl.Series | None, zone: str) -> Written | None:
    """How these filled texts write time; null where they do not.

    Args:
        text: folded texts without nulls, not empty.
        numbers: the same as numbers, where all of them are.
        zone: zone of texts that name none.
    """
    if text.str.contains(FRAMED).all():
        return Written("framed")
    looks = int(text.str.contains(_LOOKS).sum())
    if looks >= MOST * len(text) and (found := _written(text, zone)):
        return found
    return None if numbers is None else _number(numbers, text)


def _written(text: pl.Series, zone: str) -> Written | None:
    for kind, forms in (("instant", INSTANTS), ("date", DATES)):
        unread = {form: _unread(text, kind, form, zone) for form in forms}
        best = min(forms, key=lambda one: unread[one])
        if unread[best] <= _strays(text):
            twin = TWINS[best]
            close = twin != best and unread.get(twin) == unread[best]
            return Written(kind, best, twin if close else None, unread[best])
    for kind in ("instant", "date"):
        left = _unread(text, kind, None, zone)
        if left <= _strays(text):
            return Written(kind, None, None, left)
    return None


def _strays(text: pl.Series) -> float:
    """How many values may be of no form: a tenth, and one in a small sample."""
    return max((1 - ENOUGH) * len(text), float(len(text) > FEW))


def is_never(text: pl.Series, zone: str) -> bool:
    """Whether these texts only say that there is no time, such as 1900-01-01."""
    read = read_instants(text, zone=zone)
    return not read.unreadable.any() and not read.values.is_not_null().any()


def _unread(text: pl.Series, kind: str, form: str | None, zone: str) -> int:
    """How many texts a form does not read; all of them, where it reads none."""
    forms = () if form is None else (form,)
    reader = read_instants if kind == "instant" else read_dates
    read = reader(text, zone=zone, formats=forms)
    # What is no finding and no value stands for "never", and proves nothing.
    if not read.values.is_not_null().any():
        return len(text)
    return int(read.unreadable.sum())


def _number(numbers: pl.Series, text: pl.Series) -> Written | None:
    told = numbers.drop_nulls().filter(numbers.drop_nulls() > 0)
    if not len(told):
        return None
    for kind, scale in (("epoch_s", 1), ("epoch_ms", 1000)):
        low, high = (bound * scale for bound in SECONDS)
        inside = int(told.is_between(low, high).sum())
        if len(told) - inside <= _strays(told):
            return Written(kind, strays=len(told) - inside)
    # Without a time of day a serial is a plain number like any other.
    timed = text.str.contains(".", literal=True).mean()
    if told.is_between(*SERIALS).all() and isinstance(timed, float) and timed > 0.5:
        return Written("serial")
    return None
