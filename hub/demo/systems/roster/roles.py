"""The sheet of titles in which 汉阳区 files its road chiefs: one row, four people.

What lives here: the columns of the sheet, its rows on a day, and the facts that a row
unfolds into (T46). Only the working level is the road chief of its area; the chief of
the street leads it, the first level and the volunteers govern along. A chief who was
replaced stays on the sheet with an end. What does not: the workbook (`sheet`), the
list of posts of everybody else (`posts`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import polars as pl

from hub.demo.ground.people import People
from hub.demo.ground.plan import Plan
from hub.demo.systems.roster.lists import IS_LATE, PLANNED, gone_on, ref
from hub.demo.systems.roster.spelling import one_of

RULES = {"title": "P06"}  # 单元长 is no title of the table (T46)
# Below the table stand a sum and a note.
KEYLESS = {"P28": 2}
VOLUNTEERS = {
    "PARTY_MEMBER": "下沉党员",
    "PROPERTY_STAFF": "物业人员",
    "VOLUNTEER": "志愿者",
}
TITLES = ("共治力量", "志愿队长")
LEADER, FIRST, CHIEF, BESIDE = "街道总路长", "一级路长", "二级路长", "共治力量"
NAME, NUMBER, PHONE = "姓名", "工号", "电话"
STRAYS_PER_ROWS = 100
HELPER_NO = pl.format("XG{}", "street_code")
LEADER_NO = pl.format("SJ{}", "street_code")
IS_CURRENT = pl.col("end_on").is_null()


class Cells(NamedTuple):
    """One column of the sheet: titles in the two rows of the header, and its cells."""

    group: str | None
    title: str
    sent: pl.Expr
    is_merged: bool = False


def _dashed(value: pl.Expr) -> pl.Expr:
    return value.fill_null("--")


def _dotted(day: str) -> pl.Expr:
    return pl.col(day).dt.strftime("%Y.%m.%d")


COLUMNS = (
    Cells(None, "序号", pl.col("no").cast(pl.String)),
    Cells(None, "街道", pl.col("street_name"), is_merged=True),
    Cells(None, "街道代码", pl.col("street_code")),
    Cells(None, "责任区编号", pl.col("area_no")),
    Cells(LEADER, NAME, pl.col("leader_name"), is_merged=True),
    Cells(LEADER, NUMBER, LEADER_NO, is_merged=True),
    Cells(LEADER, PHONE, pl.col("leader_mobile"), is_merged=True),
    Cells(FIRST, NAME, _dashed(pl.col("helper_name"))),
    Cells(FIRST, NUMBER, _dashed(pl.col("helper"))),
    Cells(FIRST, PHONE, _dashed(pl.col("helper_mobile"))),
    Cells(CHIEF, "任职编号", _dashed(pl.col("post"))),
    Cells(CHIEF, NAME, _dashed(pl.col("chief_name"))),
    Cells(CHIEF, NUMBER, _dashed(pl.col("chief"))),
    Cells(CHIEF, PHONE, _dashed(pl.col("chief_mobile"))),
    Cells(CHIEF, "任职日期", _dashed(_dotted("start_on"))),
    Cells(CHIEF, "离任日期", _dotted("end_on").fill_null("9999-12-31")),  # T26
    Cells(BESIDE, NAME, _dashed(pl.col("beside_name"))),
    Cells(BESIDE, NUMBER, _dashed(pl.col("beside"))),
    Cells(BESIDE, PHONE, _dashed(pl.col("beside_mobile"))),
    Cells(
        BESIDE,
        "类别",
        _dashed(
            pl.col("employment").replace_strict(
                VOLUNTEERS, default=None, return_dtype=pl.String
            )
        ),
    ),
    Cells(BESIDE, "职务", _dashed(pl.col("title"))),
)


def role_rows(
    people: People, plan: Plan, day: int, days: Sequence[int]
) -> pl.DataFrame:
    """Rows of the sheet on a day, by street and area.

    Args:
        people: who holds which post.
        plan: the ground.
        day: of the listing.
        days: all listings; they say when somebody was first missing.
    """
    told = people.persons.unique("person", keep="first", maintain_order=True)
    names = told.select(chief="person", chief_name="name", chief_mobile="mobile")
    chiefs = (
        people.posts.filter(
            (pl.col("role") == "ROAD_CHIEF") & (pl.col("first_day") <= day)
        )
        .with_columns(end_on=pl.when(pl.col("last_day") < day).then(gone_on(days)))
        .select("place", "post", "start_on", "end_on", chief="person")
        .join(names, on="chief", how="left", maintain_order="left")
    )
    own = plan.places.filter(IS_LATE)
    rows = own.join(chiefs, on="place", how="left", maintain_order="left")
    rows = _with_others(rows, told).with_columns(defect=pl.lit(None, dtype=pl.String))
    each = max(1, len(own) // STRAYS_PER_ROWS)
    strays = _with_others(own.head(each), told).select(
        pl.exclude("title", "beside", "helper", "helper_name", "helper_mobile"),
        title=pl.lit("单元长"),
        beside=pl.format("GZX{}", "community_code"),
        defect=pl.lit("title"),
    )
    both = pl.concat([rows, strays], how="diagonal")
    return both.sort("community_code", "post", nulls_last=True).with_columns(
        no=pl.int_range(1, pl.len() + 1)
    )


def _with_others(rows: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """The other three people of each row; beside an ended post stand none."""
    current = IS_CURRENT if "end_on" in rows.columns else pl.lit(value=True)
    helpers = told.select(helper="person", helper_name="name", helper_mobile="mobile")
    leaders = told.select(leader="person", leader_name="name", leader_mobile="mobile")
    return (
        rows.with_columns(
            leader=LEADER_NO,
            helper=pl.when(current).then(HELPER_NO),
            beside=pl.when(current).then(pl.format("GZ{}", "community_code")),
            beside_name=pl.when(current).then(pl.lit("志愿者")),
            beside_mobile=pl.when(current).then(
                pl.format("197{}", (20_000_000 + pl.col("place")).cast(pl.String))
            ),
            employment=pl.when(current).then(one_of(list(VOLUNTEERS), pl.col("place"))),
            title=pl.when(current).then(one_of(TITLES, pl.col("place"))),
        )
        .join(helpers, on="helper", how="left", maintain_order="left")
        .join(leaders, on="leader", how="left", maintain_order="left")
    )


def role_posts(rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The assignments that the rows of the last sheet unfold into."""
    sound = rows.filter(pl.col("defect").is_null())
    area = pl.col("area_no")
    yield _post(
        sound.filter(pl.col("chief").is_not_null()),
        source_id=pl.col("post"),
        person="chief",
        role="ROAD_CHIEF",
        title=pl.lit(CHIEF),
        start_on=pl.col("start_on"),
        end_on=pl.col("end_on"),
    )
    yield _post(
        sound.filter(IS_CURRENT),
        source_id=pl.format("{}#{}", area, pl.lit(FIRST)),
        person="helper",
        title=pl.lit(FIRST),
    )
    yield _post(
        sound.filter(IS_CURRENT),
        source_id=_beside(),
        person="beside",
        title=pl.col("title"),
    )
    yield _post(
        sound.unique("street_code", keep="first", maintain_order=True),
        source_id=pl.format("{}#{}", "street_code", pl.lit(LEADER)),
        person="leader",
        role="LEADER",
        title=pl.lit(LEADER),
        kind="STREET",
        target=pl.col("street_code"),
    )


def role_refused(rows: pl.DataFrame) -> pl.DataFrame:
    """Posts of which the title is unknown; their whole row stays out."""
    strays = rows.filter(pl.col("defect") == "title")
    return strays.select(source_id=_beside(), rule=pl.lit(RULES["title"]))


def role_persons(rows: pl.DataFrame, first: pl.Expr) -> pl.DataFrame:
    """The volunteers, whom no other list has; seen from the first sheet on."""
    sound = rows.filter(pl.col("defect").is_null() & IS_CURRENT)
    return sound.select(
        source_id="beside",
        person_name="beside_name",
        mobile="beside_mobile",
        employment_code="employment",
        is_active=pl.lit(value=True),
        valid_from_on=first,
    )


def _beside() -> pl.Expr:
    return pl.format("{}|{}#{}", "area_no", "beside", pl.lit(BESIDE))


def _post(
    rows: pl.DataFrame,
    *,
    source_id: pl.Expr,
    person: str,
    title: pl.Expr,
    role: str = "CO_GOVERN",
    kind: str = "AREA",
    target: pl.Expr | None = None,
    start_on: pl.Expr = PLANNED,
    end_on: pl.Expr | None = None,
) -> pl.DataFrame:
    return rows.select(
        source_id=source_id,
        person_id=ref("person", person),
        role_code=pl.lit(role),
        role_source_name=title,
        target_kind_code=pl.lit(kind),
        target_id=ref("area", "area_no") if target is None else target,
        is_primary=pl.lit(value=role == "ROAD_CHIEF"),
        start_on=start_on,
        end_on=pl.lit(None, dtype=pl.Date) if end_on is None else end_on,
    )
