"""Every list of exceptions as data: its rule or requirement, and its words.

What lives here: what a list is called and says of each of its rows. Several lists may
answer one requirement. What does not: which rows are on it (the modules beside this
one). Words say nothing of a person; rows name people by their pseudonymous ids.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import polars as pl

COLUMNS: Mapping[str, pl.DataType] = MappingProxyType(
    {
        "period": pl.String(),
        "kind": pl.String(),
        "unit_code": pl.String(),
        "street_unit_code": pl.String(),
        "district_code": pl.String(),
        "street_code": pl.String(),
        "community_code": pl.String(),
        "area_id": pl.String(),
        "subject": pl.String(),
        "subject_id": pl.String(),
        "other_id": pl.String(),
        "since_on": pl.Date(),
        "amount": pl.Int64(),
        "note_zh": pl.String(),
        "note_en": pl.String(),
    }
)


@dataclass(frozen=True)
class ExceptionList:
    """One list.

    Attributes:
        name: stable name in snake_case.
        kind: rule or requirement that it answers; flags have kinds of their own.
        subject: what one row is.
        note_zh, note_en: what is odd about a row, and what its amount counts.
    """

    name: str
    kind: str
    subject: str
    note_zh: str
    note_en: str


_ALL = (
    ExceptionList(
        "roster_missing",
        "R05",
        "unit",
        "无数据:从未报送责任区和任职名册",
        "no data: no roster of areas and posts ever came",
    ),
    ExceptionList(
        "community_uncovered",
        "R05",
        "community",
        "社区(村)不在任何拟设或在用责任区内",
        "no planned or active area holds this community",
    ),
    ExceptionList(
        "community_overlap",
        "R05",
        "community",
        "社区(村)同属多个在用责任区;数量为责任区数",
        "several active areas hold this community; the amount counts them",
    ),
    ExceptionList(
        "grid_overlap",
        "R05",
        "unit_grid",
        "单元网格同属多个在用责任区;数量为责任区数",
        "several active areas hold this unit grid; the amount counts them",
    ),
    ExceptionList(
        "boundary_overlap",
        "R05",
        "area",
        "与本街道另一在用责任区边界重叠;数量为重叠的责任区数",
        "overlaps other active areas of its street; the amount counts them",
    ),
    ExceptionList(
        "never_met",
        "R36",
        "issue",
        "超期未处置或挂账,且从未提交联席会议;数量为超期天数",
        "overdue or suspended, never brought to a meeting; the amount is days overdue",
    ),
    ExceptionList(
        "object_without_area",
        "R45",
        "service_object",
        "服务对象未归属责任区",
        "the object is linked to no area",
    ),
    ExceptionList(
        "object_alike",
        "T48",
        "service_object",
        "疑似重复的服务对象,请人工确认;数量为相似对象数",
        "seems to be on file twice, for a person to decide; the amount counts those "
        "that it looks like",
    ),
    ExceptionList(
        "board_chief",
        "R53",
        "sign_board",
        "在用公示牌上的路长不是在任路长",
        "a board in use shows somebody who is not the road chief in post",
    ),
    ExceptionList(
        "board_road",
        "R53",
        "sign_board",
        "在用公示牌上的路段与名册不符",
        "a board in use shows road sections that are not those on file",
    ),
    ExceptionList(
        "board_outdated",
        "R53",
        "sign_board",
        "公示牌信息过期",
        "the board is marked as outdated",
    ),
    ExceptionList(
        "posts_open",
        "R60",
        "org",
        "综合执法中心编制未满;数量为缺编人数",
        "posts of the enforcement centre are open; the amount counts them",
    ),
    ExceptionList(
        "posts_unknown",
        "R60",
        "org",
        "无数据:综合执法中心未报编制数或在编在岗数",
        "no data: posts approved or filled of the enforcement centre are not filed",
    ),
    ExceptionList(
        "load_population",
        "R61",
        "chief",
        "路长负责的人口,供比较;数量为人数",
        "population that the road chief answers for; the amount counts people",
    ),
    ExceptionList(
        "load_ground",
        "R61",
        "chief",
        "路长负责的面积,供比较;数量为平方米",
        "ground that the road chief answers for; the amount is square metres",
    ),
    ExceptionList(
        "load_cases",
        "R61",
        "chief",
        "当月归属路长的案件,供比较;数量为案件数",
        "cases of the month that the road chief answers for; the amount counts them",
    ),
    ExceptionList(
        "vacant_road_chief",
        "R62",
        "area",
        "路长空缺;数量为空缺天数",
        "no road chief; the amount is days of vacancy",
    ),
    ExceptionList(
        "vacant_building_chief",
        "R62",
        "community",
        "楼长空缺;数量为空缺天数",
        "no building chief; the amount is days of vacancy",
    ),
    ExceptionList(
        "vacant_shop_chief",
        "R62",
        "road_section",
        "应设店长的路段店长空缺;数量为空缺天数",
        "no shop chief where one is due; the amount is days of vacancy",
    ),
    ExceptionList(
        "vacant_leader",
        "R62",
        "street",
        "街道第一责任人空缺;数量为空缺天数",
        "no first responsible person; the amount is days of vacancy",
    ),
    ExceptionList(
        "vacant_contact",
        "R62",
        "org",
        "应设联络人的单位联络人空缺;数量为空缺天数",
        "no contact where one must be named; the amount is days of vacancy",
    ),
    ExceptionList(
        "community_unnamed",
        "R63",
        "community",
        "社区(村)未指定城市管理专人(楼长)",
        "the community has named nobody for city management (building chief)",
    ),
    ExceptionList(
        "attempt_repeated",
        "K18",
        "issue",
        "同一案件有多条处置记录的轮次相同;数量为重复条数",
        "handling rows of one case share a number; the amount counts the surplus",
    ),
    ExceptionList(
        "flag_quick",
        "FLAG-QUICK",
        "chief",
        "大量案件上报后几分钟内即处置;数量为案件数",
        "many cases handled within minutes of the report; the amount counts them",
    ),
    ExceptionList(
        "flag_photo",
        "FLAG-PHOTO",
        "chief",
        "同一照片用于多个案件;数量为案件数",
        "the same picture in several cases; the amount counts them",
    ),
    ExceptionList(
        "flag_point",
        "FLAG-POINT",
        "chief",
        "全部上报位于同一坐标点;数量为案件数",
        "all reports lie on one point; the amount counts them",
    ),
    ExceptionList(
        "flag_bulk",
        "FLAG-BULK",
        "chief",
        "月末集中上报;数量为案件数",
        "reports heaped at the end of the month; the amount counts them",
    ),
    ExceptionList(
        "flag_outside",
        "FLAG-OUTSIDE",
        "chief",
        "多次巡查不在责任区内;数量为巡查次数",
        "several patrols outside the area; the amount counts them",
    ),
    ExceptionList(
        "flag_closed",
        "FLAG-CLOSED",
        "closer",
        "同一账号几分钟内集中办结多个他人案件(非本人上报或处置);数量为案件数",
        "one account closed many cases within minutes that others found and handled; "
        "the amount counts them",
    ),
)
LISTS: Mapping[str, ExceptionList] = MappingProxyType({one.name: one for one in _ALL})
# Rules of the catalogue whose findings are listed too, in its own words.
RULES = (*(f"K{number:02}" for number in range(1, 12)), "K19")
KINDS = tuple(dict.fromkeys([*(one.kind for one in _ALL), *RULES]))


def on_list(name: str, rows: pl.DataFrame) -> pl.DataFrame:
    """`rows` (period, subject_id and what they know) as rows of one list."""
    one = LISTS[name]
    return rows.with_columns(
        kind=pl.lit(one.kind),
        subject=pl.lit(one.subject),
        note_zh=pl.lit(one.note_zh),
        note_en=pl.lit(one.note_en),
    )
