"""Reading instants and dates from text (traps T9, T24–T27).

What lives here: formats, zones and placeholders of time. Nothing is guessed: a
text that no declared (or, where none is declared, no well-known and unambiguous)
format reads is a finding. What does not: rules about the order of instants.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import NamedTuple

import polars as pl

from hub.pipeline.spoken_times import in_digits

INSTANT = pl.Datetime("us", "UTC")
# Year first only: day-first and two-digit years are ambiguous and stay findings.
FORMATS = (
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y/%m/%d %H:%M:%S%.f",
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d %H:%M",
    "%Y-%m-%dT%H:%M",
    "%Y.%m.%d %H:%M:%S",
    "%Y%m%d%H%M%S",
    "%Y%m%d %H%M%S",
    "%Y年%m月%d日 %H:%M:%S",
    "%Y年%m月%d日 %H:%M",
    "%Y年%m月%d日%H时%M分%S秒",
    "%Y年%m月%d日%H时%M分",
    "%Y-%m-%dT%H:%M:%S%.f%z",
    "%Y-%m-%d %H:%M:%S%.f%z",
)
DATE_FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日")
EPOCHS = ("epoch_s", "epoch_ms")
NEVER = r"^0000[-/.]00[-/.]00"
# A day that stands for no day, where an instant is due.
NO_DAY = r"^(?:1900|1970)[-/.]?0?1[-/.]?0?1$|^9999[-/.]?12[-/.]?31$"
# How some frameworks write milliseconds; the offset behind them changes nothing.
FRAMED = r"^\\?/Date\((-?\d+)(?:[+-]\d{4})?\)\\?/$"
# Seconds beyond this are milliseconds, milliseconds below it are seconds (T25).
MOST_SECONDS = 100_000_000_000
LAST_SERIAL = 2_958_465  # 9999-12-31
EXCEL_EPOCH = pl.date(1899, 12, 30)
NEVER_DAYS = (date(1900, 1, 1), date(9999, 12, 31), date(1970, 1, 1))
OFFSET = re.compile(r"%:*#?z")
T = pl.col("t")


class Read(NamedTuple):
    """Values, with what could not be read and what could be read in two ways."""

    values: pl.Series
    unreadable: pl.Series
    ambiguous: pl.Series


class Form(NamedTuple):
    """One way of reading the column `t`: null where a text is not of this form.

    `twice` is true where a wall clock showed that time twice; null with `value`.
    """

    value: pl.Expr
    twice: pl.Expr


def read_instants(
    text: pl.Series,
    *,
    zone: str,
    formats: Sequence[str] = (),
    epoch: str | None = None,
) -> Read:
    """Text → instants in UTC with microseconds.

    Args:
        text: folded text; null stays null.
        zone: zone of texts that name none.
        formats: the declared formats; empty = the well-known ones.
        epoch: "epoch_s", "epoch_ms" or "excel_serial" for numbers; a column of
            numbers may hold times that somebody typed.

    Returns:
        Placeholders such as 0000-00-00 or 9999-12-31 become null without a
        finding (T26). A wall clock that an autumn change shows twice is read as
        the earlier and marked ambiguous; one that spring skips is unreadable.
    """
    told = _in_turn(text, _instant_forms(zone, tuple(formats), epoch))
    value = pl.col("value")
    never = T.str.contains(NEVER) | T.str.contains(NO_DAY)
    local = value.dt.convert_time_zone(zone)
    placeholder = (
        local.dt.year().is_in([1, 9999, 1900]) & local.dt.ordinal_day().is_in([1, 365])
    ) | value.dt.epoch("us").is_in([0, -8 * 3600 * 1_000_000])
    return Read(
        *told.select(
            value=pl.when(~placeholder.fill_null(value=False)).then(value),
            unreadable=(T.is_not_null() & ~never & value.is_null()).fill_null(
                value=False
            ),
            twice=pl.col("twice").fill_null(value=False),
        )
    )


def read_dates(
    text: pl.Series, *, zone: str, formats: Sequence[str] = (), epoch: str | None = None
) -> Read:
    """Text → local dates; a text with a time of day gives its local day."""
    told = _in_turn(text, _date_forms(zone, tuple(formats), epoch))
    value = pl.col("value")
    return Read(
        *told.select(
            value=pl.when(~value.is_in(NEVER_DAYS).fill_null(value=False)).then(value),
            unreadable=(
                T.is_not_null() & ~T.str.contains(NEVER) & value.is_null()
            ).fill_null(value=False),
            twice=pl.lit(value=False),
        )
    )


@cache
def _instant_forms(
    zone: str, formats: tuple[str, ...], epoch: str | None
) -> tuple[Form, ...]:
    """Ways to read an instant, in their turn; kept, for every column asks."""
    timed = [_number(epoch, zone)] if epoch else []
    return (
        *timed,
        *(_written(pattern, zone) for pattern in formats or FORMATS),
        _framed(),
    )


@cache
def _date_forms(
    zone: str, formats: tuple[str, ...], epoch: str | None
) -> tuple[Form, ...]:
    """Ways to read a date, in their turn; an instant gives its local day."""
    forms = [_day(_number(epoch, zone), zone)] if epoch else []
    for pattern in formats or (*DATE_FORMATS, *FORMATS):
        if "%H" in pattern:
            forms.append(_day(_written(pattern, zone), zone))
        else:
            forms.append(_plain(_long_years(T.str.to_date(pattern, strict=False))))
    return (*forms, _day(_framed(), zone))


def _in_turn(text: pl.Series, forms: Sequence[Form]) -> pl.DataFrame:
    """`t`, and `value` and `twice` of the first form that reads it.

    A column nearly always has one form. So the first one tries every text, the
    others together what is left, and what nobody could read may be a spoken time.
    """
    told = _read(text.alias("t"), forms[:1])
    left = told.select((pl.col("value").is_null() & T.is_not_null()).arg_true())
    if not len(left):
        return told
    at = left.to_series()
    rest = _read(told["t"].gather(at), forms[1:])
    spoken = in_digits(rest["t"])
    said = ((spoken != rest["t"]) & rest["value"].is_null()).arg_true()
    if len(said):
        rest = _put(rest, said, _read(spoken.gather(said).alias("t"), forms))
    return _put(told, at, rest)


def _read(text: pl.Series, forms: Sequence[Form]) -> pl.DataFrame:
    written = T.str.replace(r"[zZ]$", "+00:00")
    return (
        text.to_frame()
        .with_columns(written.alias("t"))
        .select(
            text,
            value=pl.coalesce(form.value for form in forms),
            twice=pl.coalesce(form.twice for form in forms),
        )
    )


def _put(told: pl.DataFrame, at: pl.Series, read: pl.DataFrame) -> pl.DataFrame:
    """The same rows, with what was read of some of them."""
    return told.with_columns(
        told[name].scatter(at, read[name]) for name in ("value", "twice")
    )


def _number(kind: str, zone: str) -> Form:
    """Numbers as instants; what is not a number is null."""
    number = T.cast(pl.Float64, strict=False)
    if kind == "excel_serial":
        days = pl.when(number.is_between(1, LAST_SERIAL)).then(number)
        since = pl.duration(milliseconds=(days * 86_400_000).round())
        local = EXCEL_EPOCH.cast(pl.Datetime("us")) + since
        return _plain(
            local.dt.replace_time_zone(
                zone, ambiguous="earliest", non_existent="null"
            ).dt.convert_time_zone("UTC")
        )
    many = number.abs() >= MOST_SECONDS
    fits = ~many if kind == "epoch_s" else many | (number == 0)
    scale = 1_000_000 if kind == "epoch_s" else 1_000
    micros = pl.when(fits).then(number * scale).round().cast(pl.Int64)
    return _plain(pl.coalesce(micros.cast(INSTANT), _framed().value))


def _framed() -> Form:
    """Milliseconds as some frameworks write them."""
    milliseconds = T.str.extract(FRAMED, 1).cast(pl.Float64, strict=False)
    return _plain((milliseconds * 1000).round().cast(pl.Int64).cast(INSTANT))


def _written(pattern: str, zone: str) -> Form:
    """A text in one format; without an offset it is a wall clock in `zone`."""
    parsed = T.str.to_datetime(pattern, time_unit="us", strict=False, ambiguous="null")
    if OFFSET.search(pattern):
        return _plain(_long_years(parsed.dt.convert_time_zone("UTC")))
    early, late = (
        parsed.dt.replace_time_zone(zone, ambiguous=which, non_existent="null")
        for which in ("earliest", "latest")
    )
    value = _long_years(early.dt.convert_time_zone("UTC"))
    return Form(value, pl.when(value.is_not_null()).then(early != late))


def _day(form: Form, zone: str) -> Form:
    """The local day of an instant."""
    return _plain(form.value.dt.convert_time_zone(zone).dt.date())


def _plain(value: pl.Expr) -> Form:
    return Form(value, pl.when(value.is_not_null()).then(pl.lit(value=False)))


def _long_years(value: pl.Expr) -> pl.Expr:
    """Parsers take `24-03-05` for the year 24; here it is no date at all (T27)."""
    fits = (value.dt.year() >= 1000) | T.str.starts_with("000")
    return pl.when(fits).then(value)
