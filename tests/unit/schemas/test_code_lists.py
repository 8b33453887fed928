from __future__ import annotations

import re

import polars as pl
import pytest

from hub.schemas.code_lists import (
    code_list,
    code_lists,
    institution_items,
    limit_types,
    share_classes,
    source_channels,
    stages,
)
from hub.schemas.formats import national_formats


def test_a_list_knows_its_codes_in_order_and_their_labels() -> None:
    roles = code_list("ROLE")

    assert roles.ordered[:3] == ("ROAD_CHIEF", "BUILDING_CHIEF", "SHOP_CHIEF")
    assert roles.codes == frozenset(roles.ordered)
    assert (roles.label_zh("SHOP_CHIEF"), roles.label_en("SHOP_CHIEF")) == (
        "店长",
        "shop chief",
    )
    assert roles.allows("LEADER")
    assert not roles.allows("leader")


def test_what_is_unknown_is_answered_with_what_there_is() -> None:
    with pytest.raises(KeyError, match="ROLE"):
        code_list("ROLES")
    with pytest.raises(KeyError, match="SHOP_CHIEF"):
        code_list("ROLE").label_zh("店长")


def test_every_code_has_both_labels() -> None:
    for entries in code_lists().values():
        assert entries.codes
        assert len(entries.ordered) == len(entries.codes)
        for code in entries.ordered:
            assert entries.label_zh(code)
            assert entries.label_en(code)


def test_partners_add_category_systems_of_their_own() -> None:
    systems = code_list("CATEGORY_SYSTEM")

    allowed = ["GBT47678.5-2026", "LOCAL-platform", "LOCAL-qk2"]
    refused = ["GBT47678x5-2026", "LOCAL-", "LOCAL-<partner>", "LOCAL-Qk", "x LOCAL-qk"]
    assert [systems.allows(code) for code in allowed] == [True] * len(allowed)
    assert [systems.allows(code) for code in refused] == [False] * len(refused)
    assert systems.label_zh("LOCAL-platform") == "本地编码"


def test_only_the_category_systems_are_open() -> None:
    open_lists = [name for name, found in code_lists().items() if found.pattern]

    assert open_lists == ["CATEGORY_SYSTEM"]


def test_stages_in_rows_are_main_and_end_stages_without_overlays() -> None:
    found = stages()
    kinds = dict(found.group_by("kind").len().iter_rows())

    assert kinds == {"MAIN": 11, "END": 3, "OVERLAY": 4}
    overlays = set(found.filter(pl.col("kind") == "OVERLAY")["code"])
    assert code_list("STAGE").codes == set(found["code"]) - overlays
    assert found.filter(pl.col("kind") == "MAIN")["stage_no"].null_count() == 0


@pytest.mark.parametrize(
    ("table", "rows", "first"),
    [
        (stages, 18, ("code", "DISCOVERED")),
        (source_channels, 15, ("code", "LZZ")),
        (institution_items, 16, ("code", "J01")),
        (limit_types, 4, ("code", "URGENT_HOUR")),
        (share_classes, 3, ("padded_code", "01")),
    ],
)
def test_tables_are_text_throughout(table, rows: int, first: tuple[str, str]) -> None:  # type: ignore[no-untyped-def]
    found = table()

    assert found.height == rows
    assert set(found.schema.values()) == {pl.String}
    assert found[first[0]][0] == first[1]
    assert "" not in set(found.unpivot()["value"])


EXAMPLES = {
    "district_code": ("420104", "42010"),
    "street_code": ("420104001", "420104"),
    "community_code": ("420104001001", "420104001"),
    "division_code": ("420104001", "42010400"),
    "unit_grid_code": ("420104001001001", "42010400100101"),
    "component_id": ("3205080101000001", "320508010100000"),
    "uscc": ("91350100M000100Y43", "91350100I000100Y43"),
    "mobile": ("13812348000", "23812348000"),
    "phone": ("027-88881234", "02"),
    "sha256": ("0a" * 32, "0A" * 32),
}


@pytest.mark.parametrize("name", national_formats())
def test_a_format_fits_its_example_in_both_regex_dialects(name: str) -> None:
    good, bad = EXAMPLES[name]
    pattern = national_formats()[name]

    assert re.search(pattern, good)
    assert not re.search(pattern, bad)
    fits = pl.Series([good, bad, f"{good}x", "４２０１０４"]).str.contains(pattern)
    assert fits.to_list() == [True, False, False, False]


@pytest.mark.parametrize(
    "phone", ["13812348000", "02788881234", "0713-8888123", "12345", "400-888-1234"]
)
def test_a_phone_is_a_mobile_a_landline_or_a_service_number(phone: str) -> None:
    assert re.search(national_formats()["phone"], phone)
