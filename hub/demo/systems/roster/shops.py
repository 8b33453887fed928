"""Service objects: two per place, with what is wrong with some of them.

What lives here: the register of a day. An object that closes on the CHANGE_DAY has one
version before and one after, and stays on the list. What does not: how it is written
(`objects`).
"""

from __future__ import annotations

import polars as pl

from hub.demo.days import ZONE_NAME, day_of
from hub.demo.ground.coordinates import degrees_text
from hub.demo.ground.people import CHANGE_DAY, has_shop_chief
from hub.demo.ground.plan import Plan
from hub.demo.systems.roster.lists import PLANNED
from hub.demo.systems.roster.spelling import one_of, with_check_sign

TRADES = ("餐饮", "便利店", "五金建材", "理发美容", "药店", "服装")
NTH, PLACE = pl.col("nth"), pl.col("place")
IS_SHOP = pl.col("kind") == "SHOP"


def shops(plan: Plan, day: int) -> pl.DataFrame:
    """Two service objects per place, as the register has them on a day."""
    both = (
        plan.places.join(
            pl.DataFrame({"n": [0, 1]}), how="cross", maintain_order="left"
        )
        .with_columns(nth=PLACE * 2 + pl.col("n"))
        .with_columns(kind=_kind(), closes=_closes())
    )
    has_closed = pl.lit(day >= CHANGE_DAY) & pl.col("closes")
    name = pl.format("{}{}{}店", "community_name", one_of(TRADES, NTH), NTH % 40 + 1)
    number = (NTH % 10_000).cast(pl.String).str.zfill(4)
    base = pl.format("92{}MA4K{}7", "district_code", number)
    held = both.select(base).to_series()
    made = both.with_columns(
        with_check_sign(held).alias("uscc"),
        object=pl.format("FW{}-{}", "community_code", pl.col("n") + 1),
        sign_name=name,
        legal_name=pl.when(IS_SHOP).then(
            pl.format("武汉市{}{}经营部", "district_name", number)  # T48
        ),
        owner=pl.when(NTH % 3 != 1).then(
            pl.format("{}老板", one_of("王李张刘陈", NTH))
        ),
        phone=pl.when(NTH % 3 == 0).then(pl.format("027-8{}", number + "123")),
        address=pl.format("{}{}{}号", "district_name", "street_name", NTH % 300 + 1),
        shop_post=pl.when(IS_SHOP & has_shop_chief()).then(
            pl.format("P-DZ-{}", "community_code")
        ),
        signed_on=PLANNED.dt.offset_by("10d") + pl.duration(days=PLACE % 90),
        trade=pl.when(IS_SHOP).then(one_of(TRADES, NTH)),
        state=pl.when(has_closed).then(pl.lit("VACANT")).otherwise(_state()),
        from_on=pl.when(has_closed).then(pl.lit(day_of(CHANGE_DAY))).otherwise(PLANNED),
        verified_at=_seen_at(has_closed),
    )
    flipped = (
        pl.when(pl.col("uscc").str.tail(1) == "A")
        .then(pl.lit("B"))
        .otherwise(pl.lit("A"))
    )
    typed = pl.concat_str(pl.col("uscc").str.head(17), flipped)  # K20
    made = made.with_columns(
        uscc=pl.when(NTH % 6 == 5)
        .then(None)
        .when(NTH % 97 == 13)
        .then(typed)
        .otherwise("uscc")
    )
    return _with_points(made)


def _kind() -> pl.Expr:
    other = one_of(["UNIT", "ESTATE", "SITE", "SHOP", "OTHER"], PLACE)
    return pl.when(pl.col("n") == 0).then(pl.lit("SHOP")).otherwise(other)


def _closes() -> pl.Expr:
    return NTH % 50 == 12


def _state() -> pl.Expr:
    return (
        pl.when(NTH % 17 == 5)
        .then(pl.lit("VACANT"))
        .when(NTH % 19 == 7)
        .then(pl.lit("MOVED"))
        .when(NTH % 23 == 3)
        .then(pl.lit("SUSPENDED"))
        .when(NTH % 29 == 9)
        .then(pl.lit("FITTING_OUT"))
        .otherwise(pl.lit("OPEN"))
    )


def _seen_at(has_closed: pl.Expr) -> pl.Expr:
    """When somebody last was there; at every ninth object over a year ago (T48)."""
    first = pl.lit(day_of(1)).cast(pl.Datetime("us")).dt.replace_time_zone(ZONE_NAME)
    ago = pl.when(NTH % 9 == 4).then(400 + NTH % 60).otherwise(3 + NTH % 200)
    closed = first + pl.duration(days=CHANGE_DAY - 1, hours=9)
    seen = first - pl.duration(days=ago) + pl.duration(hours=10)
    return pl.when(has_closed).then(closed).otherwise(seen).dt.convert_time_zone("UTC")


def _with_points(made: pl.DataFrame) -> pl.DataFrame:
    """Points as typed: most with six decimals, some 0,0, some coarse (T35)."""
    inside = pl.col("n") * 0.3 + 0.35
    width = pl.col("east") - pl.col("west")
    height = pl.col("north") - pl.col("south")
    points = made.with_columns(
        lon=(pl.col("west") + width * inside).round(6),
        lat=(pl.col("south") + height * inside).round(6),
        quality=pl.when(NTH % 31 == 17)
        .then(pl.lit("MISSING"))
        .when(NTH % 37 == 20)
        .then(pl.lit("UNSURE"))
        .otherwise(pl.lit("OK")),
    )
    quality = pl.col("quality")
    for axis in ("lon", "lat"):
        text = degrees_text(points[axis].to_numpy()).alias(f"{axis}_text")
        coarse = (pl.col(axis) * 100).round().cast(pl.Int64)
        typed = pl.format(
            "{}.{}", coarse // 100, (coarse % 100).cast(pl.String).str.zfill(2)
        )
        points = points.with_columns(text).with_columns(
            pl.when(quality == "MISSING")
            .then(pl.lit("0"))
            .when(quality == "UNSURE")
            .then(typed)
            .otherwise(f"{axis}_text")
            .alias(f"{axis}_text"),
            pl.when(quality == "UNSURE")
            .then(coarse / 100)
            .when(quality == "OK")
            .then(axis)
            .alias(axis),
        )
    return points
