"""`hub reconcile` from outside: exit codes, JSON, what a person reads."""

from __future__ import annotations

from rich.cells import cell_len
from support.file_city import NAME, FileCity, case

FEED = {
    "partner", "feed", "ok", "since", "until", "listed", "counted", "ledger",
    "datasets", "differences", "problems",
}  # fmt: skip
ROW = {
    "dataset", "key", "where", "reason", "is_explained", "columns", "batch", "rules",
    "changed_at",
}  # fmt: skip


def test_a_hub_that_holds_what_was_dropped_ends_with_zero(city: FileCity) -> None:
    done = city.hub("reconcile", "--json")

    assert done.code == 0, done
    cases, notes = done.json["feeds"]
    assert set(cases) == FEED
    assert (cases["feed"], cases["ok"], cases["problems"]) == ("cases", True, [])
    assert cases["listed"] == cases["ledger"]["received"] == 5
    issues = cases["datasets"]["issue"]
    assert issues["source"] == issues["equal"] + issues["only_source"]
    (waits,) = notes["differences"]
    assert (waits["reason"], waits["explained"]) == ("waiting", True)


def test_rows_are_named_by_key_and_never_by_value(city: FileCity) -> None:
    done = city.hub("reconcile", "district/cases", "--rows", "--json")

    (cases,) = done.json["feeds"]
    assert cases["rows"]
    assert set(cases["rows"][0]) == ROW
    assert {row["reason"] for row in cases["rows"]} == {"quarantined"}
    assert NAME not in done.out


def test_a_new_file_is_explained_and_a_lost_row_is_not(city: FileCity) -> None:
    city.drop("cases_2.csv", case("A1", "已处置"), case("A77"))

    done = city.hub("reconcile", "district/cases", "--json")

    assert done.code == 0
    told = {
        (one["where"], one["reason"]) for one in done.json["feeds"][0]["differences"]
    }
    assert ("source", "not_pulled") in told
    assert city.hub("doctor", "--json").json[-1]["check"] == "reconciled"


def test_a_source_that_cannot_be_asked_ends_with_one(city: FileCity) -> None:
    done = city.hub("reconcile", "district/cases", "--json", DISTRICT_DROP="/nowhere")

    assert done.code == 1
    (cases,) = done.json["feeds"]
    assert (cases["ok"], cases["listed"]) == (False, None)
    assert "district/cases" in cases["problems"][0]
    checked = city.hub("doctor", "--json")
    assert "district/cases" in checked.json[-1]["found"]


def test_the_page_fits_a_terminal(city: FileCity) -> None:
    done = city.hub("reconcile", "--rows", COLUMNS="80")

    assert done.code == 0
    assert max(cell_len(line) for line in done.out.splitlines()) <= 80
    assert "Every difference is explained." in done.out
    assert "quarantined" in done.out


def test_an_unknown_partner_is_misuse(city: FileCity) -> None:
    assert city.hub("reconcile", "nobody", "--json").code == 2
