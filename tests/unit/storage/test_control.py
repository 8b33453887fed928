"""The control database: one schema, two dialects, safe settings, quiet errors."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from hub.errors import MisuseError
from hub.storage import (
    alarm_tables,
    assessment_tables,
    audit_tables,
    consumer_tables,
    erasure_tables,
    migrations,
    outward_tables,
    release_tables,
    request_tables,
    stage_tables,
    submission_tables,
)
from hub.storage import control as rooms
from hub.storage.control import ControlDatabase, read, write
from hub.storage.tables import BATCH, LEASE, METADATA

NOON = datetime(2026, 10, 1, 12, 0, 0, 1, tzinfo=UTC)


def lease(name: str, expires_at: datetime = NOON) -> dict[str, object]:
    return {"name": name, "holder": "h", "token": 1, "expires_at": expires_at}


def test_migrations_make_the_declared_tables(control: ControlDatabase) -> None:
    assert alarm_tables.ALARM.metadata is METADATA
    assert assessment_tables.REVISION.metadata is METADATA
    assert audit_tables.ENTRY.metadata is METADATA
    assert release_tables.RELEASE_END.metadata is METADATA
    assert consumer_tables.GRANT.metadata is METADATA
    assert outward_tables.OUT_ROW.metadata is METADATA
    assert request_tables.REQUEST.metadata is METADATA
    assert erasure_tables.ERASURE.metadata is METADATA
    assert stage_tables.STAGE_SUM.metadata is METADATA
    assert submission_tables.SUBMISSION.metadata is METADATA
    with read(control.engine) as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, METADATA) == []
        found = {
            constraint["name"]
            for table in METADATA.tables
            for constraint in sa.inspect(connection).get_check_constraints(table)
        }
    assert found == {
        "ck_batch_rows_balance",
        "ck_batch_dataset_facts_balance",
        "ck_assessment_input_unit_or_person",
        "ck_release_end_kind",
        "ck_out_parcel_state",
        "ck_out_change_op",
        "ck_request_kind",
        "ck_request_step_step",
        "ck_erasure_state",
        "ck_alarm_message_kind",
    }


def test_the_newest_revision_is_the_one_that_is_run() -> None:
    scripts = ScriptDirectory(migrations.__path__[0])

    assert scripts.get_heads() == [migrations.HEAD]


def test_migrating_again_needs_no_alembic(
    control: ControlDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rooms, "upgrade", None)

    control.migrate()


def test_a_database_of_a_newer_hub_is_left_alone(control: ControlDatabase) -> None:
    with write(control.engine) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(MisuseError, match="Run the newer hub"):
        control.migrate()


@pytest.mark.parametrize(
    "url", ["sqlite://", "sqlite:///:memory:", "mysql+pymysql://localhost/x"]
)
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(MisuseError, match="control database"):
        ControlDatabase(url)


def test_commits_are_flushed(control: ControlDatabase) -> None:
    asked = {
        "sqlite": ("PRAGMA synchronous", 2),
        "postgresql": ("SHOW synchronous_commit", "on"),
    }
    query, expected = asked[control.engine.dialect.name]

    with read(control.engine) as connection:
        assert connection.exec_driver_sql(query).scalar() == expected


def test_sqlite_readers_do_not_wait_for_a_writer(control: ControlDatabase) -> None:
    with write(control.engine) as writer:
        writer.execute(sa.insert(LEASE).values(lease("x")))
        with read(control.engine) as reader:
            assert reader.execute(sa.select(LEASE)).first() is None


def test_a_failing_block_writes_nothing(control: ControlDatabase) -> None:
    def fail_after_writing() -> None:
        with write(control.engine) as connection:
            connection.execute(sa.insert(LEASE).values(lease("x")))
            raise LookupError

    with pytest.raises(LookupError):
        fail_after_writing()

    with read(control.engine) as connection:
        assert connection.execute(sa.select(LEASE)).first() is None


def test_a_transaction_inside_another_is_refused_at_once(
    control: ControlDatabase,
) -> None:
    with (
        write(control.engine),
        pytest.raises(MisuseError, match="Pass that transaction on"),
        write(control.engine),
    ):
        pass

    with write(control.engine) as connection:
        connection.execute(sa.insert(LEASE).values(lease("x")))


def test_instants_come_back_in_utc_to_the_microsecond(control: ControlDatabase) -> None:
    there = NOON.astimezone(timezone(timedelta(hours=8)))

    with write(control.engine) as connection:
        connection.execute(sa.insert(LEASE), [lease("a", there), lease("b")])
        found = connection.execute(
            sa.select(LEASE.c.expires_at).where(LEASE.c.expires_at == NOON)
        )

        assert [instant.isoformat() for instant in found.scalars()] == [
            "2026-10-01T12:00:00.000001+00:00"
        ] * 2


def test_naive_instants_are_refused(control: ControlDatabase) -> None:
    naive = NOON.replace(tzinfo=None)

    with (
        pytest.raises(sa.exc.StatementError, match="without a zone"),
        write(control.engine) as connection,
    ):
        connection.execute(sa.insert(LEASE).values(lease("x", naive)))


def test_errors_do_not_show_values(control: ControlDatabase) -> None:
    secret = "440306199001011234"

    with pytest.raises(sa.exc.IntegrityError) as caught, write(control.engine) as conn:
        conn.execute(sa.insert(LEASE).values({**lease(secret), "holder": None}))

    # What the driver itself says is left out: PostgreSQL quotes the failing row.
    assert secret not in str(caught.value).replace(str(caught.value.orig), "")


def test_links_between_tables_are_kept(control: ControlDatabase) -> None:
    with pytest.raises(sa.exc.IntegrityError), write(control.engine) as connection:
        connection.exec_driver_sql("INSERT INTO link_todo VALUES (77, 'stage')")


def test_numbers_are_never_given_twice(control: ControlDatabase) -> None:
    values = {
        "partner": "p",
        "feed": "f",
        "kind": "delivery",
        "name": "n",
        "state": "landing",
        "created_at": NOON,
        "updated_at": NOON,
    }
    insert = sa.insert(BATCH).values(values).returning(BATCH.c.number)
    with write(control.engine) as connection:
        first = connection.execute(insert).scalar_one()
        connection.execute(sa.delete(BATCH))

        assert connection.execute(insert).scalar_one() == first + 1
