"""What somebody else wrote into the log: the hub builds upon none of it."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from support.audit_logs import NOON, audit_of, draft, kept

from hub.storage.audit import Audit
from hub.storage.audit_chain import is_sealed
from hub.storage.audit_tables import HEAD
from hub.storage.control import ControlDatabase, write
from hub.storage.faults import AuditUnwritable


@pytest.fixture
def quick(tmp_path: Path, sqlite: ControlDatabase) -> Audit:
    return audit_of(tmp_path, sqlite)


def test_nothing_is_built_upon_what_the_hub_did_not_write(
    quick: Audit, sqlite: ControlDatabase, tmp_path: Path
) -> None:
    """An end is cut off and the head moved there: one more entry would cover it."""
    for _ in range(3):
        quick.append([draft()])
        if len(kept(tmp_path, sqlite).entries) == 2:
            older = kept(tmp_path, sqlite).head
    before = kept(tmp_path, sqlite).entries[1]["hash"]
    assert older is not None
    with write(sqlite.engine) as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_entry_no_delete")
        connection.exec_driver_sql("DELETE FROM audit_entry WHERE number = 3")
        connection.execute(sa.update(HEAD).values(number=2, hash=before))

    with pytest.raises(AuditUnwritable, match="not signed with the hub's key"):
        quick.append([draft()])
    with write(sqlite.engine) as connection:
        connection.execute(sa.update(HEAD).values(older._asdict()))
    with pytest.raises(AuditUnwritable, match="ends earlier than it did"):
        quick.append([draft()])

    assert len(kept(tmp_path, sqlite).entries) == 2


def test_a_log_goes_on_under_another_key_when_told_so(
    quick: Audit, sqlite: ControlDatabase, tmp_path: Path
) -> None:
    quick.append([draft()])
    old = kept(tmp_path, sqlite).keys
    (tmp_path / "keys" / "signing.pem").unlink()
    renewed = audit_of(tmp_path, sqlite)
    with pytest.raises(AuditUnwritable, match="not signed with the hub's key"):
        renewed.append([draft()])

    renewed.sign(at=NOON, former=list(old.values()))
    renewed.append([draft()])

    log = kept(tmp_path, sqlite)
    # The root of the new key vouches for what lies before it.
    assert log.verdict().ok
    log.roots, log.filed = [], []
    assert log.verdict().entries == 0
    log.keys |= old
    assert log.verdict().ok


def test_every_seal_is_the_hub_s(
    quick: Audit, sqlite: ControlDatabase, tmp_path: Path
) -> None:
    quick.append([draft(), draft()])

    log = kept(tmp_path, sqlite)
    assert all(is_sealed(row, log.keys) for row in log.entries)
    assert not is_sealed({**log.entries[0], "system": "other"}, log.keys)
    assert not is_sealed(log.entries[0], {})


@pytest.mark.parametrize(
    ("change", "entry", "kind"),
    [
        (
            "audit_entry SET reason = CAST(x'ff' AS TEXT) WHERE number = 7",
            7,
            "changed",
        ),
        ("audit_entry SET system = x'00' WHERE number = 12", 12, "changed"),
        ("audit_entry SET row_count = 1.5 WHERE number = 3", 3, "changed"),
        ("audit_root SET hash = x'00'", 10, "root_mismatch"),
        ("audit_root SET hash = CAST(x'ff' AS TEXT)", 10, "root_mismatch"),
        ("audit_head SET number = 'many'", 13, "not_ours"),
        ("audit_head SET hash = x'00'", 13, "not_ours"),
    ],
)
def test_values_of_no_kind_that_is_stored_are_named_too(
    quick: Audit,
    sqlite: ControlDatabase,
    tmp_path: Path,
    change: str,
    entry: int,
    kind: str,
) -> None:
    for _ in range(2):
        quick.append([draft()] * 5)
    quick.append([draft(), draft()])
    with write(sqlite.engine) as connection:
        for table in ("audit_entry", "audit_root"):
            connection.exec_driver_sql(f"DROP TRIGGER {table}_no_update")
        connection.exec_driver_sql(f"UPDATE {change}")

    problem = kept(tmp_path, sqlite).verdict().problem

    assert problem is not None
    assert (problem.entry, problem.kind) == (entry, kind)
