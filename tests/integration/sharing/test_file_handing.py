"""A file for a consumer holds exactly what its grants allow, and the audit says so."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from support.bi_readers import EAST, PURPOSE, enter, give, take
from support.closed_month import copied
from support.own_commands import Console

from hub.flow.house import House
from hub.flow.published import published
from hub.flow.release import find_release
from hub.metrics.counting import FIGURE
from hub.schemas import dataset
from hub.sharing.audit_log import filter_key, pseudonym, reading, verify
from hub.sharing.handing import subject_rows
from hub.sharing.join_keys import join_key, master, token
from hub.sharing.recall import recall_release
from hub.sharing.small_cells import NOTES
from hub.storage.audit import Audit
from hub.storage.faults import AuditUnwritable
from hub.storage.grants import RowRule


@pytest.fixture
def house(closed: Path, tmp_path: Path) -> Iterator[House]:
    made = copied(closed, tmp_path)
    enter(made)
    yield made
    made.control.close()


@pytest.fixture
def hub(
    house: House,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Console:
    return Console(house, capsys, monkeypatch)


def entries(house: House) -> list[dict[str, Any]]:
    with reading(house).log() as log:
        return list(log.entries)


def test_columns_rows_and_masks_are_those_of_the_grant(
    house: House, hub: Console, tmp_path: Path
) -> None:
    give(
        house,
        "issue",
        row_rule=EAST,
        columns=("issue_id", "partner"),
        column_class=None,
    )
    give(house, "person")
    cases, people = tmp_path / "cases.parquet", tmp_path / "people.parquet"

    told = hub("dataset", "export", "issue", str(cases), "--for", "east")
    hub("dataset", "export", "person", str(people), "--for", "east")

    whole = published(house, dataset("issue"))
    wanted = whole.filter(pl.col("district_code") == "420102")["issue_id"]
    read = pl.read_parquet(cases)
    assert told["columns"] == read.columns == ["issue_id", "partner"]
    assert sorted(read["issue_id"]) == sorted(wanted)
    key = join_key(master(house.settings.home), "east", PURPOSE)
    persons = published(house, dataset("person"))
    hidden = persons.select(token(pl.col("person_id"), "code", key))["person_id"]
    found = pl.read_parquet(people)
    assert sorted(found["person_id"]) == sorted(hidden)
    assert set(found["person_name"]) == {"*"}


def test_the_audit_has_rows_bytes_and_digest_of_the_file(
    house: House, hub: Console, tmp_path: Path
) -> None:
    number = give(house, "issue")
    file = tmp_path / "cases.csv"

    told = hub(
        "dataset", "export", "issue", str(file), "--for", "east",
        "--encoding", "utf-8-sig", "--where", "street_code=in.420102001,420102002",
    )  # fmt: skip

    begun, ended = entries(house)
    content = file.read_bytes()
    assert (begun["result"], ended["result"]) == ("begun", "delivered")
    assert (ended["number"], ended["refers_to"]) == (told["audit"], begun["number"])
    assert (ended["row_count"], ended["byte_count"]) == (3, len(content))
    assert ended["digest"] == hashlib.sha256(content).hexdigest() == told["sha256"]
    assert (ended["grant_id"], ended["means"]) == (str(number), "file")
    (filtered,) = json.loads(ended["conditions"])
    key = filter_key(house.settings.home.absolute())
    values = [pseudonym(one, key=key) for one in ("420102001", "420102002")]
    assert filtered == {"column": "street_code", "operator": "in", "values": values}
    assert verify(house).ok


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        (("--columns", "reporter_name"), "column"),
        (("--where", "description=like.%电话%"), "masked"),
        (("--purpose", "研究"), "purpose"),
    ],
)
def test_what_is_not_granted_is_refused_and_in_the_audit(
    house: House, hub: Console, tmp_path: Path, more: tuple[str, ...], kind: str
) -> None:
    give(house, "issue")
    file = tmp_path / "a.csv"

    told = hub("dataset", "export", "issue", str(file), "--for", "east", *more, code=1)

    assert told["error"]["code"] == "not_granted"
    assert "电话" not in json.dumps(told, ensure_ascii=False)
    (entry,) = entries(house)
    assert (entry["result"], entry["reason"]) == ("refused", kind)
    assert not file.exists()


def test_a_grant_for_other_means_or_one_taken_back_gives_no_file(
    house: House, hub: Console, tmp_path: Path
) -> None:
    give(house, "issue", forms=("warehouse",))
    take(house, give(house, "person"))

    for name in ("issue", "person"):
        told = hub(
            "dataset", "export", name, str(tmp_path / "a.csv"), "--for", "east", code=1
        )
        assert told["error"]["code"] == "not_granted"


def test_a_file_that_breaks_off_is_not_there_and_the_audit_says_failed(
    house: House, hub: Console, tmp_path: Path
) -> None:
    give(house, "assignment")
    file = tmp_path / "a.csv"
    (damaged,) = (house.settings.lake_root / "core" / "assignment").rglob("*.parquet")
    damaged.write_bytes(damaged.read_bytes()[:-20])

    told = hub("dataset", "export", "assignment", str(file), "--for", "east", code=1)

    assert told["error"]["code"] == "storage_damaged"
    begun, ended = entries(house)
    assert (begun["result"], ended["result"]) == ("begun", "failed")
    assert ended["reason"] == "storage_damaged"
    assert not list(tmp_path.glob("*a.csv*"))


def test_without_an_audit_there_is_no_file(
    house: House, hub: Console, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    give(house, "issue")
    file = tmp_path / "a.csv"

    def refuse(*_: object, **__: object) -> int:
        assert not file.exists()
        raise AuditUnwritable("write", seen="full", next_step="Free space.")

    monkeypatch.setattr(Audit, "end", refuse)
    told = hub("dataset", "export", "issue", str(file), "--for", "east", code=1)

    assert told["error"]["code"] == "audit_unwritable"
    assert not file.exists()
    assert [one["result"] for one in entries(house)] == ["begun"]


def test_figures_go_out_whole_by_a_grant_that_shows_single_counts(
    house: House, hub: Console, tmp_path: Path
) -> None:
    file = tmp_path / "figures.parquet"
    give(house, "figure", row_rule=RowRule("own"))

    hub("dataset", "export", "figure", str(file), "--for", "east")

    told = pl.read_parquet(file)
    assert set(told["unit_code"]) == {"AU-E", "420102001", "420102002"}
    assert not set(NOTES) & set(told.columns)


def test_of_all_figures_a_file_hides_small_cells_and_says_so(
    house: House, hub: Console, tmp_path: Path
) -> None:
    file, some = tmp_path / "figures.parquet", tmp_path / "some.csv"
    enter(house, "other")
    give(house, "figure", "other")

    hub("dataset", "export", "figure", str(file), "--for", "other")
    hub(
        "dataset", "export", "figure", str(some), "--for", "other",
        "--columns", "metric,numerator",
    )  # fmt: skip

    told = pl.read_parquet(file)
    release = find_release(house, None)
    every = pl.concat(subject_rows(house, release, "figure", list(FIGURE)))
    assert len(told) == len(every)
    assert told.filter(pl.col("denominator_note") == "<5").height
    assert not told.filter(pl.col("denominator").is_between(1, 4)).height
    assert every.filter(pl.col("denominator").is_between(1, 4)).height
    assert pl.read_csv(some).columns == ["metric", "numerator", *NOTES]
    assert [one["result"] for one in entries(house)][-1] == "delivered"


def test_a_recalled_release_gives_nobody_a_file(
    house: House, hub: Console, tmp_path: Path
) -> None:
    give(house, "issue")
    recall_release(house, "r000001", reason="误发", author="甲")

    told = hub(
        "dataset", "export", "issue", str(tmp_path / "a.csv"), "--for", "east",
        "--release", "r000001", code=1,
    )  # fmt: skip

    assert told["error"]["code"] == "release_gone"


@pytest.mark.parametrize(
    "more",
    [
        ("a.parquet", "--encoding", "gbk"),
        ("a.csv", "--purpose", "考核"),
        ("a.csv", "--for", "east", "--all-columns"),
        ("a.docx",),
    ],
)
def test_options_that_do_not_go_together_are_misuse(
    hub: Console, tmp_path: Path, more: tuple[str, ...]
) -> None:
    file = str(tmp_path / more[0])

    told = hub("dataset", "export", "issue", file, *more[1:], code=2)

    assert told["error"]["code"] == "misuse"


def test_the_operator_s_own_file_stays_as_it_was(
    house: House, hub: Console, tmp_path: Path
) -> None:
    file = tmp_path / "cases.xlsx"

    told = hub("dataset", "export", "issue", str(file), "--columns", "issue_id")

    read = pl.read_excel(file, sheet_name="issue")
    assert sorted(read["issue_id"]) == sorted(
        published(house, dataset("issue"))["issue_id"]
    )
    assert told["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert entries(house) == []


def test_files_of_a_release_are_listed_for_other_engines(
    house: House, hub: Console
) -> None:
    told = hub("release", "files", "r000001", "issue")
    unknown = hub("release", "files", "r000001", "nothing", code=2)

    frames = [
        pl.read_parquet(one["path"], hive_partitioning=False) for one in told["files"]
    ]
    assert [len(one) for one in frames] == [one["rows"] for one in told["files"]]
    live = [one.filter(pl.col(told["only_where_null"]).is_null()) for one in frames]
    assert sum(map(len, live)) == len(published(house, dataset("issue")))
    assert told["files"][0]["partition"]["month"] == "2026-09"
    assert "issue" in unknown["error"]["next"]
