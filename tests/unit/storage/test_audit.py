"""The audit log is only ever added to, in one order, on both databases."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from support.audit_logs import ASKED, DELIVERED, NOON, audit_of, draft, kept

from hub.errors import MisuseError
from hub.sharing.audit import check
from hub.sharing.audit_witnesses import in_database
from hub.storage.audit import Audit, Begun
from hub.storage.audit_reading import AuditReading
from hub.storage.control import ControlDatabase, write
from hub.storage.faults import AuditUnwritable
from hub.storage.signing import is_signed, signer


@pytest.fixture
def audit(tmp_path: Path, control: ControlDatabase) -> Audit:
    """On both databases."""
    return audit_of(tmp_path, control)


def test_an_entry_is_hashed_and_sealed_as_the_docstring_says(
    audit: Audit, control: ControlDatabase, tmp_path: Path
) -> None:
    audit.append([draft(), draft("portal")])

    first, second = kept(tmp_path, control).entries
    assert (first["number"], second["number"]) == (1, 2)
    assert first["at"] == "2026-10-01T12:00:00.000001Z"
    assert first["columns"] == "issue_id,stage_code"
    assert json.loads(first["conditions"]) == [
        {"column": "reporter_phone", "operator": "eq", "values": ["0a" * 16]}
    ]
    # Worked out without any code of the hub but the public key.
    for row, before in ((first, "0" * 64), (second, first["hash"])):
        assert row["previous"] == before
        told = {name: value for name, value in row.items() if name != "hash"}
        dense = {"sort_keys": True, "separators": (",", ":"), "ensure_ascii": False}
        text = json.dumps(told, **dense)  # type: ignore[arg-type]
        assert row["hash"] == hashlib.sha256(text.encode()).hexdigest()
        seal = told.pop("seal")
        text = "hub audit entry 1\n" + json.dumps(told, **dense)  # type: ignore[arg-type]
        assert is_signed(text.encode(), seal, signer(tmp_path).public)


def test_a_stream_has_two_entries_and_one_end(
    audit: Audit, control: ControlDatabase
) -> None:
    reading = AuditReading(control.engine)
    begun = audit.begin(ASKED, at=NOON)
    assert reading.unfinished() == 1
    (open_one,) = reading.newest(is_unfinished=True, limit=9)
    assert (open_one["number"], open_one["result"]) == (1, "begun")
    assert open_one["row_count"] is None

    audit.end(begun, DELIVERED, at=NOON)

    assert reading.unfinished() == 0
    end = reading.find(2)
    assert end is not None
    assert (end["refers_to"], end["row_count"], end["system"]) == (1, 12, "city-brain")
    for wrong in (begun, Begun(7, ASKED)):
        with pytest.raises(MisuseError, match="has its end already, or never began"):
            audit.end(wrong, DELIVERED, at=NOON)
    assert reading.find(3) is None


def test_many_entries_keep_their_order_and_come_all_or_none(
    audit: Audit, control: ControlDatabase, tmp_path: Path
) -> None:
    numbers = audit.append([draft(f"s{at:02}") for at in range(25)])
    assert list(numbers) == list(range(1, 26))
    broken = draft(reason="half a pair \ud800")
    with pytest.raises(MisuseError, match="no database keeps"):
        audit.append([draft(), broken])
    with write(control.engine) as connection:
        audit.append([draft()], conn=connection)
        connection.rollback()
    assert audit.append([]) == range(26, 26)

    log = kept(tmp_path, control)
    assert [row["system"] for row in log.entries] == [f"s{at:02}" for at in range(25)]
    assert log.verdict().ok
    # One root per group that passes a multiple of ten, for its newest entry.
    assert [root.entry for root in log.roots] == [25]


REST = ", at, system, dataset, columns, conditions, means, result, key_id, seal"
REFUSED = (
    "UPDATE audit_entry SET reason = 'x' WHERE number = 1",
    "DELETE FROM audit_entry WHERE number = 2",
    "UPDATE audit_root SET hash = 'x'",
    "DELETE FROM audit_root",
    "DELETE FROM audit_head",
    "INSERT INTO audit_head VALUES (2, 9, '', '', '')",
    "INSERT INTO audit_root VALUES (1, '', '', '', '', '')",
    # A gap, a second entry 2, and one that follows nothing.
    f"INSERT INTO audit_entry (number, previous{REST}, hash)"
    f" SELECT number + 2, hash{REST}, hash FROM audit_entry WHERE number = 2",
    f"INSERT INTO audit_entry (number, previous{REST}, hash)"
    f" SELECT number, previous{REST}, hash FROM audit_entry WHERE number = 2",
    f"INSERT INTO audit_entry (number, previous{REST}, hash)"
    f" SELECT number + 1, previous{REST}, hash FROM audit_entry WHERE number = 2",
)
REFUSED_THERE = {
    "sqlite": "INSERT OR REPLACE INTO audit_entry SELECT * FROM audit_entry LIMIT 1",
    "postgresql": "TRUNCATE audit_entry CASCADE",
}


def test_the_database_itself_refuses_changes(
    audit: Audit, control: ControlDatabase, tmp_path: Path
) -> None:
    audit.append([draft(), draft()])
    audit.sign(at=NOON)

    for statement in (*REFUSED, REFUSED_THERE[control.engine.dialect.name]):
        with (
            pytest.raises(sa.exc.DBAPIError, match=r"append-only|not the next entry"),
            write(control.engine) as connection,
        ):
            connection.exec_driver_sql(statement)

    assert kept(tmp_path, control).verdict().ok
    reading = AuditReading(control.engine)
    assert reading.missing_guards() == []
    is_sqlite = control.engine.dialect.name == "sqlite"
    with write(control.engine) as connection:
        where = "" if is_sqlite else " ON audit_root"
        connection.exec_driver_sql(f"DROP TRIGGER audit_root_next{where}")
    assert reading.missing_guards() == ["audit_root_next"]


def test_whoever_cannot_write_hands_nothing_over(
    audit: Audit, control: ControlDatabase, tmp_path: Path
) -> None:
    begun = audit.begin(ASKED, at=NOON)
    with write(control.engine) as connection:
        connection.exec_driver_sql("ALTER TABLE audit_entry RENAME TO gone")

    with pytest.raises(AuditUnwritable, match="Nothing may be handed over") as failed:
        audit.begin(ASKED, at=NOON)
    with pytest.raises(AuditUnwritable):
        audit.end(begun, DELIVERED, at=NOON)

    assert failed.value.transient
    assert failed.value.code == "audit_unwritable"
    assert failed.value.__cause__ is None
    assert "u-17" not in str(failed.value)


def test_a_walk_sees_one_picture_while_others_write(
    audit: Audit, control: ControlDatabase, tmp_path: Path
) -> None:
    audit.append([draft()] * 12)
    own = signer(tmp_path)

    with AuditReading(control.engine).log() as log:
        audit.append([draft()] * 12)
        witnesses = [in_database(log.roots)]
        verdict = check(log.entries, witnesses, log.head, {own.key_id: own.public})

    # Without the file its root counts as gone from there, and nothing else is wrong.
    assert verdict.problem is not None
    assert verdict.problem.seen == "its root is gone from the file of roots"
    assert (verdict.problem.entry, verdict.roots) == (12, 1)
    assert kept(tmp_path, control).verdict().entries == 24
