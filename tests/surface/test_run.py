"""`hub run` from outside: its answer, its exit codes, what a second run does."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.file_city import FileCity, case, note

BATCH = {
    "batch", "kind", "parent", "partner", "feed", "state", "received", "accepted",
    "quarantined", "duplicate", "datasets", "error",
}  # fmt: skip
FACTS = {"emitted", "inserted", "updated", "unchanged", "stale", "deleted"}
ROWS = {"received", "accepted", "quarantined", "duplicate", "refused"}


def test_the_answer_has_the_promised_shape(delivered) -> None:
    told = delivered.first.json

    assert delivered.first.code == 0
    assert set(told) == {"batches", "ledger", "release", "warnings"}
    assert set(told["ledger"]) == FACTS | ROWS
    cases, notes = told["batches"]
    assert set(cases) == BATCH
    assert set(cases["datasets"]["issue"]) == FACTS
    assert (cases["feed"], cases["state"], cases["kind"]) == (
        "cases",
        "merged",
        "delivery",
    )
    assert (notes["quarantined"], notes["parent"], notes["error"]) == (1, None, None)
    assert told["release"] == "r000001"


def test_both_identities_hold_in_the_answer(delivered) -> None:
    now = delivered.first.json["ledger"]

    assert now["received"] == 7
    assert now["received"] == (
        now["accepted"] + now["quarantined"] + now["duplicate"] + now["refused"]
    )
    assert now["emitted"] == (
        now["inserted"] + now["updated"] + now["unchanged"] + now["stale"]
    )


def test_progress_and_notes_stay_off_standard_output(delivered) -> None:
    assert delivered.first.err.splitlines()[0] == "district: 2 feeds, 7 rows, merged"
    assert delivered.first.out.startswith("{")


def test_running_again_takes_nothing_twice(city: FileCity) -> None:
    before = city.hub("release", "show", "--json").json

    again = city.program("run", "--json")

    assert again.code == 0
    assert again.json["batches"] == []
    assert again.json["release"] == before["release"]


def test_a_row_that_waited_comes_in_as_a_retry(city: FileCity) -> None:
    city.drop("cases_2.csv", case("A9"), case("A10"))

    told = city.hub("run", "--json").json

    retry = next(one for one in told["batches"] if one["kind"] == "retry")
    assert (retry["feed"], retry["parent"]) == ("notes", "b00000002")
    assert retry["datasets"]["review"]["inserted"] == 1
    assert "F01" not in str(city.hub("quarantine", "list", "--json").json)


def test_a_delivery_out_of_bounds_is_refused_whole(city: FileCity) -> None:
    city.drop("cases_2.csv", case("B1"))

    done = city.program("run", "district/cases", "--json")

    assert done.code == 1
    (batch,) = done.json["batches"]
    assert (batch["state"], batch["received"]) == ("refused", 1)
    assert batch["error"]["code"] == "batch_refused"
    assert set(batch["error"]) == {"code", "message", "partner", "feed", "next"}
    assert done.json["ledger"]["refused"] == 1
    assert city.hub("batch", "list", "--state", "refused").out.count("cases") == 1


def test_a_person_reads_why_it_was_refused(city: FileCity) -> None:
    city.drop("cases_2.csv", case("B1"))

    done = city.hub("run")

    assert done.code == 1
    assert "B01" in done.out
    assert "received =" in done.out


def test_a_missing_secret_fails_the_batch_and_names_the_variable(
    city: FileCity,
) -> None:
    city.drop("notes_2.jsonl", note("n3", "A2"))

    done = city.program("run", "district/notes", "--json", DISTRICT_DROP="")

    assert done.code == 1
    (batch,) = done.json["batches"]
    assert batch["state"] == "failed"
    assert "DISTRICT_DROP" in batch["error"]["message"]


@pytest.mark.parametrize(
    ("args", "word"),
    [
        (["nobody"], "district"),
        (["district/nothing"], "district/notes"),
        (["--since", "yesterday"], "2026-10-01"),
        (["--since", "2026-10-02", "--until", "2026-10-01"], "--until"),
    ],
)
def test_a_wrong_call_is_misuse_and_says_what_there_is(
    tmp_path: Path, args: list[str], word: str
) -> None:
    made = FileCity.made_in(tmp_path)

    done = made.hub("run", *args, "--json")

    assert done.code == 2
    assert done.error["code"] == "misuse"
    assert word in str(done.error["next"])
    assert not made.home.exists()


def test_a_partner_file_that_is_wrong_is_not_passed_over(tmp_path: Path) -> None:
    made = FileCity.made_in(tmp_path)
    made.partner_file.write_text(made.partner_file.read_text() + "\nfrobnicate = 1\n")

    all_of_it = made.hub("run", "--json")
    by_name = made.hub("run", "district", "--json")

    assert all_of_it.code == 1
    (warning,) = all_of_it.json["warnings"]
    assert (warning["code"], warning["partner"]) == ("declaration", "district")
    assert by_name.code == 2
    assert "frobnicate" in str(by_name.error["message"])
