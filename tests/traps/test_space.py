"""Traps of places, T33 to T37."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.trap_partner import cases, csv, dropped, opened, partner, taken

PLACED = {"lon": '"经度"', "lat": '"纬度"', "district_code": '"区"'}
HERE = ("114.3051", "30.5931")


def at(key: str, lon: str, lat: str, **row: str) -> dict[str, str]:
    return {"编号": key, "经度": lon, "纬度": lat, "区": "420102", **row}


@pytest.mark.parametrize(
    ("system", "quality", "moved"),
    [
        ("wgs84", "OK", False),
        ("cgcs2000", "OK", False),
        ("gcj02", "CONVERTED", True),
        ("bd09", "CONVERTED", True),
        ("local_planar", "UNSURE", False),
        ("unknown", "UNSURE", False),
    ],
)
def test_t33_the_declared_system_decides_what_a_point_is_worth(
    tmp_path: Path, system: str, quality: str, moved: bool
) -> None:
    text = partner(cases(**PLACED), coordinates=f'"{system}"')

    one = dropped(tmp_path, text, cases_1=csv(at("A1", *HERE)))

    found = one.rows().select("lon", "lat", "coord_sys_code").row(0)
    off = abs(found[0] - 114.3051) + abs(found[1] - 30.5931)
    assert (0.003 < off < 0.02) if moved else off == 0
    assert found[2] == system.upper()
    assert one.column("coord_quality_code") == [quality]
    unsure = {("P15", "lon"): 1} if quality == "UNSURE" else {}
    assert one.told("warn") == unsure


def test_t34_exchanged_axes_are_put_right_and_told(tmp_path: Path) -> None:
    one = dropped(
        tmp_path,
        partner(cases(**PLACED)),
        cases_1=csv(at("A1", *HERE), at("A2", *HERE[::-1])),
    )

    assert one.column("lon") == [114.3051, 114.3051]
    assert one.column("coord_quality_code") == ["OK", "SWAPPED_FIXED"]
    assert one.told("warn") == {("T34", "lon"): 1}


@pytest.mark.parametrize(
    ("right", "swapped", "told"), [(1, 9, 1), (2, 9, 0), (0, 9, 0), (0, 10, 1)]
)
def test_t34_a_delivery_that_always_does_it_is_told_as_a_whole(
    tmp_path: Path, right: int, swapped: int, told: int
) -> None:
    rows = [at(f"A{n}", *HERE) for n in range(right)]
    rows += [at(f"B{n}", *HERE[::-1]) for n in range(swapped)]

    one = dropped(
        tmp_path,
        partner(cases(**PLACED)),
        cases_1=csv(*rows, at("C", "0", "0")),
    )

    assert one.counts == (right + swapped + 1, right + swapped + 1, 0, 0)
    assert one.told("warn").get(("P30", "lon"), 0) == told


@pytest.mark.parametrize(
    ("lon", "lat", "quality"),
    [
        ("0", "0", "MISSING"),
        ("-1", "-1", "MISSING"),
        ("", "", "MISSING"),
        ("114.31", "30.59", "UNSURE"),
    ],
)
def test_t35_no_point_and_a_coarse_point_are_told_apart(
    tmp_path: Path, lon: str, lat: str, quality: str
) -> None:
    one = dropped(tmp_path, partner(cases(**PLACED)), cases_1=csv(at("A1", lon, lat)))

    assert one.counts == (1, 1, 0, 0)
    assert one.column("coord_quality_code") == [quality]
    expected = [114.31] if quality == "UNSURE" else [None]
    assert one.column("lon") == expected
    told = {("P15", "lon"): 1} if quality == "UNSURE" else {}
    assert one.told("warn") == told


def test_t36_north_first_is_said_in_the_mapping_and_a_miss_is_told(
    tmp_path: Path,
) -> None:
    surveyed = {**PLACED, "lon": '"Y"', "lat": '"X"'}
    row = {"编号": "A1", "X": HERE[1], "Y": HERE[0], "区": "420102"}
    far = row | {"编号": "A2", "X": "39.9042", "Y": "116.4074"}

    one = dropped(tmp_path, partner(cases(**surveyed)), cases_1=csv(row, far))

    assert one.column("lon") == [114.3051, 116.4074]
    assert one.column("coord_quality_code") == ["OK", "OUT_OF_CITY"]
    assert one.told("warn") == {("T36", "lon"): 1}


AREAS = """
[[feed]]
name = "aareas"
dataset = "area"
key = ["id"]
read = { files = "areas_*.jsonl" }

[feed.columns]
area_name = "id"
area_kind_code = { value = "ZONE" }
status_code = { value = "ACTIVE" }
is_required = { value = true }
street_code = "street"
boundary = "box"
valid_from_on = "since"
"""
BOX = "POLYGON(({0} 30.5, {1} 30.5, {1} 30.7, {0} 30.7, {0} 30.5))"


def test_t37_point_code_and_area_of_three_streets_are_all_kept(tmp_path: Path) -> None:
    areas = "".join(
        f'{{"id":"{key}","street":"{street}","since":"2026-01-01",'
        f'"box":"{BOX.format(west, east)}"}}\n'
        for key, street, west, east in (
            ("R1", "420102001", 114.3, 114.4),
            ("R2", "420102002", 114.4, 114.5),
        )
    )
    named = {**PLACED, "area_id": '{ field = "责任区", ref = "area" }'}
    house = opened(tmp_path, partner(AREAS, cases(**named)))
    (tmp_path / "drop" / "areas_1.jsonl").write_text(areas, "utf-8")
    rows = [
        at("A1", *HERE, 责任区="R1"),
        at("A2", *HERE, 责任区="R2"),
        at("A3", "114.4500", "30.6000", 责任区=""),
    ]
    (tmp_path / "drop" / "cases_1.csv").write_bytes(csv(*rows))

    one = taken(house)

    areas_by_id = dict(one.rows("area").select("area_id", "source_id").rows())
    found = [areas_by_id.get(key) for key in one.column("area_id")]
    assert found[:2] == ["R1", "R2"]
    assert one.column("area_method_code")[:2] == ["SOURCE", "SOURCE"]
    assert one.column("street_code") == ["420102001"] * 3
    assert ("A1", "T37") not in one.linked()
    assert {("A2", "T37"), ("A3", "F10")} <= one.linked()


def test_t35_a_point_that_is_no_good_decides_no_area(tmp_path: Path) -> None:
    box = BOX.format(114.3, 114.4)
    area = f'{{"id":"R1","street":"420102001","since":"2026-01-01","box":"{box}"}}\n'
    house = opened(tmp_path, partner(AREAS, cases(**PLACED)))
    (tmp_path / "drop" / "areas_1.jsonl").write_text(area, "utf-8")
    rows = [at("A1", *HERE), at("A2", "114.31", "30.59"), at("A3", "0", "0")]
    (tmp_path / "drop" / "cases_1.csv").write_bytes(csv(*rows))

    one = taken(house)

    assert one.column("area_method_code") == ["POINT", "NONE", "NONE"]
    assert [key is None for key in one.column("area_id")] == [False, True, True]
