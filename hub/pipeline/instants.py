"""Reading instants and dates from text (traps T9, T24–T27).

What lives here: formats, zones and placeholders of time. Nothing is guessed: a
text that no declared (or, where none is declared, no well-known and unambiguous)
format reads is a finding. What does not: rules about the order of instants.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import polars as pl

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
    present = text.is_not_null() & ~text.str.contains(NEVER).fill_null(value=False)
    if epoch:
        values = _from_number(text, epoch, zone)
        ambiguous = pl.Series([False], dtype=pl.Boolean).new_from_index(0, len(text))
    else:
        values, ambiguous = _from_text(
            text.str.replace(r"[zZ]$", "+00:00"), zone, formats
        )
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
        frame = number.to_frame("n").select(
            EXCEL_EPOCH.cast(pl.Datetime("us"))
            + pl.duration(milliseconds=(pl.col("n") * 86_400_000).round())
        )
        return (
            frame.to_series()
            .dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
            .dt.convert_time_zone("UTC")
        )
    scale = 1_000_000 if epoch == "epoch_s" else 1_000
    return (number * scale).round().cast(pl.Int64, strict=False).cast(INSTANT)


def _from_text(
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
    if epoch:
        read = read_instants(text, zone=zone, epoch=epoch)
        days = read.values.dt.convert_time_zone(zone).dt.date()
        return Read(days, read.unreadable, read.ambiguous)
    present = text.is_not_null() & ~text.str.contains(NEVER).fill_null(value=False)
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
    unreadable = present & values.is_null()
    nevers = pl.Series(["1900-01-01", "9999-12-31", "1970-01-01"]).str.to_date()
    never = values.is_in(nevers.implode())
    kept = values.to_frame("v").select(pl.when(~never.fill_null(value=False)).then("v"))
    return Read(kept["v"], unreadable, unreadable & False)
