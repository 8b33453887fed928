"""Which hub a command means: environment, options, and none at all."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from support.file_city import FileCity, run_hub

HEAVY = ("polars", "pandera", "dagster", "sqlalchemy", "pydantic", "rich", "pyarrow")


def test_help_loads_no_room() -> None:
    code = (
        "import sys\nfrom hub.cli import main\nmain(['batch', 'list', '--help'])\n"
        f"print([name for name in {HEAVY} if name in sys.modules], file=sys.stderr)"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert done.stderr.strip() == "[]"
    assert "Examples:" in done.stdout


def test_the_installed_script_is_this_program(tmp_path: Path) -> None:
    script = Path(sys.executable).with_name("hub")

    done = subprocess.run(
        [str(script), "--version"], capture_output=True, text=True, check=True
    )

    assert done.stdout.startswith("hub ")


def test_without_a_hub_reading_says_how_to_make_one(tmp_path: Path) -> None:
    done = run_hub("batch", "list", cwd=tmp_path)

    assert done.code == 2
    assert "hub init" in done.err
    assert list(tmp_path.iterdir()) == []


def test_home_and_city_win_over_the_environment(tmp_path: Path) -> None:
    city = FileCity.made_in(tmp_path)

    made = city.program("init", "--json", "--home", str(tmp_path / "other"))
    listed = run_hub(
        "--city", str(tmp_path / "city"), "partner", "list", "--json",
        cwd=tmp_path, HUB_CITY="nowhere",
    )  # fmt: skip

    assert made.json["home"] == str(tmp_path / "other")
    assert made.json["created"]
    assert (tmp_path / "other" / "control.db").exists()
    assert not city.home.exists()
    assert [one["partner"] for one in listed.json] == ["district"]


def test_init_twice_leaves_everything_as_it_is(tmp_path: Path) -> None:
    city = FileCity.made_in(tmp_path)
    first = city.program("init", "--json")
    before = sorted(path.name for path in city.home.rglob("*"))

    second = city.program("init", "--json")

    assert first.json["created"]
    assert second.json == first.json | {"created": False}
    assert sorted(path.name for path in city.home.rglob("*")) == before
    assert city.program("doctor").code == 0


def test_the_doctor_says_what_to_do_and_makes_nothing(tmp_path: Path) -> None:
    city = FileCity.made_in(tmp_path)

    done = city.program("doctor", "--json", DISTRICT_DROP="")

    assert done.code == 1
    wrong = {one["check"]: one["next"] for one in done.json if not one["ok"]}
    assert set(wrong) == {"home", "control database", "secrets of district"}
    assert "DISTRICT_DROP" in wrong["secrets of district"]
    assert not city.home.exists()


@pytest.mark.parametrize(
    ("name", "value"), [("HUB_NOW", "noon"), ("HUB_CITY", "atlantis")]
)
def test_a_wrong_environment_is_misuse(tmp_path: Path, name: str, value: str) -> None:
    city = FileCity.made_in(tmp_path)

    done = city.program("run", "--json", **{name: value})

    assert done.code == 2
    assert value in done.out if name == "HUB_CITY" else name in done.out
    assert done.error["next"]


@pytest.mark.parametrize("args", [["batch", "show"], ["nonsense"], ["run", "--never"]])
def test_usage_errors_are_error_objects_for_programs(
    tmp_path: Path, args: list[str]
) -> None:
    done = run_hub(*args, "--json", cwd=tmp_path)
    spoken = run_hub(*args, cwd=tmp_path)

    assert (done.code, spoken.code) == (2, 2)
    assert done.error["code"] == "misuse"
    assert "--help" in spoken.err
    assert spoken.out == ""


def test_partner_check_judges_files_in_words(tmp_path: Path) -> None:
    city = FileCity.made_in(tmp_path)
    good = city.program("partner", "check", "--json")
    city.partner_file.write_text(
        city.partner_file.read_text().replace('"REGISTERED"', '"REGISTRED"')
    )

    bad = city.program("partner", "check", "district", "--json")

    assert good.code == 0
    assert good.json[0]["ok"]
    assert bad.code == 1
    (problem,) = bad.json[0]["problems"]
    assert "REGISTRED" in problem["problem"]
    assert "REGISTERED" in problem["remedy"]


def test_a_declaration_is_shown_without_its_secrets(tmp_path: Path) -> None:
    city = FileCity.made_in(tmp_path)
    city.partner_file.write_text(
        city.partner_file.read_text()
        .replace(
            'connector = "files"\nfolder = "env:DISTRICT_DROP"',
            'connector = "rest"\nbase_url = "http://127.0.0.1:9"\n'
            'auth = { kind = "bearer", token = "env:DISTRICT_TOKEN" }',
        )
        .replace('read = { files = "cases_*.csv" }', 'read = { path = "/cases" }')
        .replace('read = { files = "notes_*.jsonl" }', 'read = { path = "/notes" }')
    )

    done = city.program(
        "partner", "show", "district", "--json", DISTRICT_TOKEN="s3cret"
    )

    assert done.code == 0, done
    assert done.json["source"]["auth"]["token"] == "***"
    assert "s3cret" not in done.out


def test_docs_are_written_and_checked(tmp_path: Path) -> None:
    folder = str(tmp_path / "reference")
    missing = run_hub("docs", "--check", "--folder", folder, "--json", cwd=tmp_path)
    written = run_hub("docs", "--folder", folder, "--json", cwd=tmp_path)
    page = tmp_path / "reference" / "rules.md"
    page.write_text(page.read_text() + "by hand\n")

    stale = run_hub("docs", "--check", "--folder", folder, "--json", cwd=tmp_path)

    assert (missing.code, written.code, stale.code) == (1, 0, 1)
    assert written.json["pages"] > 25
    assert stale.json["stale"] == ["rules.md"]
