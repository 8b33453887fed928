"""What a consumer sees in the warehouse ends when its grant does, and is audited."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest
from psycopg.errors import UndefinedTable
from support.bi_readers import (
    EAST,
    PURPOSE,
    WEST,
    at,
    bi_tool,
    enter,
    give,
    rows,
    take,
)
from support.own_commands import Console

from hub.errors import MisuseError, ReleaseGone
from hub.flow.house import House
from hub.sharing.audit_log import reading
from hub.sharing.recall import recall_release
from hub.sharing.warehouse.loading import load, sync
from hub.sharing.warehouse.logins import give_login
from hub.storage.audit import Audit
from hub.storage.consumers import Consumers
from hub.storage.faults import AuditUnwritable


@pytest.fixture
def house(warehoused: House) -> House:
    return warehoused


def plain(house: House) -> str:
    return house.settings.warehouse.replace("+psycopg", "")


def test_an_end_holds_by_the_database_s_clock(house: House) -> None:
    load(house)
    with psycopg.connect(plain(house)) as own:
        row = own.execute("SELECT now()").fetchone()
    assert row is not None
    before = at(house, row[0] - timedelta(days=2))
    over, later = row[0] - timedelta(days=1), row[0] + timedelta(days=1)
    give(before, "issue", row_rule=EAST, valid_until=over)
    give(before, "issue", row_rule=WEST, valid_until=later)

    load(before)

    # The hub's clock says that both hold; the database's that one has ended.
    assert rows(before, "SELECT DISTINCT district_code FROM issue") == [("420103",)]


def test_what_is_taken_back_is_taken_away(house: House) -> None:
    enter(house, "west", units=("AU-W",))
    number = give(house, "issue")
    give(house, "person")
    give(house, "issue", "west")
    load(house)
    assert rows(house, "SELECT count(*) FROM person")[0][0] == 2
    take(house, number)

    told = sync(house)

    assert told.gone == [("for_east", "issue")]
    assert not told.made
    with bi_tool(house) as tool:
        with pytest.raises(UndefinedTable):
            tool.execute("SELECT 1 FROM for_east.issue")
        assert tool.execute("SELECT count(*) FROM person").fetchone() == (2,)
    why = {"by": "甲", "reason": "撤并", "at": house.now()}
    Consumers(house.control.engine).revoke("east", **why)

    told = sync(house)

    assert told.logins_gone == ["east"]
    assert [view[:3] for view in told.views] == [("west", "for_west", "issue")]
    with psycopg.connect(plain(house)) as own:
        left = own.execute(
            "SELECT nspname FROM pg_namespace WHERE nspname LIKE '%\\_east'"
        ).fetchall()
        roles = own.execute("SELECT 1 FROM pg_roles WHERE rolname LIKE 'bi\\_east%'")
        assert left == []
        assert roles.fetchall() == []
    with pytest.raises(MisuseError, match="revoked"):
        give_login(house, "east")


def test_a_login_tells_what_it_may_read_now(house: House) -> None:
    assert give_login(house, "east").views == []
    give(house, "issue", row_rule=EAST)
    load(house)

    assert give_login(house, "east").views == ["for_east.hub_release", "for_east.issue"]


def test_each_load_is_in_the_audit_and_a_sync_only_what_it_hands_over(
    house: House,
) -> None:
    give(house, "person", row_rule=EAST)
    load(house)
    sync(house)
    give(house, "issue")
    sync(house)

    with reading(house).log() as log:
        entries = list(log.entries)
    told = [(one["dataset"], one["row_count"], one["means"]) for one in entries]
    assert told == [("person", 0, "bulk"), ("issue", 4, "bulk")]
    first = entries[0]
    assert "person_name:name" in first["mask_profile"]
    assert first["pseudonym_key_id"]
    assert (first["purpose"], first["version"]) == (PURPOSE, "r000001")


def test_without_an_audit_nothing_is_handed_over(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    give(house, "issue")

    def refuse(*_: object, **__: object) -> range:
        raise AuditUnwritable("write", seen="full", next_step="Free space.")

    monkeypatch.setattr(Audit, "append", refuse)
    with pytest.raises(AuditUnwritable):
        load(house)

    with psycopg.connect(plain(house)) as own:
        assert own.execute("SELECT to_regclass('for_east.issue')").fetchone() == (None,)
    monkeypatch.undo()


def test_a_recalled_release_is_shown_to_nobody(house: House) -> None:
    give(house, "issue")
    load(house)
    recall_release(house, "r000001", reason="误发", author="甲")

    with pytest.raises(ReleaseGone, match="误发"):
        sync(house)

    with psycopg.connect(plain(house)) as own:
        views = own.execute("SELECT 1 FROM pg_views WHERE schemaname LIKE 'for\\_%'")
        assert views.fetchall() == []


def test_masked_columns_follow_the_grant_and_unchanged_ones_are_not_written(
    house: House,
) -> None:
    first = give(house, "person")
    load(house)
    done, _ = load(house)
    written = {one.table: one.written for one in done[0].tables}
    assert written["masked_east.person"] == 0
    take(house, first)
    give(
        house,
        "person",
        columns=("person_name",),
        clear=("person_name",),
        basis="办法第八条",
    )

    sync(house)

    assert sorted(rows(house, "SELECT person_name FROM person")) == [("丙",), ("甲",)]


def test_the_commands_tell_views_and_a_password_once(
    house: House, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = Console(house, capsys, monkeypatch)
    give(house, "issue")

    loaded = hub("warehouse", "load")
    login = hub("warehouse", "login", "east")
    shown = hub("warehouse", "show")
    again = hub("warehouse", "sync")
    dropped = hub("warehouse", "login", "east", "--drop")

    view = {"consumer": "east", "schema": "for_east", "view": "issue", "rows": 4}
    assert loaded[0]["views"]["views"] == again["views"] == [view]
    assert again["made"] == again["gone"] == []
    assert len(login["password"]) == 32
    assert login["schemas"] == ["for_east"]
    assert login["password"] not in str(shown)
    assert [one["view"] for one in shown["views"]] == ["hub_release", "issue"]
    assert shown["release"] == "r000001"
    assert dropped == {"consumer": "east", "dropped": True}
