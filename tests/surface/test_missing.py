"""One dead partner: everything else comes out, and the release says what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from support.broken_partners import READ, REST, closed_port, declared
from support.file_city import Done, FileCity, case, note

SOURCE = {
    "partner", "feed", "datasets", "batch", "as_of", "until", "attempt", "state",
    "error", "missing", "reason",
}  # fmt: skip
NEXT_DAY = "2026-10-04T08:00:00+08:00"
DEAD = declared("qiaokou", REST.format(name="QK"), notes=READ.format("notes"))


@dataclass(frozen=True)
class Night:
    """A city of two partners of which one does not answer, and that run's answer."""

    city: FileCity
    run: Done

    def ask(self, *args: str) -> Any:
        """The JSON answer of a command that only reads."""
        done = self.city.hub(*args, "--json")
        assert done.code == 0, done
        return done.json


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    city = FileCity.made_in(tmp_path_factory.mktemp("night"))
    city.drop_first_day()
    (city.partner_file.parent / "qiaokou.toml").write_text(DEAD, encoding="utf-8")
    return Night(city, city.hub("run", "--json", **dead()))


def dead() -> dict[str, str]:
    return {"QK_URL": f"http://127.0.0.1:{closed_port()}", "QK_TOKEN": "x"}


def test_the_run_ends_with_1_and_names_the_dead_partner_only(night: Night) -> None:
    states = {
        f"{one['partner']}/{one['feed']}": (one["state"], (one["error"] or {}))
        for one in night.run.json["batches"]
    }

    assert night.run.code == 1
    assert states["qiaokou/notes"][0] == "failed"
    assert states["qiaokou/notes"][1]["code"] == "source_unavailable"
    assert {states["district/cases"][0], states["district/notes"][0]} == {"merged"}


def test_core_figures_and_release_of_the_others_come_out(
    night: Night, delivered
) -> None:
    args = ("metric", "compute", "on_time_handling_rate", "--period", "2026-10")
    alone = delivered.city.hub("release", "show", "--json").json

    released = night.ask("release", "show")
    city, *_ = night.ask(*args)

    assert night.run.json["release"] == released["release"]
    assert (city["numerator"], city["denominator"]) == (1, 2)
    # What is missing is told beside the content, never inside its digest.
    assert released["digest"] == alone["digest"]


def test_the_release_says_who_delivered_and_who_did_not(night: Night) -> None:
    sources = night.ask("release", "show")["sources"]

    assert all(set(one) == SOURCE for one in sources)
    told = {f"{one['partner']}/{one['feed']}": one for one in sources}
    assert list(told) == ["district/cases", "district/notes", "qiaokou/notes"]
    cases, silent = told["district/cases"], told["qiaokou/notes"]
    assert (cases["state"], cases["missing"], cases["reason"]) == (
        "merged",
        False,
        None,
    )
    assert (cases["datasets"], cases["batch"]) == (["issue"], cases["attempt"])
    assert cases["as_of"] == "2026-10-03T00:00:00Z"
    assert (silent["state"], silent["missing"], silent["reason"]) == (
        "failed",
        True,
        "failed",
    )
    assert (silent["error"], silent["batch"], silent["as_of"]) == (
        "source_unavailable",
        None,
        None,
    )


def test_the_catalogue_says_it_beside_the_datasets_that_it_feeds(night: Night) -> None:
    listed = {one["dataset"]: one["missing"] for one in night.ask("dataset", "list")}

    assert listed["issue"] == []
    (lacking,) = listed["review"]
    assert lacking == {
        "partner": "qiaokou",
        "feed": "notes",
        "since": None,
        "reason": "failed",
        "error": "source_unavailable",
    }
    assert night.ask("dataset", "show", "review")["missing"] == [lacking]


@pytest.mark.parametrize(
    "args", [["release", "show"], ["dataset", "list"], ["dataset", "show", "review"]]
)
def test_a_person_reads_it_too(night: Night, args: list[str]) -> None:
    shown = night.city.hub(*args, COLUMNS="80")

    assert "缺报" in shown.out
    assert "qiaokou/notes" in shown.out


def test_when_it_answers_nothing_is_missing_any_more(
    night: Night, tmp_path: Path
) -> None:
    city = night.city
    drop = tmp_path / "late"
    drop.mkdir()
    (drop / "n.jsonl").write_text(note("q1", "A2") + "\n", encoding="utf-8")
    files = declared(
        "qiaokou",
        'connector = "files"\nfolder = "env:QK_DROP"\n',
        notes='read = { files = "*.jsonl" }',
    )
    (city.partner_file.parent / "qiaokou.toml").write_text(files, encoding="utf-8")

    done = city.hub("run", "--json", QK_DROP=str(drop))

    assert done.code == 0
    shown = city.hub("release", "show")
    assert not [
        one for one in night.ask("release", "show")["sources"] if one["missing"]
    ]
    assert "all 3 feeds delivered" in shown.out
    assert "缺报" not in city.hub("dataset", "list").out


def test_a_feed_that_falls_silent_is_late_and_warned_of(city: FileCity) -> None:
    text = city.partner_file.read_text(encoding="utf-8")
    text = text.replace("{ min_rows = 2 }", '{ min_rows = 2, max_age = "20h" }', 1)
    city.partner_file.write_text(text, encoding="utf-8")
    before = city.hub("release", "show", "--json").json

    done = city.hub("run", "--json", HUB_NOW=NEXT_DAY)

    (warning,) = (one for one in done.json["warnings"] if one["code"] == "late")
    assert (done.code, warning["feed"]) == (0, "cases")
    after = city.hub("release", "show", "--json").json
    assert after["release"] != before["release"]
    assert after["digest"] == before["digest"]
    (late,) = (one for one in after["sources"] if one["missing"])
    assert (late["feed"], late["state"], late["reason"]) == ("cases", "merged", "late")


def test_a_refused_delivery_is_missing_until_it_is_replayed(city: FileCity) -> None:
    city.drop("cases_2.csv", case("B1"))
    city.hub("run", "district/cases")
    text = city.partner_file.read_text(encoding="utf-8")
    city.partner_file.write_text(
        text.replace("min_rows = 2", "min_rows = 1"), encoding="utf-8"
    )

    refused = city.hub("dataset", "show", "issue", "--json").json["missing"]
    city.hub("quarantine", "replay", "district/cases")
    replayed = city.hub("dataset", "show", "issue", "--json").json["missing"]

    assert [(one["reason"], one["error"]) for one in refused] == [
        ("refused", "batch_refused")
    ]
    assert refused[0]["since"] == "2026-10-03T00:00:00Z"
    assert replayed == []
