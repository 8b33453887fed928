"""Roots, seals, and what an entry may hold: what no database decides."""

from __future__ import annotations

import shutil
import threading
from dataclasses import replace
from itertools import accumulate, pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.audit_logs import ASKED, DELIVERED, NOON, audit_of, draft, kept

from hub.errors import MisuseError
from hub.storage.audit import Audit
from hub.storage.audit_chain import is_root_signed
from hub.storage.audit_entries import Outcome, ToldCondition
from hub.storage.audit_reading import AuditReading
from hub.storage.audit_roots import FILE, read_roots
from hub.storage.control import ControlDatabase
from hub.storage.faults import AuditUnwritable
from hub.storage.signing import signer


@pytest.fixture
def quick(tmp_path: Path, sqlite: ControlDatabase) -> Audit:
    return audit_of(tmp_path, sqlite)


def test_a_refusal_is_one_entry_with_its_reason(
    quick: Audit, sqlite: ControlDatabase
) -> None:
    quick.record(ASKED, Outcome(result="refused", reason="grant_expired"), at=NOON)

    found = AuditReading(sqlite.engine).find(1)
    assert found is not None
    assert (found["result"], found["reason"]) == ("refused", "grant_expired")
    assert found["is_unfinished"] is False


def test_a_root_is_in_the_database_and_in_the_file(
    quick: Audit, sqlite: ControlDatabase, tmp_path: Path
) -> None:
    for _ in range(10):
        quick.append([draft()])
    assert quick.sign(at=NOON) is None
    quick.append([draft()])

    made = quick.sign(at=NOON)

    log = kept(tmp_path, sqlite)
    assert made == log.roots[-1]
    assert log.roots == log.filed
    assert [(root.entry, root.hash) for root in log.roots] == [
        (at, log.entries[at - 1]["hash"]) for at in (10, 11)
    ]
    assert all(is_root_signed(root, log.keys) for root in log.roots)


def test_roots_that_a_killed_writer_left_come_with_the_next_entry(
    quick: Audit, sqlite: ControlDatabase, tmp_path: Path
) -> None:
    for number in range(1, 41):
        quick.append([draft()])
        if number == 20:
            first = (tmp_path / FILE).read_bytes()
    # Killed in the middle of a line, two roots ago.
    (tmp_path / FILE).write_bytes(first + b'{"at":"2026')
    assert kept(tmp_path, sqlite).verdict().unwitnessed == 2

    Audit(sqlite.engine, home=tmp_path, signer=signer(tmp_path)).append([draft()])

    log = kept(tmp_path, sqlite)
    assert [root.entry for root in log.filed] == [10, 20, 30, 40]
    assert log.verdict().ok
    assert log.verdict().unwitnessed == 0


def test_a_file_of_roots_that_cannot_be_written_stops_all_that_follows(
    quick: Audit, sqlite: ControlDatabase, tmp_path: Path
) -> None:
    for _ in range(9):
        quick.append([draft()])
    (tmp_path / FILE).unlink()
    (tmp_path / FILE).mkdir()

    for _ in range(2):
        with pytest.raises(AuditUnwritable, match=r"roots\.jsonl"):
            quick.append([draft()])
    (tmp_path / FILE).rmdir()
    quick.append([draft()])

    # The tenth was taken before its root was due; the eleventh was refused.
    log = kept(tmp_path, sqlite)
    assert [row["number"] for row in log.entries] == list(range(1, 12))
    assert [root.entry for root in log.filed] == [10]
    assert log.verdict().ok


def test_a_last_line_that_is_no_root_stops_writing(
    quick: Audit, tmp_path: Path
) -> None:
    (tmp_path / FILE).parent.mkdir()
    (tmp_path / FILE).write_text('{"entry": 3}\n')

    with pytest.raises(AuditUnwritable, match="holds no root"):
        quick.append([draft()])

    assert [line.root for line in read_roots(tmp_path / FILE)] == [None]


def test_a_file_that_was_moved_away_is_written_anew(
    quick: Audit, sqlite: ControlDatabase, tmp_path: Path
) -> None:
    for _ in range(2):
        quick.append([draft()] * 10)
    before = (tmp_path / FILE).read_bytes()
    (tmp_path / FILE).unlink()
    problem = kept(tmp_path, sqlite).verdict().problem
    assert problem is not None
    assert (problem.entry, problem.kind) == (10, "root_mismatch")

    assert quick.sign(at=NOON) is None

    assert (tmp_path / FILE).read_bytes() == before
    assert kept(tmp_path, sqlite).verdict().ok


def test_threads_share_one_log(
    quick: Audit, sqlite: ControlDatabase, tmp_path: Path
) -> None:
    numbers: list[int] = []

    def hand_over() -> None:
        for _ in range(3):
            begun = quick.begin(ASKED, at=NOON)
            numbers.extend((begun.number, quick.end(begun, DELIVERED, at=NOON)))

    threads = [threading.Thread(target=hand_over) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert sorted(numbers) == list(range(1, 25))
    log = kept(tmp_path, sqlite)
    assert log.verdict().ok
    assert [root.entry for root in log.filed] == [10, 20]


@pytest.mark.parametrize(
    "condition",
    [
        ToldCondition(column="reporter_phone", operator="eq", values=("13812348000",)),
        ToldCondition(column="reporter_name", operator="is", values=("张三",)),
    ],
)
def test_a_filter_s_value_never_comes_in(
    quick: Audit, tmp_path: Path, condition: ToldCondition
) -> None:
    with pytest.raises(MisuseError, match="holds a value as it was given") as failed:
        quick.begin(replace(ASKED, conditions=(condition,)), at=NOON)

    assert condition.values[0] not in str(failed.value)


@settings(max_examples=20)
@given(sizes=st.lists(st.integers(0, 12), max_size=5))
def test_groups_of_any_sizes_make_one_chain(
    tmp_path_factory: pytest.TempPathFactory, migrated: Path, sizes: list[int]
) -> None:
    folder = tmp_path_factory.mktemp("groups")
    shutil.copy(migrated, folder / "control.db")
    control = ControlDatabase(f"sqlite:///{folder / 'control.db'}")
    audit = audit_of(folder, control)

    given_numbers = [
        number for size in sizes for number in audit.append([draft()] * size)
    ]

    log = kept(folder, control)
    control.close()
    assert given_numbers == list(range(1, sum(sizes) + 1))
    assert log.verdict().ok
    assert log.verdict().entries == sum(sizes)
    # A group that passes a multiple of ten ends under a root.
    ends = list(accumulate(sizes))
    due = [end for before, end in pairwise([0, *ends]) if end // 10 > before // 10]
    assert [root.entry for root in log.filed] == due
