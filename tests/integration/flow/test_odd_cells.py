"""What odd cells come to, from a file to its findings (traps T7, T26, T38–T43)."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from support.file_city import HEAD, FileCity, case

from hub.flow import tables
from hub.flow.house import House, open_house
from hub.flow.run import Window, run_partner
from hub.schemas import dataset
from hub.settings import Settings

NOW = datetime(2026, 10, 3, tzinfo=UTC)
GOOD = [case("G1"), case("G2")]


def house_over(city: FileCity) -> House:
    return open_house(
        Settings(
            home=city.home,
            city=str(city.folder / "city"),
            now=NOW,
            environment={"DISTRICT_DROP": str(city.folder / "drop")},
        )
    )


def issues(house: House) -> pl.DataFrame:
    return tables.core_table(house.lake, dataset("issue")).read()


def told(house: House, severity: str) -> set[tuple[str, str]]:
    found = tables.finding_table(house.lake, "district").read()
    return set(found.filter(severity=severity).select("rule", "column").rows())


@pytest.mark.parametrize(
    ("line", "rule", "column"),
    [
        (case("1.23457E+17"), "P08", "source_id"),
        (case("锟斤拷1"), "P21", "source_id"),
        (case("", "待派遣"), "P07", "source_id"),
        (case("B1", reported="--"), "P01", "reported_at"),
        (case("B1", reported="1900-01-01"), "P01", "reported_at"),
        (case("B1", reported="0000-00-00 00:00:00"), "P01", "reported_at"),
        (case("B1", reported="2026-06-31 08:00:00"), "P03", "reported_at"),
        (case("B1", reported="26-06-30 08:00:00"), "P03", "reported_at"),
        (case("B1", reported="3020-10-01 08:00:00"), "K14", "reported_at"),
        (case("B1", "没听过"), "P06", "source_stage_id"),
        (f"{case('B1')},一个逗号,太多", "P09", ""),
    ],
)
def test_what_cannot_be_right_waits_in_quarantine(
    tmp_path: Path, line: str, rule: str, column: str
) -> None:
    city = FileCity.made_in(tmp_path)
    city.drop("cases_1.csv", *GOOD, line)
    house = house_over(city)

    (batch,) = run_partner(house, house.city.partners["district"], Window(), ["cases"])

    assert (batch.received, batch.accepted, batch.quarantined) == (3, 2, 1)
    assert (rule, column or None) in told(house, "reject")


@pytest.mark.parametrize(
    ("line", "column", "value"),
    [
        (case("　Ｂ１ "), "source_id", "B1"),
        (case("B\u200b1"), "source_id", "B1"),
        (case("B1", "待派遣\u3000"), "source_stage_id", "待派遣"),
        (case("B1", street="４２０１０２００１"), "street_code", "420102001"),
        (case("B1", reported="2026/10/1 8:00:00"), "reported_at", "08:00"),
        (case("B1", reported="2026年10月1日8时00分00秒"), "reported_at", "08:00"),
        (
            case("B1", reported="２０２６－１０－０１　０８：００：００"),
            "reported_at",
            "08:00",
        ),
        (case("B1", reported="/Date(1790812800000)/"), "reported_at", "08:00"),
        (case("B1", reported="2026-10-01 上午8:00:00"), "reported_at", "08:00"),
        (case("B1", handled="9999-12-31"), "handled_at", None),
    ],
)
def test_what_only_looks_odd_is_taken_in_plain_form(
    tmp_path: Path, line: str, column: str, value: str | None
) -> None:
    city = FileCity.made_in(tmp_path)
    city.drop("cases_1.csv", *GOOD, line)
    house = house_over(city)

    run_partner(house, house.city.partners["district"], Window(), ["cases"])

    (found,) = issues(house).filter(source_id="B1")[column].to_list()
    if isinstance(found, datetime):
        assert found == datetime(2026, 10, 1, 0, 0, tzinfo=UTC)
    else:
        assert found == value


@pytest.mark.parametrize(
    ("name", "rule"),
    [("王㛃", None), ("陈𬭳", None), ("王\ue000", "P23"), ("王锟斤拷", "P21")],
)
def test_rare_signs_stay_and_damage_is_told(
    tmp_path: Path, name: str, rule: str | None
) -> None:
    city = FileCity.made_in(tmp_path)
    city.drop("cases_1.csv", *GOOD, case("B1").replace("王小二", name))
    house = house_over(city)

    (batch,) = run_partner(house, house.city.partners["district"], Window(), ["cases"])

    assert batch.accepted + batch.quarantined == 3
    found = told(house, "warn") | told(house, "reject")
    assert {code for code, _ in found} & {"P21", "P22", "P23"} == (
        {rule} if rule else set()
    )


@pytest.mark.parametrize("codec", ["gb18030", "utf-8-sig", "utf-16"])
def test_every_usual_encoding_is_read(tmp_path: Path, codec: str) -> None:
    city = FileCity.made_in(tmp_path)
    text = "\n".join([HEAD, *GOOD]) + "\n"
    (tmp_path / "drop" / "cases_1.csv").write_bytes(text.encode(codec))
    house = house_over(city)

    (batch,) = run_partner(house, house.city.partners["district"], Window(), ["cases"])

    assert batch.accepted == 2
