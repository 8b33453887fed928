"""The work calendar of a city: which local days are worked, and in which shifts.

What lives here: dataset work_calendar (model §4.7) from the country's holidays, as
the `holidays` package keeps them: in China with the State Council's notices, so that
make-up working days (调休) are known. What does not: publishing it (`hub.flow`).

A notice appears in October or November for the year after. Until the package knows
it, the statutory days are computed and the year is marked as not final (T30).
"""

from __future__ import annotations

from datetime import date
from functools import cache

import polars as pl

from hub.schemas import dataset

OWNER = "HUB"
# Countries that announce working weekends year by year, and by whom it is said.
ANNOUNCED = {"CN": "国务院办公厅关于{}年部分节假日安排的通知"}


@cache
def known_countries() -> frozenset[str]:
    """Countries whose holidays are known, by ISO 3166 code; those of ANNOUNCED are.

    To ask this loads the package, which takes a tenth of a short command.
    """
    from holidays.registry import EntityLoader

    return frozenset(EntityLoader.get_country_codes(include_aliases=False))


@cache
def work_calendar(
    calendar_code: str, country: str, shifts: tuple[str, ...], *, years: range
) -> pl.DataFrame:
    """Every day of the years, in canonical columns with `partner` and `source_id`."""
    columns = {column.name: column.dtype for column in dataset("work_calendar").columns}
    schema = columns | {"partner": pl.String(), "source_id": pl.String()}
    if not years:
        return pl.DataFrame(schema=schema)
    # Imported late: most commands ask for no calendar, and it takes a tenth of them.
    import holidays

    found = holidays.country_holidays(country, years=years)
    last = max(getattr(found, "special_public_holidays", None) or years)
    ends = pl.DataFrame(
        {"first": [date(years[0], 1, 1)], "last": [date(years[-1], 12, 31)]}
    )
    worked = pl.Series(sorted(found.weekend_workdays), dtype=pl.Date)
    free = pl.Series(sorted(found), dtype=pl.Date)
    day, year = pl.col("day_on"), pl.col("day_on").dt.year()
    is_final = pl.lit(country not in ANNOUNCED) | (year <= last)
    saturday = 6
    kind = (
        pl.when(day.is_in(worked.implode()))
        .then(pl.lit("MAKEUP"))
        .when(day.is_in(free.implode()))
        .then(pl.lit("HOLIDAY"))
        .when(day.dt.weekday() >= saturday)
        .then(pl.lit("WEEKEND"))
        .otherwise(pl.lit("NORMAL"))
    )
    is_noticed = is_final & pl.lit(country in ANNOUNCED)
    return (
        ends.select(day_on=pl.date_ranges("first", "last"))
        .explode("day_on")
        .with_columns(calendar_code=pl.lit(calendar_code), day_kind_code=kind)
        .with_columns(
            is_workday=pl.col("day_kind_code").is_in(["NORMAL", "MAKEUP"]),
            is_final=is_final,
        )
        .with_columns(
            shifts=pl.when("is_workday").then(pl.lit(",".join(shifts))),
            notice_ref=pl.when(is_noticed).then(
                pl.format(ANNOUNCED.get(country, "{}"), year)
            ),
            partner=pl.lit(OWNER),
            source_id=pl.format("{}:{}", "calendar_code", day.dt.to_string("%Y-%m-%d")),
        )
        .select(pl.col(name).cast(kind) for name, kind in schema.items())
    )
