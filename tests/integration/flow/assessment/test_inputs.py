"""Points by hand: kept to the digit, all or none, and frozen with their month."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from support.closed_month import MONTH, closed_month, plain_policy

from hub.errors import MisuseError
from hub.flow.assessment.freeze import freeze_month, revise_month
from hub.flow.assessment.frozen_rows import read_rows
from hub.flow.assessment.inputs import add_inputs, read_inputs
from hub.flow.assessment.verify import verify_month
from hub.flow.house import House
from hub.storage.assessment_inputs import AssessmentInputs

ROW = {
    "item": "discipline",
    "unit_code": "AU-E",
    "points": "-5",
    "reason": "查实一起",
    "author": "甲",
}


@pytest.fixture
def house(tmp_path: Path) -> House:
    return closed_month(tmp_path)


def test_a_csv_and_a_toml_say_the_same(tmp_path: Path) -> None:
    sheet, tables = tmp_path / "a.csv", tmp_path / "a.toml"
    sheet.write_text(
        "\ufeffitem,unit_code,points,reason,author\nd,AU-E,-0.100,查实,甲\n",
        encoding="utf-8",
    )
    tables.write_text(
        '[[input]]\nitem="d"\nunit_code="AU-E"\npoints=-0.100\n'
        'reason="查实"\nauthor="甲"\n',
        encoding="utf-8",
    )

    (one,), (other,) = read_inputs(sheet), read_inputs(tables)

    assert one == {name: str(value) for name, value in other.items()}


@pytest.mark.parametrize("text", ["input = 3", "[[input", '"a\nb'])
def test_a_file_that_is_neither_is_a_misuse(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.toml"
    path.write_text(text)

    with pytest.raises(MisuseError, match="Its columns are"):
        read_inputs(path)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"points": "viel"}, "no number"),
        ({"points": "NaN"}, "no number"),
        ({"points": "0.0001"}, "more than 3 decimals"),
        ({"points": "1e9"}, "that fits"),
        ({"reason": "  "}, "reason is empty"),
        ({"author": None}, "author is empty"),
        ({"unit_code": "AU-X"}, "no assessment unit"),
        ({"unit_code": None}, "a unit or a person"),
        ({"person_id": "p"}, "a unit or a person"),
        ({"unit_code": None, "person_id": "nobody"}, "no person"),
        ({"rank": "1"}, "no column rank"),
    ],
)
def test_a_row_that_says_too_little_keeps_the_others_out(
    house: House, wrong: dict[str, str | None], told: str
) -> None:
    with pytest.raises(MisuseError, match=f"row 2: .*{told}"):
        add_inputs(house, MONTH, [ROW, {**ROW, **wrong}])

    assert AssessmentInputs(house.control.engine).of() == []


def test_inputs_are_frozen_and_one_that_comes_later_is_a_difference(
    house: House,
) -> None:
    add_inputs(house, MONTH, [ROW])
    first = freeze_month(house, MONTH, policies=[plain_policy()], author="甲")

    add_inputs(house, MONTH, [{**ROW, "points": "0.5"}])
    second = revise_month(house, MONTH, reason="补录", author="甲")

    assert read_rows(house, first, "input")["points"].to_list() == [Decimal("-5.000")]
    assert len(read_rows(house, second, "input")) == 2
    assert all(one.ok for one in verify_month(house, first))


def test_a_month_that_has_not_begun_takes_no_inputs(house: House) -> None:
    with pytest.raises(MisuseError, match="has not begun"):
        add_inputs(house, "2027-01", [ROW])
