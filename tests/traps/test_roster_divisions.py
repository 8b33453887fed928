"""Trap T47: communities that merge, split or change their code."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from support.small_city import FILES
from support.trap_partner import Taken, cases, csv, opened, partner, taken
from support.trap_roster import AREAS, lines

from hub.flow import tables
from hub.flow.figures import compute
from hub.flow.house import House
from hub.flow.sent import sent_issue

DIVISIONS = f"""{FILES["division.csv"]}\
420102001201,甲村,COMMUNITY,VILLAGE_COMMITTEE,420102001,,2000-01-01,2026-10-01
420102001001,甲社区,COMMUNITY,RESIDENTS_COMMITTEE,420102001,,2026-10-01,
"""


def test_t47_a_village_that_became_a_community_is_known_by_its_days(
    tmp_path: Path,
) -> None:
    text = partner(cases(community_code='"社区"'))
    house = opened(tmp_path, text, files={"division.csv": DIVISIONS})
    old, new = "420102001201", "420102001001"
    rows = [
        {"编号": "A1", "上报": "2026-09-30 23:59:59", "社区": old},
        {"编号": "A2", "上报": "2026-10-01 00:00:00", "社区": old},
        {"编号": "A3", "社区": new},
        {"编号": "A4", "社区": "420102001999"},
    ]
    (tmp_path / "drop" / "cases_1.csv").write_bytes(csv(*rows))

    one = taken(house)

    assert one.counts == (4, 4, 0, 0)
    assert one.told("warn") == {("F09", "community_code"): 2}
    told = tables.finding_table(house.lake, "district").read().filter(rule="F09")
    ids = dict(one.rows().select("issue_id", "source_id").rows())
    assert {ids[key] for key in told["key"]} == {"A2", "A4"}


# On 16 September 甲村 becomes 甲社区, into which 乙社区 is merged; on 1 October 甲社区
# becomes 新社区. On 16 September 丙社区 is split into 丁社区 and 戊社区.
OF_STREET = "420102001"
JIA_CUN, YI, BING = (f"{OF_STREET}{n}" for n in ("201", "002", "003"))
JIA, DING, WU, XIN = (f"{OF_STREET}{n}" for n in ("001", "004", "005", "006"))
SPANS = {
    JIA_CUN: ("甲村", "VILLAGE_COMMITTEE", "2000-01-01", "2026-09-16"),
    YI: ("乙社区", "RESIDENTS_COMMITTEE", "2000-01-01", "2026-09-16"),
    BING: ("丙社区", "RESIDENTS_COMMITTEE", "2000-01-01", "2026-09-16"),
    JIA: ("甲社区", "RESIDENTS_COMMITTEE", "2026-09-16", "2026-10-01"),
    DING: ("丁社区", "RESIDENTS_COMMITTEE", "2026-09-16", ""),
    WU: ("戊社区", "RESIDENTS_COMMITTEE", "2026-09-16", ""),
    XIN: ("新社区", "RESIDENTS_COMMITTEE", "2026-10-01", ""),
}
CHANGED = FILES["division.csv"] + "".join(
    f"{code},{name},COMMUNITY,{kind},{OF_STREET},,{first},{until}\n"
    for code, (name, kind, first, until) in SPANS.items()
)
TABLE = f"""division_code,successor_code,from_on,note
{JIA_CUN},{JIA},2026-09-16,村改居
{YI},{JIA},2026-09-16,并入甲社区
{BING},{DING},2026-09-16,拆分
{BING},{WU},2026-09-16,拆分
{JIA},{XIN},2026-10-01,更名改码
"""
PARTNER = partner(AREAS, cases(community_code='"社区"'))
TOLD = {"division.csv": CHANGED, "division_successor.csv": TABLE}


def sent(
    folder: Path, rows: list[dict[str, str]], files: Mapping[str, str] = TOLD
) -> House:
    """A house whose partner has these cases, and an area of 甲村 and one of 丙社区."""
    house = opened(folder, PARTNER, files=files)
    areas = [
        {"id": "R1", "communities": JIA_CUN},
        {"id": "R2", "communities": BING},
    ]
    (folder / "drop" / "areas_1.jsonl").write_bytes(lines(areas))
    (folder / "drop" / "cases_1.csv").write_bytes(csv(*rows))
    return house


def row(key: str, day: str, code: str, at: str = "08:00:00") -> dict[str, str]:
    when = f"2026-{day} {at}"
    return {"编号": key, "更新": when, "上报": when, "社区": code}


def told_of(one: Taken, rule: str) -> set[str]:
    """Source keys of the cases that a rule speaks of."""
    found = tables.finding_table(one.house.lake, "district").read().filter(rule=rule)
    ids = dict(one.rows().select("issue_id", "source_id").rows())
    return {ids[key] for key in found["key"]}


def test_t47_a_code_that_ended_becomes_that_of_its_one_successor(
    tmp_path: Path,
) -> None:
    rows = [
        row("A1", "09-15", JIA_CUN, "23:59:59"),
        row("A2", "09-16", JIA_CUN, "00:00:00"),
        row("A3", "09-30", YI),
        row("A4", "10-01", YI),  # by way of 甲社区
        row("A5", "09-30", JIA),
    ]

    one = taken(sent(tmp_path, rows))

    assert one.counts == (5, 5, 0, 0)
    assert one.column("community_code") == [JIA_CUN, JIA, JIA, XIN, JIA]
    assert one.told("warn") == {("F27", "community_code"): 3}
    assert told_of(one, "F27") == {"A2", "A3", "A4"}
    # The list of areas is of January; what it says of the ground holds on.
    areas = dict(one.rows("area").select("area_id", "source_id").rows())
    assert [areas.get(id_) for id_ in one.column("area_id")] == ["R1"] * 5
    a4 = one.rows().filter(source_id="A4")["issue_id"][0]
    assert YI in sent_issue(one.house, a4, "2026-10").text


def test_t47_a_split_is_told_and_never_guessed(tmp_path: Path) -> None:
    rows = [
        row("B1", "09-15", BING),
        row("B2", "09-16", BING),
        row("B3", "09-16", DING),
    ]

    one = taken(sent(tmp_path, rows))

    assert one.column("community_code") == [BING, BING, DING]
    assert one.told("warn") == {("F09", "community_code"): 1}
    assert told_of(one, "F09") == {"B2"}
    assert one.column("area_method_code") == ["CODE", "CODE", "NONE"]


def test_t47_a_roster_of_the_day_names_the_successor_once(tmp_path: Path) -> None:
    dated = AREAS.replace('"2026-01-01"', '"2026-10-02"')
    house = opened(tmp_path, partner(dated), files=TOLD)
    areas = [{"id": "R1", "communities": f"{JIA_CUN},{YI},{BING}"}]
    (tmp_path / "drop" / "areas_1.jsonl").write_bytes(lines(areas))

    one = taken(house)

    assert one.column("community_codes", "area") == [[XIN, BING]]
    assert one.told("warn") == {("F27", "community_codes"): 1}


def test_t47_a_table_that_comes_later_links_the_cases_anew(tmp_path: Path) -> None:
    files = {"division.csv": CHANGED}
    one = taken(sent(tmp_path, [row("C1", "09-20", JIA)], files))
    assert one.column("area_method_code") == ["NONE"]
    assert not one.house.city.successors

    again = taken(opened(tmp_path, files=TOLD))

    assert again.column("area_method_code") == ["CODE"]
    assert not taken(opened(tmp_path)).batches


def test_t47_a_year_is_told_by_the_code_of_each_month_or_carried_over(
    tmp_path: Path,
) -> None:
    rows = [
        row("D1", "08-20", JIA_CUN),
        row("D2", "08-21", YI),
        row("D3", "08-22", BING),
        row("D4", "09-10", JIA_CUN),  # held on that day, and not at the month's end
        row("D5", "09-20", YI),
        row("D6", "10-01", YI),
    ]
    house = taken(sent(tmp_path, rows)).house

    def volume(to: date | None = None) -> dict[tuple[str, str], int]:
        found = compute(
            house,
            metrics=["case_volume"],
            periods=["2026-08", "2026-09", "2026-10"],
            evidence=False,
            carried_to=to,
        ).figures
        told = found.filter(level="community").select(
            "period", "unit_code", "numerator"
        )
        return {(month[-2:], code): count for month, code, count in told.rows()}

    assert volume() == {
        ("08", JIA_CUN): 1,
        ("08", YI): 1,
        ("08", BING): 1,
        ("09", JIA): 2,
        ("10", XIN): 1,
    }
    assert volume(date(2026, 10, 1)) == {
        ("08", XIN): 2,
        ("08", BING): 1,
        ("09", XIN): 2,
        ("10", XIN): 1,
    }
