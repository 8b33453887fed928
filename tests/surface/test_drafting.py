"""`hub partner new` and `infer` from outside: files, exit codes, what stays unsaid."""

from __future__ import annotations

import tomllib

from support.file_city import NAME, FileCity
from support.filled_draft import fill

SAMPLE = "drop/cases_1.csv"
HEAD = "编号,更新时间,上报时间,派遣时间,处置时间,时限,状态,区,街道,经度,纬度,上报人"


def _many(city: FileCity) -> None:
    """A delivery of twenty cases, in place of the first day's five."""
    lines = [
        f"A{at},2026-10-01 12:{at:02d}:00,2026-10-01 08:{at:02d}:00,"
        f"2026-10-01 09:{at:02d}:00,,2026-10-02 08:00:00,待派遣,420102,420102001,"
        f"114.{3000 + at},30.{5900 + at},{NAME}"
        for at in range(20)
    ]
    path = city.folder / SAMPLE
    path.write_text("\n".join([HEAD, *lines]) + "\n", encoding="utf-8")


def test_a_draft_is_on_standard_output_and_its_summary_beside_it(
    city: FileCity,
) -> None:
    _many(city)

    done = city.hub("partner", "infer", SAMPLE)

    assert done.code == 0
    feed = tomllib.loads(done.out)["feed"][0]
    assert (feed["key"], feed["changed"]) == (["编号"], "更新时间")
    assert "reported_at" in feed["columns"]
    assert "how sure" in done.err
    assert NAME not in done.out + done.err


def test_a_filled_draft_in_the_citys_folder_passes_the_check(city: FileCity) -> None:
    _many(city)
    file = city.partner_file.with_name("east.toml")

    drafted = city.hub("partner", "infer", SAMPLE, "--out", str(file))
    before = city.hub("partner", "check", "east")
    made = fill(file.read_text("utf-8"), category_system="GBT30428.2-2013")
    file.write_text(made, encoding="utf-8")
    after = city.hub("partner", "check", "east")

    assert drafted.code == 0
    assert before.code == 1
    assert after.code == 0, after.out


def test_a_draft_for_programs_is_one_value(city: FileCity) -> None:
    _many(city)

    told = city.hub("partner", "infer", SAMPLE, "--json").json

    assert told["dataset"] == "issue"
    assert {"column", "field", "confidence", "reason"} == set(told["columns"][0])
    assert "source_channel_code" in told["missing"]
    assert tomllib.loads(told["toml"])


def test_nothing_is_ever_overwritten(city: FileCity) -> None:
    _many(city)
    kept = city.partner_file.read_text("utf-8")

    new = city.hub("partner", "new", "district", "--connector", "files")
    infer = city.hub("partner", "infer", SAMPLE, "--out", str(city.partner_file))

    assert (new.code, infer.code) == (2, 2)
    assert "left alone" in new.err
    assert city.partner_file.read_text("utf-8") == kept


def test_a_new_file_is_found_and_its_blanks_are_what_the_check_says(
    city: FileCity,
) -> None:
    made = city.hub("partner", "new", "east", "--connector", "rest")
    checked = city.hub("partner", "check", "east", "--json")

    assert made.code == 0
    assert checked.code == 1
    problems = checked.json[0]["problems"]
    assert problems
    assert all("missing" in one["problem"] for one in problems)


def test_wrong_calls_say_what_there_is(city: FileCity) -> None:
    for args in (
        ("new", "east"),
        ("new", "East-Side", "--connector", "files"),
        ("new", "east", "--profile", "nobody"),
        ("infer", "none.csv"),
        ("infer", SAMPLE, "--dataset", "nothing"),
        ("infer", "sqlite:///nowhere"),
    ):
        done = city.hub("partner", *args)

        assert done.code == 2, args
        assert done.err
        assert "Traceback" not in done.err
