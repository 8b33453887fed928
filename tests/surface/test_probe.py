"""`hub partner probe` from outside: what it says, and that it leaves nothing behind."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.file_city import NAME, Done, FileCity
from support.odd_partner import CANARY, MOBILE, odd_city, row


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """One probe of the odd partner: answers, what was asked, and the home."""
    folder = tmp_path_factory.mktemp("odd")
    with odd_city(folder) as (city, server, around):
        as_json = city.hub("partner", "probe", "odd", "--json", **around)
        asked = len(server.asked("/cases"))
        plain = city.hub("partner", "probe", "odd/cases", **around)
        yield {"json": as_json, "plain": plain, "asked": asked, "home": city.home}


def found_in(done: Done, feed: str = "cases") -> dict[str, Any]:
    return next(one["found"] for one in done.json if one["feed"] == feed)


def test_one_page_is_asked_for_and_nothing_is_stored(told) -> None:
    assert told["asked"] == 1
    assert not told["home"].exists()


def test_every_row_of_the_page_is_counted_once(told) -> None:
    found = found_in(told["json"])

    assert (found["rows"], found["duplicates"], found["quarantined"]) == (12, 1, 7)
    assert found["rows"] == (
        found["accepted"] + found["quarantined"] + found["duplicates"]
    )


def test_unmapped_and_absent_fields_are_named(told) -> None:
    found = found_in(told["json"])

    shares = {one["field"]: one["null_share"] for one in found["unmapped"]}
    assert set(shares) == {"extra", "phone", "remark"}
    # 11 rows without the repeated one; one of them has the field.
    assert shares["extra"] == "0.909091"
    assert (found["absent"], found["empty"]) == (["closed"], [])


def test_unknown_codes_are_counted_and_numbers_of_people_are_not_told(told) -> None:
    codes = found_in(told["json"])["codes"]

    shown = {
        (one["field"], one["value"], one["is_shape"]): one["count"] for one in codes
    }
    assert shown.pop(("channel", "99999999999", True)) == 1
    assert shown.pop(("state", "9", False)) == 2
    assert list(shown.values()) == [1]  # what is too long for a code


def test_unreadable_times_are_told_by_their_form(told) -> None:
    times = found_in(told["json"])["times"]

    assert [(one["field"], one["shape"], one["count"]) for one in times] == [
        ("reported", "99/99/9999 99:99", 1)
    ]


def test_required_columns_show_how_often_they_are_empty(told) -> None:
    required = {one["column"]: one for one in found_in(told["json"])["required"]}

    assert required["reported_at"]["null_share"] == "0.181818"  # 2 of 11


def test_findings_come_with_words_place_and_key(told) -> None:
    rules = {
        (one["rule"], one["severity"], one["column"]): one
        for one in found_in(told["json"])["rules"]
    }

    unknown = rules["P06", "reject", "source_stage_id"]
    assert (unknown["count"], unknown["key"]) == (3, "K2")
    assert unknown["place"] == "/cases 第1页 第3条"
    assert unknown["meaning"].endswith("。")
    assert rules["P03", "reject", "reported_at"]["count"] == 1
    assert rules["F09", "reject", "district_code"]["count"] == 1


def test_the_page_is_held_against_the_declared_total(told) -> None:
    cases = next(one for one in told["json"].json if one["feed"] == "cases")

    assert cases["asked"]["declared_total"] == 57
    assert "57 declared, 12 on this page" in told["plain"].out


def test_points_and_keys_are_judged(told) -> None:
    found = found_in(told["json"])

    (place,) = found["places"]
    assert (place["points"], place["swapped"]) == (11, "0.090909")
    assert place["inside"]["gcj02"] == "0.909091"
    assert found["keys"] == [{"dataset": "issue", "keys": 1, "rows": 2, "torn": 1}]


def test_a_source_that_fails_costs_the_others_nothing(told) -> None:
    gone = next(one for one in told["json"].json if one["feed"] == "gone")

    assert told["json"].code == 1
    assert gone["error"]["code"] == "source_unavailable"
    assert gone["found"] is None
    assert gone["verdict"] == "不合格"


@pytest.mark.parametrize("which", ["json", "plain"])
def test_no_personal_value_is_shown(told, which: str) -> None:
    done = told[which]

    for secret in (CANARY, MOBILE, NAME):
        assert secret not in done.out + done.err


@pytest.mark.parametrize(
    ("written", "guess"),
    [
        ("2026-10-03 07:40:00", "plausible"),
        ("2026-10-02 23:50:00", "behind"),  # UTC without a word
        ("2026-10-03T07:40:00Z", "ahead"),  # local time marked as UTC
    ],
)
def test_a_clock_that_is_eight_hours_off_is_noticed(
    tmp_path: Path, written: str, guess: str
) -> None:
    sent = [row(n, changed=written, reported=written) for n in range(3)]
    with odd_city(tmp_path, sent=sent) as (city, _, around):
        done = city.hub("partner", "probe", "odd/cases", "--json", **around)

    assert found_in(done)["clock"]["guess"] == guess


def test_a_home_that_is_there_stays_as_it_is(city: FileCity) -> None:
    before = {
        path: path.read_bytes() for path in city.home.rglob("*") if path.is_file()
    }

    done = city.hub("partner", "probe", "district", "--json")

    after = {path: path.read_bytes() for path in city.home.rglob("*") if path.is_file()}
    assert done.code == 0
    assert before == after
    assert json.loads(city.hub("batch", "list", "--json").out)


def test_a_probe_judges_as_a_run_does(city: FileCity) -> None:
    (batch,) = [
        one
        for one in city.hub("batch", "list", "--json").json
        if (one["feed"], one["kind"]) == ("cases", "delivery")
    ]

    done = city.hub("partner", "probe", "district/cases", "--json")

    found = found_in(done)
    assert found["rows"] == batch["received"]
    assert found["accepted"] == batch["accepted"]
    assert found["quarantined"] == batch["quarantined"]
    assert found["duplicates"] == batch["duplicate"]


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    made = FileCity.made_in(tmp_path)

    done = made.hub("partner", "probe", "district/cases")

    assert done.code == 1
    assert "Nothing came" in done.out


def test_a_wrong_name_is_misuse(tmp_path: Path) -> None:
    made = FileCity.made_in(tmp_path)

    done = made.hub("partner", "probe", "nobody", "--json")

    assert done.code == 2
    assert done.error["code"] == "misuse"
