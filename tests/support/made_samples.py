"""Samples under headings that were not at hand when names were collected.

What lives here: rows made for the columns of two other cities' published request files
(Chicago, San Francisco) and of two sheets as Chinese offices write them, one in
characters and one in initials of pinyin. Headings are real or usual, rows are made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

import polars as pl

from hub.onboarding.sample import Sample
from hub.partners.city import City

ROWS = 60
Maker = Callable[[int], str]
START = datetime(2026, 6, 1, 8)  # noqa: DTZ001 - a wall clock, as files have it


def sample_of(columns: Mapping[str, Maker], name: str) -> Sample:
    """A sample of `ROWS` rows, each column made from the row's number."""
    made = {head: [make(at) for at in range(ROWS)] for head, make in columns.items()}
    return Sample(
        rows=pl.DataFrame(made), connector="files", name=name, encoding="utf-8"
    )


def clock(form: str, hours: int, gaps: int = 0) -> Maker:
    """Instants, some hours after each row's report; every `gaps`-th is empty."""

    def make(at: int) -> str:
        when = START + timedelta(hours=7 * at + hours, minutes=at, seconds=at % 50)
        return "" if gaps and at % gaps == 0 else when.strftime(form)

    return make


def pick(words: Sequence[str]) -> Maker:
    """One of some words."""
    return lambda at: words[(at * 7 + at // 3) % len(words)]


def within(city: City, axis: int) -> Maker:
    """Degrees inside the city: axis 0 is the longitude, 1 the latitude."""
    low, high = city.bbox[axis], city.bbox[axis + 2]
    return lambda at: f"{low + (high - low) * (0.2 + 0.6 * ((at * 37) % 60) / 60):.6f}"


def chicago(city: City) -> Mapping[str, Maker]:
    """The columns of Chicago's 311 file."""
    form = "%m/%d/%Y %I:%M:%S %p"
    return {
        "SR_NUMBER": lambda at: f"SR26-{100000 + at * 13}",
        "SR_TYPE": pick(["Pothole in Street", "Graffiti Removal", "Tree Debris"]),
        "SR_SHORT_CODE": pick(["PHF", "GRAF", "SEL"]),
        "OWNER_DEPARTMENT": pick(["CDOT", "Streets", "Water"]),
        "STATUS": pick(["Open", "Completed", "Canceled"]),
        "ORIGIN": pick(["Phone Call", "Internet", "Mobile Device"]),
        "CREATED_DATE": clock(form, 0),
        "LAST_MODIFIED_DATE": clock(form, 30),
        "CLOSED_DATE": clock(form, 25, gaps=5),
        "STREET_ADDRESS": lambda at: f"{100 + at * 3} N STATE ST",
        "ZIP_CODE": pick(["60601", "60614", "60622"]),
        "DUPLICATE": pick(["true", "false"]),
        "WARD": lambda at: str(at % 50 + 1),
        "LATITUDE": within(city, 1),
        "LONGITUDE": within(city, 0),
    }


def san_francisco(city: City) -> Mapping[str, Maker]:
    """The columns of San Francisco's 311 file."""
    form = "%Y-%m-%dT%H:%M:%S"
    return {
        "CaseID": lambda at: str(16_000_000 + at * 17),
        "Opened": clock(form, 0),
        "Closed": clock(form, 25, gaps=5),
        "Updated": clock(form, 40),
        "Status": pick(["Open", "Closed"]),
        "Status Notes": pick(["Case resolved by crew", "Transferred to other unit"]),
        "Responsible Agency": pick(["DPW Ops Queue", "Recology", "PUC"]),
        "Category": pick(["Street Cleaning", "Encampments", "Graffiti"]),
        "Request Type": pick(["Bulky Items", "General Cleaning", "On Building"]),
        "Address": lambda at: f"{at + 20} MARKET ST, SAN FRANCISCO, CA 94103",
        "Street": pick(["MARKET ST", "MISSION ST"]),
        "Latitude": within(city, 1),
        "Longitude": within(city, 0),
        "Source": pick(["Mobile", "Web", "Phone"]),
        "Media URL": lambda at: f"https://media.example/{at}.jpg",
    }


def office(city: City) -> Mapping[str, Maker]:
    """A sheet of an office, in characters."""
    form = "%Y-%m-%d %H:%M"
    return {
        "工单编号": lambda at: f"GD2026{at + 1:06d}",
        "诉求来源": pick(["12345热线", "随手拍", "街道自查"]),
        "诉求人": pick(["来电人甲", "来电人乙", "来电人丙"]),
        "联系方式": lambda at: f"139{10_000_000 + at * 7919}",
        "诉求描述": lambda at: f"小区门口第{at}号摊位长期占道经营，影响居民通行出入",
        "事发地点": lambda at: f"解放大道{at + 1}号",
        "经度坐标": within(city, 0),
        "纬度坐标": within(city, 1),
        "所属街道编码": pick(streets(city)),
        "受理登记时间": clock(form, 0),
        "派单时间": clock(form, 2),
        "办理期限": clock(form, 72),
        "归档时间": clock(form, 40, gaps=4),
        "承办部门编码": pick(["D001", "D002", "D003"]),
        "满意情况": pick(["满意", "不满意", "非常满意"]),
        "图片张数": pick(["0", "1", "2"]),
        "身份证号码": lambda at: f"42010219800101{1000 + at}",
        "最后更新时间": clock("%Y-%m-%d %H:%M:%S", 50),
    }


def initials(city: City) -> Mapping[str, Maker]:
    """A table whose columns are initials of pinyin."""
    form = "%Y%m%d%H%M%S"
    return {
        "ID": lambda at: str(900_000 + at),
        "AJBH": lambda at: f"案{at + 1:05d}",
        "WTLY": pick(["巡查", "热线"]),
        "WTMS": lambda at: f"路面第{at}处破损，需要尽快派人修复处理",
        "SFDZ": lambda at: f"中山路{at}号",
        "JDDM": pick(streets(city)),
        "SBSJ": clock(form, 0),
        "LASJ": clock(form, 1),
        "PQSJ": clock(form, 2),
        "JASJ": clock(form, 40, gaps=4),
        "CZDW": pick(["U1", "U2"]),
        "LXDH": lambda at: f"138{20_000_000 + at * 7919}",
        "JD": within(city, 0),
        "WD": within(city, 1),
    }


def streets(city: City) -> list[str]:
    """Codes of some streets."""
    known = city.reference("division").filter(pl.col("level_code") == "STREET")
    return known["division_code"].head(6).to_list()
