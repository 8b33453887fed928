"""In which form a column writes instants or dates.

What lives here: the forms that are tried, and telling month first from day first by
the values. What does not: reading instants (`hub.pipeline.instants`).
"""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from hub.pipeline.instants import FORMATS, read_dates, read_instants

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
# Forms that the hub does not try by itself must be declared.
TWINS = {form: form.replace("%m/%d", "%d/%m") for form in (*INSTANTS, *DATES)}
# Instants of 2000 to 2100, as seconds; days since 1899-12-30 of 2000 to 2100.
SECONDS = (946_684_800, 4_102_444_800)
SERIALS = (36_526, 73_051)
_LOOKS = r"^\d{1,4}[-/.年]\d{1,2}[-/.月]\d{1,4}|^(?:19|20)\d{6}(?:\d{6})?$|^[A-Z][a-z]{2} "
_ENOUGH = 0.98


class Written(NamedTuple):
    """How a column writes time.

    Attributes:
        kind: instant, date, epoch_s, epoch_ms or serial.
        format: the form; null where several well-known ones occur, or for numbers.
        ambiguous: another form reads every text too, with other days.
    """

    kind: str
    format: str | None = None
    ambiguous: str | None = None


def time_form(text: pl.Series, numbers: pl.Series | None, zone: str) -> Written | None:
    """How these filled texts write time; null where they do not.

    Args:
        text: folded texts without nulls, not empty.
        numbers: the same as numbers, where all of them are.
        zone: zone of texts that name none.
    """
    if text.str.contains(_LOOKS).mean() == 1.0:
        return _written(text, zone)
    # A day without a time of day, as some write "never", does not spoil a form.
    return None if numbers is None else _number(numbers, text)


def _written(text: pl.Series, zone: str) -> Written | None:
    distinct = text.unique()
    for kind, forms in (("instant", INSTANTS), ("date", DATES)):
        fits = [form for form in forms if _reads(distinct, kind, form, zone)]
        if fits:
            twin = TWINS[fits[0]]
            other = twin if twin != fits[0] and twin in fits else None
            return Written(kind, fits[0], other)
    if not read_instants(distinct, zone=zone, formats=FORMATS).unreadable.any():
        return Written("instant")
    if not read_dates(distinct, zone=zone).unreadable.any():
        return Written("date")
    return None


def _reads(text: pl.Series, kind: str, form: str, zone: str) -> bool:
    if kind == "instant":
        read = read_instants(text, zone=zone, formats=(form,))
    else:
        read = read_dates(text, zone=zone, formats=(form,))
    # What is no finding and no value stands for "never", and proves nothing.
    good = read.values.is_not_null().sum()
    return good > 0 and not read.unreadable.any()


def _number(numbers: pl.Series, text: pl.Series) -> Written | None:
    told = numbers.filter(numbers != 0)
    if not len(told):
        return None
    for kind, scale in (("epoch_s", 1), ("epoch_ms", 1000)):
        low, high = (bound * scale for bound in SECONDS)
        if told.is_between(low, high).mean() >= _ENOUGH:
            return Written(kind)
    # Without a time of day a serial is a plain number like any other.
    timed = text.str.contains(".", literal=True).mean()
    if told.is_between(*SERIALS).all() and isinstance(timed, float) and timed > 0.5:
        return Written("serial")
    return None
