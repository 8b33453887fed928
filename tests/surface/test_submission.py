"""`hub submission` from outside: sent, taken in, given back, corrected, sent again."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.file_city import FileCity
from support.push_city import (
    EAST,
    GOOD,
    as_csv,
    case,
    cells_of,
    rewritten,
)
from support.small_city import CITY, write_city

RECEIPT = {
    "receipt", "partner", "feed", "state", "received_at", "name", "format", "bytes",
    "sha256", "batch", "received", "accepted", "quarantined", "duplicate", "error",
}  # fmt: skip
SECRET = "王小二"


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> FileCity:
    folder = tmp_path_factory.mktemp("push")
    made = write_city(folder / "city", east=EAST)
    (made / "city.toml").write_text(CITY.partition("[lead]")[0])
    city = FileCity(folder)
    assert city.hub("init").code == 0
    return city


def test_the_whole_way_of_a_submission(city: FileCity) -> None:
    file, book = city.folder / "a.csv", city.folder / "b.xlsx"
    file.write_bytes(as_csv([case(1), case(2, 状态="没听过", 上报人=SECRET)]))

    sent = city.hub("submission", "send", "east/cases", str(file), "--json").json
    again = city.hub("submission", "send", "east/cases", str(file), "--json").json
    waits = city.hub("submission", "show", sent["receipt"], "--json").json
    city.hub("run", "east/cases")
    (listed,) = city.hub("submission", "list", "east", "--json").json
    shown = city.hub("submission", "show", sent["receipt"])
    written = city.hub("submission", "workbook", sent["receipt"], str(book))

    assert (sent["is_new"], again["is_new"]) == (True, False)
    assert again["receipt"] == sent["receipt"]
    assert waits["state"] == "received"
    assert set(listed) == RECEIPT
    assert (listed["state"], listed["quarantined"]) == ("done", 1)
    assert "取值对照表" in shown.out
    assert SECRET not in shown.out + waits["state"] + str(listed)
    assert written.code == 0
    assert "name people" in written.err
    assert book.stat().st_mode & 0o077 == 0

    head, line = cells_of(book.read_bytes())
    line[head.index("状态")] = GOOD["状态"]
    book.write_bytes(rewritten(book.read_bytes(), [head, line]))
    city.hub("submission", "send", "east/cases", str(book))
    city.hub("run", "east/cases")
    newest, first = city.hub("submission", "list", "--json").json

    assert (newest["accepted"], newest["quarantined"]) == (1, 0)
    assert first["quarantined"] == 1  # the counts of a delivery never change
    assert city.hub("quarantine", "list", "--json").json == []


@pytest.mark.parametrize(
    ("args", "code", "word"),
    [
        (("show", "s00000099"), 2, "s00000099"),
        (("send", "east/nothing", "city/city.toml"), 2, ".csv"),
        (("workbook", "s00000099", "x.csv"), 2, ".xlsx"),
        (("workbook", "s00000099", "x.xlsx"), 2, "s00000099"),
    ],
)
def test_a_wrong_call_says_what_to_do(
    city: FileCity, args: tuple[str, ...], code: int, word: str
) -> None:
    done = city.hub("submission", *args, "--json")

    assert done.code == code
    assert word in str(done.error)


def test_a_feed_that_is_fetched_takes_no_submissions(tmp_path: Path) -> None:
    made = FileCity.made_in(tmp_path)
    made.hub("init")
    (tmp_path / "a.csv").write_bytes(as_csv([case(1)]))

    done = made.hub("submission", "send", "district/cases", "a.csv", "--json")

    assert (done.code, done.error["code"]) == (2, "misuse")
    assert "push" in str(done.error["next"])
