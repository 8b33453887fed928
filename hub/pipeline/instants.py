"""Reading instants and dates from text (traps T9, T24–T27).

What lives here: formats, zones and placeholders of time. Nothing is guessed: a
text that no declared (or, where none is declared, no well-known and unambiguous)
format reads is a finding. What does not: rules about the order of instants.
"""

from __future__ import annotations

from collections.abc import Sequence
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


class Read(NamedTuple):
    """Values, with what could not be read and what could be read in two ways."""

    values: pl.Series
    unreadable: pl.Series
    ambiguous: pl.Series


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
        epoch: "epoch_s", "epoch_ms" or "excel_serial" for numbers.

    Returns:
        Placeholders such as 0000-00-00 or 9999-12-31 become null without a
        finding (T26). A wall clock that an autumn change shows twice is read as
        the earlier and marked ambiguous; one that spring skips is unreadable.
    """
    never = text.str.contains(NEVER) | text.str.contains(NO_DAY)
    present = text.is_not_null() & ~never.fill_null(value=False)
    written = text.str.replace(r"[zZ]$", "+00:00")
    if epoch:
        # A column of numbers may hold times that somebody typed.
        numbers = _from_number(text, epoch, zone)
        left = written.set(numbers.is_not_null(), None)
        typed, ambiguous = _from_text(left, zone, formats)
        values = numbers.fill_null(typed)
    else:
        values, ambiguous = _from_text(written, zone, formats)
    local = values.dt.convert_time_zone(zone)
    placeholder = (
        local.dt.year().is_in([1, 9999, 1900])
        & (local.dt.ordinal_day().is_in([1, 365]))
    ) | values.dt.epoch("us").is_in([0, -8 * 3600 * 1_000_000])
    unreadable = present & values.is_null()
    kept = values.to_frame("v").select(
        pl.when(~placeholder.fill_null(value=False)).then("v")
    )["v"]
    return Read(kept, unreadable, ambiguous)


def _from_number(text: pl.Series, epoch: str, zone: str) -> pl.Series:
    """Numbers → instants; what is not a number is null."""
    number = text.cast(pl.Float64, strict=False)
    if epoch == "excel_serial":
        days = number.set(~number.is_between(1, LAST_SERIAL), None)
        frame = days.to_frame("n").select(
            EXCEL_EPOCH.cast(pl.Datetime("us"))
            + pl.duration(milliseconds=(pl.col("n") * 86_400_000).round())
        )
        return (
            frame.to_series()
            .dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
            .dt.convert_time_zone("UTC")
        )
    framed = text.str.extract(FRAMED, 1).cast(pl.Float64, strict=False)
    many = number.abs() >= MOST_SECONDS
    fits = ~many if epoch == "epoch_s" else many | (number == 0)
    scale = 1_000_000 if epoch == "epoch_s" else 1_000
    told = pl.DataFrame({"n": number * scale, "fits": fits, "framed": framed * 1000})
    micros = told.select(
        pl.coalesce(pl.when("fits").then("n"), "framed").round().cast(pl.Int64)
    )
    return micros.to_series().cast(INSTANT)


def _from_text(
    text: pl.Series, zone: str, formats: Sequence[str]
) -> tuple[pl.Series, pl.Series]:
    """Written times first; what nobody could read may be a spoken one."""
    values, twice = _from_written(text, zone, formats)
    left = (values.is_null() & text.is_not_null()).arg_true()
    if not len(left):
        return values, twice
    framed = _from_number(text.gather(left).str.extract(FRAMED, 0), "epoch_ms", zone)
    values = values.scatter(left, framed)
    left = left.filter(framed.is_null())
    more, again = _from_written(in_digits(text.gather(left)), zone, formats)
    return values.scatter(left, more), twice.scatter(left, again)


def _from_written(
    text: pl.Series, zone: str, formats: Sequence[str]
) -> tuple[pl.Series, pl.Series]:
    """Each format in turn, on the texts that none before could read."""
    values = pl.Series([None], dtype=INSTANT).new_from_index(0, len(text))
    twice = pl.Series([False], dtype=pl.Boolean).new_from_index(0, len(text))
    for pattern in formats or FORMATS:
        left = (values.is_null() & text.is_not_null()).arg_true()
        if not len(left):
            break
        parsed = text.gather(left).str.to_datetime(
            pattern, time_unit="us", strict=False, ambiguous="null"
        )
        if parsed.dtype.time_zone is None:  # type: ignore[attr-defined]
            early = parsed.dt.replace_time_zone(
                zone, ambiguous="earliest", non_existent="null"
            )
            late = parsed.dt.replace_time_zone(
                zone, ambiguous="latest", non_existent="null"
            )
            twice = twice.scatter(left, (early != late).fill_null(value=False))
            parsed = early
        values = values.scatter(left, parsed.dt.convert_time_zone("UTC"))
    return _without_short_years(values, text), twice


def _without_short_years(values: pl.Series, text: pl.Series) -> pl.Series:
    """Parsers take `24-03-05` for the year 24; here it is no date at all (T27)."""
    short = (values.dt.year() < 1000) & ~text.str.starts_with("000")
    return values.to_frame("v").select(
        pl.when(~short.fill_null(value=False)).then("v")
    )["v"]


def read_dates(
    text: pl.Series, *, zone: str, formats: Sequence[str] = (), epoch: str | None = None
) -> Read:
    """Text → local dates; a text with a time of day gives its local day."""
    present = text.is_not_null() & ~text.str.contains(NEVER).fill_null(value=False)
    values = _dates_from_written(text, zone, formats)
    if epoch:
        counted = _from_number(text, epoch, zone).dt.convert_time_zone(zone).dt.date()
        values = counted.fill_null(values)
    spoken = (values.is_null() & text.is_not_null()).arg_true()
    if len(spoken):
        said = in_digits(text.gather(spoken))
        values = values.scatter(spoken, _dates_from_written(said, zone, formats))
    unreadable = present & values.is_null()
    nevers = pl.Series(["1900-01-01", "9999-12-31", "1970-01-01"]).str.to_date()
    never = values.is_in(nevers.implode())
    kept = values.to_frame("v").select(pl.when(~never.fill_null(value=False)).then("v"))
    return Read(kept["v"], unreadable, unreadable & False)


def _dates_from_written(
    text: pl.Series, zone: str, formats: Sequence[str]
) -> pl.Series:
    """Each format in turn, on the texts that none before could read."""
    values = pl.Series([None], dtype=pl.Date).new_from_index(0, len(text))
    for pattern in formats or (*DATE_FORMATS, *FORMATS):
        left = (values.is_null() & text.is_not_null()).arg_true()
        if not len(left):
            break
        if "%H" in pattern:
            read = read_instants(text.gather(left), zone=zone, formats=(pattern,))
            parsed = read.values.dt.convert_time_zone(zone).dt.date()
        else:
            parsed = text.gather(left).str.to_date(pattern, strict=False)
        values = values.scatter(left, _without_short_years(parsed, text.gather(left)))
    return values
