"""`hub submission` from outside: sent, given back, corrected, sent again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.file_city import DISTRICT, FileCity
from support.push_city import EAST, GOOD, Push, as_csv, case, cells_of, rewritten
from support.small_city import write_city

from hub.cli.program import main

RECEIPT = {
    "receipt", "partner", "feed", "state", "received_at", "name", "format", "bytes",
    "sha256", "batch", "received", "accepted", "quarantined", "duplicate", "error",
}  # fmt: skip
SECRET = "王小二"


class Hub:
    """Commands in this process: a process of its own for each would cost a second."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.capsys, self.err = folder, capsys, ""

    def __call__(self, *args: str) -> tuple[int, str]:
        where = (
            "--home",
            str(self.folder / "home"),
            "--city",
            str(self.folder / "city"),
        )
        code = main(["submission", *args, *where])
        out, self.err = self.capsys.readouterr()
        return code, out


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> FileCity:
    folder = tmp_path_factory.mktemp("push")
    write_city(folder / "city", east=EAST, district=DISTRICT)
    Push.made_in(folder)
    return FileCity(folder)


@pytest.fixture
def hub(city: FileCity, capsys: pytest.CaptureFixture[str]) -> Hub:
    return Hub(city.folder, capsys)


def test_the_whole_way_of_a_submission(city: FileCity, hub: Hub) -> None:
    file, book = city.folder / "a.csv", city.folder / "b.xlsx"
    file.write_bytes(as_csv([case(1), case(2, 状态="没听过", 上报人=SECRET)]))

    sent = city.hub("submission", "send", "east/cases", str(file), "--json").json
    again = json.loads(hub("send", "east/cases", str(file), "--json")[1])
    Push.made_in(city.folder).run()
    _, shown = hub("show", sent["receipt"])
    written, _ = hub("workbook", sent["receipt"], str(book))
    warning = hub.err

    assert (sent["is_new"], again["is_new"]) == (True, False)
    assert again["receipt"] == sent["receipt"]
    assert "取值对照表" in shown
    assert SECRET not in shown
    assert written == 0
    assert "name people" in warning
    assert book.stat().st_mode & 0o077 == 0

    head, line = cells_of(book.read_bytes())
    line[head.index("状态")] = GOOD["状态"]
    book.write_bytes(rewritten(book.read_bytes(), [head, line]))
    hub("send", "east/cases", str(book))
    Push.made_in(city.folder).run()
    newest, first = json.loads(hub("list", "east", "--json")[1])
    _, table = hub("list", "east/cases")

    assert set(newest) == RECEIPT
    assert (newest["accepted"], newest["quarantined"]) == (1, 0)
    assert first["quarantined"] == 1  # the counts of a delivery never change
    assert SECRET not in str(newest)
    assert newest["receipt"] in table


@pytest.mark.parametrize(
    ("args", "word"),
    [
        (("show", "s00000099"), "receipt"),
        (("send", "district/cases", "CITY/division.csv"), "push"),
        (("workbook", "s00000099", "x.csv"), ".xlsx"),
        (("workbook", "s00000099", "x.xlsx"), "s00000099"),
    ],
)
def test_a_wrong_call_says_what_to_do(
    hub: Hub, args: tuple[str, ...], word: str
) -> None:
    given = [one.replace("CITY", str(hub.folder / "city")) for one in args]

    code, out = hub(*given, "--json")

    assert code == 2
    assert word in str(json.loads(out)["error"])
