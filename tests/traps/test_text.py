"""Traps of text and encoding, T38 to T43."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.small_city import FILES as SMALL_FILES
from support.trap_partner import (
    CASE,
    cases,
    csv,
    dropped,
    given,
    looked,
    opened,
    partner,
    taken,
)

WORDED = {"description": '"描述"', "reporter_name": '"上报人"'}


def row(key: str, *, said: str = "井盖破损", who: str = "王小二") -> dict[str, str]:
    return {"编号": key, "描述": said, "上报人": who}


@pytest.mark.parametrize("codec", ["gbk", "gb18030", "utf-8-sig", "utf-16"])
def test_t38_the_encoding_is_found_out(tmp_path: Path, codec: str) -> None:
    one = dropped(
        tmp_path,
        partner(cases(**WORDED)),
        cases_1=csv(row("A1"), row("A2", said="路灯不亮"), codec=codec),
    )

    assert one.counts == (2, 2, 0, 0)
    assert one.column("description") == ["井盖破损", "路灯不亮"]
    assert one.told() == {}


def test_t38_bytes_of_no_encoding_refuse_the_file(tmp_path: Path) -> None:
    torn = csv(row("A1")) + b"A2,\xff\xff,\x80\n"

    one = dropped(tmp_path, partner(cases(**WORDED)), cases_1=torn)

    assert one.batch.state == "refused"
    assert len(one.rows()) == 0


def test_t39_codes_are_folded_and_free_text_only_trimmed(tmp_path: Path) -> None:
    said = "Ｐ型井盖\u3000破损"
    one = given(
        tmp_path,
        row("\u3000Ａ\u200b１\u00a0", said=f"{said}\t")
        | {"街道": "４２０１０２００１"},
        **WORDED,
    )

    assert one.counts == (1, 1, 0, 0)
    found = one.rows().select("source_id", "street_code", "description").row(0)
    assert found == ("A1", "420102001", said)


@pytest.mark.parametrize(
    ("who", "told"),
    [("王㛃", {}), ("陈𬭳", {}), ("王\ue000", {("P23", "reporter_name"): 1})],
)
def test_t40_rare_characters_stay_whole(
    tmp_path: Path, who: str, told: dict[tuple[str, str], int]
) -> None:
    one = given(tmp_path, row("A1", who=who), **WORDED)

    assert one.column("reporter_name") == [who]
    assert one.told() == told


STREETS = """
[feed.codes.street]
"桥口区（民族街）" = "420102001"
"汉正街" = "420102002"
"""


@pytest.mark.parametrize(
    ("street", "code"),
    [
        ("桥口区(民族街)", "420102001"),
        ("硚口区（民族街）", "420102001"),
        ("橋口區（民族街）", "420102001"),
        ("漢正街", "420102002"),
        ("民族街", None),
    ],
)
def test_t41_spellings_of_a_place_are_one_word_of_the_table(
    tmp_path: Path, street: str, code: str | None
) -> None:
    by_name = {"street_code": '{ field = "街道", codes = "street" }'}
    text = partner(cases(more=STREETS, **by_name))

    one = dropped(tmp_path, text, cases_1=csv({"街道": street}))

    assert one.column("street_code") == ([code] if code else [])
    lost = {} if code else {("P06", "street_code"): 1}
    assert one.told("reject") == lost


NAMED_DIVISIONS = f"""{SMALL_FILES["division.csv"]}\
420104,硚口区,DISTRICT,DISTRICT,420100,,2000-01-01,
420105,汉阳区,DISTRICT,DISTRICT,420100,,2000-01-01,
420105001,民族街街道,STREET,STREET,420105,,2000-01-01,
420104001,民族街街道,STREET,STREET,420104,,2000-01-01,
420104002,汉正街道（老）,STREET,STREET,420104,,2000-01-01,2020-01-01
420104003,汉正街道,STREET,STREET,420104,,2020-01-01,
420104003001,多福社区居委会,COMMUNITY,RESIDENTS_COMMITTEE,420104003,,2020-01-01,
"""
BY_NAME = 'ref = "division", by = "division_name"'


@pytest.mark.parametrize(
    ("district", "street", "code"),
    [
        ("420104", "汉正街", "420104003"),
        ("420104", "漢正街道", "420104003"),
        ("420104", "汉正", "420104003"),
        ("420104", "汉正街道(老)", None),  # no longer on the day of the report
        ("420104", "民族街", "420104001"),
        ("420105", "民族街街道", "420105001"),
        ("", "民族街", None),
        ("", "桥口区（民族街）", "420104001"),
        ("", "橋口區民族街街道", "420104001"),
        ("", "漢正街", "420104003"),
        ("420105", "汉正街", None),
        ("420105", "二七街", None),
    ],
)
def test_t41_a_street_is_found_from_its_name_and_district(
    tmp_path: Path, district: str, street: str, code: str | None
) -> None:
    text = partner(
        cases(
            district_code='"区"',
            street_code=f'{{ field = "街道", {BY_NAME}, within = "district_code" }}',
        )
    )
    house = opened(tmp_path, text, files={"division.csv": NAMED_DIVISIONS})
    sent = csv({"街道": street, "区": district})
    (tmp_path / "drop" / "cases_1.csv").write_bytes(sent)

    one = taken(house)

    assert one.column("street_code") == ([code] if code else [])
    assert one.told("reject") == ({} if code else {("F26", "street_code"): 1})


def test_t41_a_community_that_nobody_finds_is_told_and_left_empty(
    tmp_path: Path,
) -> None:
    text = partner(
        cases(
            street_code=f'{{ field = "街道", {BY_NAME}, within = "420104" }}',
            community_code=f'{{ field = "社区", {BY_NAME}, within = "street_code" }}',
        )
    )
    house = opened(tmp_path, text, files={"division.csv": NAMED_DIVISIONS})
    rows = [
        {"街道": "汉正街", "社区": "多福社区"},
        {"编号": "A2", "街道": "汉正街", "社区": "无福社区"},
    ]
    (tmp_path / "drop" / "cases_1.csv").write_bytes(csv(*rows))

    one = taken(house)

    assert one.counts == (2, 2, 0, 0)
    assert one.column("community_code") == ["420104003001", None]
    assert one.told("warn") == {("F26", "community_code"): 1}


def test_t41_a_new_street_is_found_once_the_divisions_are_renewed(
    tmp_path: Path,
) -> None:
    text = partner(cases(street_code=f'{{ field = "街道", {BY_NAME} }}'))
    house = opened(tmp_path, text)
    (tmp_path / "drop" / "cases_1.csv").write_bytes(csv({"街道": "汉正街"}))
    assert taken(house).told("reject") == {("F26", "street_code"): 1}

    renewed = opened(tmp_path, files={"division.csv": NAMED_DIVISIONS})
    one = taken(renewed)

    assert [batch.kind for batch in one.batches] == ["retry"]
    assert one.column("street_code") == ["420104003"]


def test_t41_a_name_that_two_things_bear_points_to_neither(tmp_path: Path) -> None:
    orgs = (
        '[[feed]]\nname = "aorgs"\ndataset = "org"\nmode = "snapshot"\nkey = ["代码"]\n'
        'read = { files = "orgs_*.csv" }\n[feed.columns]\norg_name = "名称"\n'
        'org_kind_code = { value = "STREET" }\norg_level_code = { value = "STREET" }\n'
    )
    handled = cases(handling_org_id='{ field = "单位", ref = "org", by = "org_name" }')
    house = opened(tmp_path, partner(orgs, handled))
    listed = "代码,名称\no1,民族街\no2,民族街\no3,二七街\n"
    (tmp_path / "drop" / "orgs_1.csv").write_text(listed, "utf-8")
    rows = [{"单位": "二七街"}, {"编号": "A2", "单位": "民族街"}]
    (tmp_path / "drop" / "cases_1.csv").write_bytes(csv(*rows))

    one = taken(house)

    orgs_by_key = dict(one.rows("org").select("source_id", "org_id").rows())
    assert one.column("source_id") == ["A1"]
    assert one.column("handling_org_id") == [orgs_by_key["o3"]]
    assert one.told("reject") == {("F24", "handling_org_id"): 1}


def test_t42_damage_warns_in_free_text_and_keeps_names_out(tmp_path: Path) -> None:
    one = given(
        tmp_path,
        row("A1", said="锟斤拷破损"),
        row("A2", said="路面\ufffd陷"),
        row("A3", who="王锟斤拷"),
        row("锟斤拷4"),
        **WORDED,
    )

    assert one.counts == (4, 2, 2, 0)
    assert one.told("warn") == {("P22", "description"): 2}
    assert one.told("reject") == {
        ("P21", "reporter_name"): 1,
        ("P21", "source_id"): 1,
        ("P21", "case_no"): 1,
    }


def test_t42_frequent_damage_is_an_alarm(tmp_path: Path) -> None:
    def day_of(damaged: int) -> dict[str, object] | None:
        rows = [row(f"B{n}", said="\ufffd" * (n < damaged)) for n in range(100)]
        house = dropped(tmp_path / str(damaged), text, cases_1=csv(*rows)).house
        alarm = looked(house).get("A14")
        return alarm and dict(alarm.seen)

    text = partner(cases(**WORDED))

    assert day_of(15) is None  # neither 20 rows nor more than 15 %
    told = day_of(25)
    assert told is not None
    assert (told["damaged"], told["count"], told["share"]) == (25, 100, "25%")


def test_t43_an_unquoted_comma_costs_its_row_only(tmp_path: Path) -> None:
    names = ",".join(CASE)
    good = ",".join(CASE.values())
    body = f"{names}\n{good}\n{good.replace('A1', 'A2')},多一格\n"

    one = dropped(tmp_path, partner(cases()), cases_1=body.encode())

    assert one.counts == (2, 1, 1, 0)
    assert [rule for rule, _ in one.told("reject")] == ["P09"]
    assert "多一格" in one.quarantined()[0]


def test_t43_many_shifted_rows_refuse_the_file(tmp_path: Path) -> None:
    names, good = ",".join(CASE), ",".join(CASE.values())
    body = f"{names}\n{good}\n{good},x\n{good},y\n"
    bounded = cases(feed="expect = { max_quarantined_share = 0.5 }")

    one = dropped(tmp_path, partner(bounded), cases_1=body.encode())

    assert one.batch.state == "refused"
    assert "B04 2 of 3" in str(one.batch.error)


def test_t43_control_signs_in_xml_are_taken_out(tmp_path: Path) -> None:
    inside = "".join(f"<{k}>{v}</{k}>" for k, v in CASE.items())
    told = f"<rows><row>{inside}<描述>井盖\x0b破损&#8;</描述></row></rows>"
    house = opened(
        tmp_path,
        partner(cases('files = "c_*.xml"\nrecords = "rows.row"', description='"描述"')),
    )
    (tmp_path / "drop" / "c_1.xml").write_text(told, "utf-8")

    one = taken(house)

    assert one.counts == (1, 1, 0, 0)
    assert one.column("description") == ["井盖破损"]
