"""Traps of people, posts and registers, T44 to T50."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from support.partner_server import Reply
from support.trap_partner import (
    CASE,
    HTTP,
    NOW,
    asked,
    cases,
    opened,
    partner,
    taken,
)
from support.trap_roster import AREAS, PEOPLE, lines, listed, odd, person

from hub.flow.exceptions import exceptions


def test_t44_people_are_told_apart_by_key_and_shared_phones_are_told(
    tmp_path: Path,
) -> None:
    first = [
        person("p1", tel="13900000001"),
        person("p2", tel="139 0000 0002"),
        person("p3", "李四", tel="+8613900000002"),
    ]
    changed = [person("p1", tel="13900000009"), *first[1:]]

    one = listed(tmp_path, first, changed)

    assert one.rows("person")["person_id"].n_unique() == 3
    versions = one.rows("person").filter(source_id="p1").sort("valid_from_on")
    assert versions["mobile"].to_list() == ["13900000001", "13900000009"]
    assert versions["valid_to_on"].to_list() == [date(2026, 9, 2), None]
    assert {key for rule, key in odd(one) if rule == "K19"} == {"p2", "p3"}


def test_t45_vacant_double_reversed_and_open_posts(tmp_path: Path) -> None:
    rows = [
        person("p1", area="R1", until="9999-12-31"),
        person("p2", area="R1"),
        person("p3", area="R2", since="2026-06-01", until="2026-05-01"),
    ]

    one = listed(tmp_path, rows, areas=("R1", "R2"))

    assert one.counts == (3, 2, 1, 0)
    assert one.told("reject") == {("K12", "end_on"): 1}
    assert one.column("end_on", "assignment") == [None, None]
    assert {("K01", "R1"), ("K02", "R2")} <= odd(one)


def test_t46_titles_go_by_table_and_an_unknown_one_waits(tmp_path: Path) -> None:
    titles = ("路长", "街路长", "网格长", "巷长")
    rows = [person(f"p{n}", title=title, area="R1") for n, title in enumerate(titles)]

    one = listed(tmp_path, rows, areas=("R1",))

    assert one.counts == (4, 3, 1, 0)
    assert one.told("reject") == {("P06", "role_code"): 1}
    roles = one.column("role_code", "assignment")
    assert roles == ["ROAD_CHIEF", "ROAD_CHIEF", "CO_GOVERN"]
    assert one.column("role_source_name", "assignment") == list(titles[:3])


WIDE = """
[[feed]]
name = "wide"
key = ["area"]
mode = "snapshot"
read = { files = "wide_*.jsonl" }
"""
BLOCK = """
[[feed.emit]]
dataset = "assignment"
part = {{ value = "{0}" }}
when = "{0} <> ''"

[feed.emit.columns]
person_id = {{ field = "{0}", ref = "person" }}
role_code = {{ value = "{1}" }}
target_kind_code = {{ value = "AREA" }}
target_id = {{ field = "area", ref = "area" }}
is_primary = {{ value = false }}
start_on = {{ value = "2026-01-01" }}
"""


def test_t46_four_role_columns_of_one_row_become_four_posts(tmp_path: Path) -> None:
    roles = ("ROAD_CHIEF", "CO_GOVERN", "CO_GOVERN", "CO_GOVERN")
    blocks = [BLOCK.format(f"c{n}", role) for n, role in enumerate(roles)]
    house = opened(tmp_path, partner(AREAS, PEOPLE, WIDE + "".join(blocks)))
    drop = tmp_path / "drop"
    (drop / "areas_1.jsonl").write_bytes(lines([{"id": "R1", "communities": ""}]))
    people = [person(f"p{n}") for n in range(4)]
    (drop / "people_20260901.jsonl").write_bytes(lines(people))
    wide = {"area": "R1"} | {f"c{n}": f"p{n}" for n in range(4)}
    (drop / "wide_1.jsonl").write_bytes(lines([wide, wide | {"c1": ""}][:1]))

    one = taken(house)

    assert one.counts == (1, 1, 0, 0)
    assert one.column("source_id", "assignment") == [f"R1#c{n}" for n in range(4)]
    assert one.column("role_code", "assignment") == list(roles)


SEEN = "2026-09-01 09:00:00"
SHOPS = """
[[feed]]
name = "shops"
dataset = "service_object"
mode = "snapshot"
key = ["证号"]
read = { files = "shops_*.jsonl" }

[feed.columns]
object_kind_code = { value = "SHOP" }
object_name = "招牌"
legal_name = "执照"
uscc_id = "代码"
street_code = { value = "420102001" }
open_status_code = { field = "状态", codes = "open" }
verified_at = "核实"
valid_from_on = { value = "2026-01-01" }

[feed.codes.open]
"营业" = "OPEN"
"关门" = "MOVED"
"""


def test_t48_sign_and_licence_names_are_kept_side_by_side(tmp_path: Path) -> None:
    shop = {
        "招牌": "老王热干面",
        "执照": "武汉老王餐饮有限公司",
        "核实": "2025-06-01 09:00:00",
    }
    rows = [
        shop | {"证号": "L1", "代码": "91420100MA4K2X1B0A", "状态": "营业"},
        shop | {"证号": "L2", "代码": "", "状态": "关门", "核实": SEEN},
        shop | {"证号": "L3", "代码": "", "状态": "？"},
    ]
    house = opened(tmp_path, partner(SHOPS))
    (tmp_path / "drop" / "shops_1.jsonl").write_bytes(lines(rows))

    one = taken(house)

    assert one.counts == (3, 2, 1, 0)
    names = one.rows("service_object").select("object_name", "legal_name").rows()
    assert names == [("老王热干面", "武汉老王餐饮有限公司")] * 2
    assert one.column("open_status_code", "service_object") == ["OPEN", "MOVED"]
    assert one.told("reject") == {("P06", "open_status_code"): 1}
    assert one.told("warn")[("K20", "uscc_id")] == 1
    assert one.told("warn")[("T48", "verified_at")] == 2


def test_t48_shops_that_look_alike_are_suggested_and_left_alone(tmp_path: Path) -> None:
    code = "91420100MA4K2X1B02"
    shops = [
        ("L1", "老王热干面", "武汉老王餐饮有限公司", code, "民族路1号"),
        ("L2", "老王熱乾麵", "", "", "民族路 １号"),  # the sign, in another script
        ("L3", "武汉老王餐饮(有限公司)", "", "", "民族路1号"),  # the licence as sign
        ("L4", "老王早点", "", code, "汉正街9号"),  # the licence's code alone
        ("L5", "老王热干面", "", "", "汉正街7号"),  # a chain: elsewhere
        ("L6", "小李理发", "", "", "民族路1号"),  # another shop in the house
    ]
    names = ("证号", "招牌", "执照", "代码", "地址")
    rows = [
        dict(zip(names, shop, strict=True)) | {"状态": "营业", "核实": SEEN}
        for shop in shops
    ]
    placed = SHOPS.replace("[feed.codes", 'address = "地址"\n[feed.codes')
    house = opened(tmp_path, partner(placed))
    (tmp_path / "drop" / "shops_1.jsonl").write_bytes(lines(rows))

    one = taken(house)

    found = exceptions(house, ["2026-10"], NOW).filter(kind="T48")
    known = one.rows("service_object")
    keys = dict(known.select("service_object_id", "source_id").rows())
    pairs = found.select("subject_id", "other_id").rows()
    assert {frozenset((keys[one], keys[other])) for one, other in pairs} == {
        frozenset(("L1", "L2")),
        frozenset(("L1", "L3")),
        frozenset(("L1", "L4")),
    }
    assert known["duplicate_of_id"].to_list() == [None] * 6


@pytest.mark.parametrize(("left", "state"), [(95, "merged"), (70, "refused")])
def test_t49_a_few_may_go_without_a_word_and_a_third_may_not(
    tmp_path: Path, left: int, state: str
) -> None:
    everybody = [person(f"p{n:03}", area="R1") for n in range(100)]

    one = listed(tmp_path, everybody, everybody[:left], areas=("R1",))

    assert one.batch.state == state
    posts = one.rows("assignment")
    ended = posts["end_on"].drop_nulls().to_list()
    assert ended == ([date(2026, 9, 2)] * 5 if state == "merged" else [])
    assert ("B05" in str(one.batch.error)) == (state == "refused")


def test_t50_secrets_are_cut_before_anything_is_kept(tmp_path: Path) -> None:
    row = person("p1", 身份证号="42010219800101001X", password="c4nary")

    one = listed(tmp_path, [row])

    (part,) = one.house.ledger.parts(one.batch.number)
    with one.house.raw.open(part.sha256) as body:
        kept = body.read().decode()
    assert "c4nary" not in kept
    assert "42010219800101001X" not in kept
    assert one.counts == (1, 1, 0, 0)
    everything = b"".join(
        path.read_bytes() for path in (tmp_path / "home").rglob("*") if path.is_file()
    )
    assert b"c4nary" not in everything


def test_t50_a_new_column_of_that_kind_is_reported(tmp_path: Path) -> None:
    sent = [{**CASE, "password": "c4nary"}]
    cut = cases('path = "/c"', feed='never_land = ["password"]')

    one = asked(tmp_path / "cut", partner(cut, source=HTTP), lambda _: Reply(sent))
    new = asked(
        tmp_path / "new",
        partner(cases('path = "/c"'), source=HTTP),
        lambda _: Reply(sent),
    )

    assert one.told("warn") == {("T50", "password"): 1}
    assert new.told("warn") == {("P13", "password"): 1}
