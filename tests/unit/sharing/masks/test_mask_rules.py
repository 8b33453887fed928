"""What becomes of values on their way out: the clause's examples, and the odd ones."""

from __future__ import annotations

import polars as pl
import pytest

from hub.sharing.join_keys import JoinKey
from hub.sharing.masks import apply_masks

KEY = JoinKey("1-test", "6b" * 32)


def _masked(mask: str, value: str | None, **beside: str | None) -> str | None:
    columns = {"x": value, **beside}
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    found: str | None = apply_masks(frame, {"x": mask}, KEY).frame["x"].item()
    return found


@pytest.mark.parametrize(
    ("mask", "given", "told"),
    [
        ("name", "张三", "张*"),
        ("name", "王小明", "王**"),
        ("name", "欧阳小明", "欧阳**"),
        ("name", "阿凡提·买买提", "阿凡提·***"),
        ("phone", "13812348000", "138****8000"),
        ("phone", "027-88881234", "027-****1234"),
        ("idno", "11010519491231002X", "110105********002X"),
        ("idno_strict", "11010519491231002X", "1****************X"),
        ("address", "某路12号某小区3栋2单元501室", "某路12号某小区"),
        ("plate", "鄂A12345", "鄂A·***45"),
        ("scrub", "请联系138-1234-8000", "请联系[电话]"),
    ],
)
def test_the_examples_of_the_clause(mask: str, given: str, told: str) -> None:
    assert _masked(mask, given) == told


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("张", "*"),
        ("欧阳", "欧*"),
        (" 诸葛亮\u3000", "诸葛*"),
        ("阿依古丽•买买提", "阿依古丽·***"),
        ("阿凡提·", "阿***"),
        ("艾力·A·买", "艾力·*·*"),
        ("13812348000·张三", "1*************"),
        ("王\n小明", "王***"),
    ],
)
def test_something_of_every_name_is_hidden(given: str, told: str) -> None:
    assert _masked("name", given) == told


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("１３８１２３４８０００", "138****8000"),
        ("+86 138-1234-8000", "138****8000"),
        ("02788881234", "027****1234"),
        ("0713-8812345", "0713-***2345"),
        ("027-88881234-801", "027-****1234"),
        ("88881234", "****1234"),
        ("400-820-8820", "400-***-8820"),
        ("12345", "*****"),
        ("13812348000/13912348000", "***********/***********"),
        ("+852 2345 6789", "+*** **** ****"),
    ],
)
def test_telephones_of_other_kinds(given: str, told: str) -> None:
    assert _masked("phone", given) == told


@pytest.mark.parametrize(
    ("mask", "given", "told"),
    [
        ("idno", "110105491231002", "110105*****1002"),
        ("idno", "11010519491231002x", "110105********002X"),
        ("idno", "1101051949", "**********"),
        ("plate", "鄂AD12345", "鄂A·****45"),
        ("plate", "鄂a·12345", "鄂A·***45"),
        ("plate", "鄂A1234学", "鄂A·***4学"),
        ("plate", "无牌", "**"),
    ],
)
def test_a_number_of_no_known_shape_is_hidden_as_a_whole(
    mask: str, given: str, told: str
) -> None:
    assert _masked(mask, given) == told


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("汉阳区鹦鹉街道某路117号", "汉阳区鹦鹉街道某路117号"),
        ("三门路12号院3号楼", "三门路12号"),
        ("八铺街18号三楼", "八铺街18号"),
        ("某路特1号2栋", "某路特1号"),
        ("某路１２号５０１室", "某路１２号"),
        ("解放大道一百二十号5楼", "解放大道一百二十号"),
        ("某社区某路12-3号201", "某社区某路12-3号"),
        ("某小区12号楼", "某小区"),
        ("五里村三组12号", "五里村三组"),
        ("某花园3栋", "某花园"),
        ("中山大道与友谊路交叉口", "中山大道与友谊路交叉口"),
        ("联系13812348000，某路12号", "联系[电话]，某路12号"),
    ],
)
def test_addresses_end_at_the_house(given: str, told: str) -> None:
    assert _masked("address", given) == told


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("电话１３８１２３４８０００张先生", "电话[电话]张先生"),
        ("138 1234 8000", "[电话]"),
        ("1 3 8 1 2 3 4 8 0 0 0", "[电话]"),
        ("13812348000,13912348000,13712348000", "[电话],[电话],[电话]"),
        ("微信a13812348000", "微信a[电话]"),
        ("+86 138\u200b12348000", "[电话]"),
        ("座机(027)88881234", "座机[电话]"),
        ("身份证420106198001011234", "身份证[证件号]"),
        ("420106 19800101 123x。", "[证件号]。"),
        ("旧证420106800101123", "旧证[证件号]"),
        ("鄂A12345占道", "[车牌]占道"),
        ("鄂A·D12345，鄂ａ1234警", "[车牌]，[车牌]"),
        ("鄂A1234513812348000", "[车牌][电话]"),
    ],
)
def test_numbers_that_lead_to_a_person_become_words(given: str, told: str) -> None:
    assert _masked("scrub", given) == told


@pytest.mark.parametrize(
    "text",
    [
        "张先生反映占道经营",
        "案件2026101100012345",
        "2026-10-15 12:30至13:00",
        "部件4201060010010012",
        "气温30，人数1381",
        "编号138123480001",
        "",
    ],
)
def test_other_text_stays_as_it_is(text: str) -> None:
    assert _masked("scrub", text) == text


@pytest.mark.parametrize(
    ("code", "is_whole"),
    [
        ("91420100MA4K61947W", True),
        ("11420100MB1234567X", True),
        ("92420117MA4K61947W", False),
        ("９２420117ma4k61947w", False),
        ("420106198001011234", False),
        ("42010619800101123401", False),
        ("420106800101123", False),
    ],
)
def test_a_credit_code_stays_unless_it_leads_to_a_person(
    code: str, is_whole: bool
) -> None:
    told = _masked("uscc", code)

    assert told is not None
    assert (told == code) is is_whole
    assert is_whole or len(told) == 43


@pytest.mark.parametrize(
    ("name", "code", "told"),
    [
        ("张三餐饮店", "92420117MA4K61947W", "张****"),
        ("武汉某有限公司", "92420117MA4K61947W", "武******"),
        ("张三餐饮店", "91420117MA4K61947W", "张三餐饮店"),
        ("张三餐饮店", None, "张****"),
        ("张三餐饮店", "?", "张****"),
        ("武汉某有限公司", None, "武汉某有限公司"),
        ("张三餐饮店", "420106198001011234", "张****"),
    ],
)
def test_a_licence_name_is_masked_unless_it_is_no_sole_trader_s(
    name: str, code: str | None, told: str
) -> None:
    assert _masked("owner_name", name, uscc_id=code) == told
    assert code is not None or _masked("owner_name", name) == told
