"""The life of a parcel, and what the receiver has in the end."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import polars as pl
from support.consumers import AT

from hub.storage.control import ControlDatabase, write
from hub.storage.outward import Parcel, Parcels
from hub.storage.outward_rows import count_rows, held_rows, pending_changes

NAME = "east/status"
ALL = "0123456789abcdef"
CHANGES = [("0a", "insert"), ("1b", "update"), ("fc", "withdraw")]


def put(control: ControlDatabase, number: int, changes: list[Any]) -> Parcel:
    """A parcel that waits, with changes of these keys and operations."""
    parcels = Parcels(control.engine)
    counts = {kind: sum(op == kind for _, op in changes) for _, kind in CHANGES}
    head = {
        "delivery": NAME,
        "number": number,
        "state": "waiting",
        "is_sure": True,
        "release": "r000001",
        "profile": "p",
        "idempotency_key": f"k{number}",
        "inserted": counts["insert"],
        "updated": counts["update"],
        "withdrawn": counts["withdraw"],
        "attempts": 0,
        "made_at": AT,
    }
    rows = [
        {
            "delivery": NAME,
            "parcel": number,
            "key": key,
            "op": op,
            "digest": "" if op == "withdraw" else f"d{number}",
            "told": "{}",
            "payload": "{}",
        }
        for key, op in changes
    ]
    made = pl.DataFrame([head]).with_columns(pl.col("made_at").cast(INSTANT))
    with write(control.engine) as connection:
        parcels.add(connection, made, pl.DataFrame(rows))
    (one,) = parcels.page(NAME, ("waiting",), after=number - 1, most=1)
    return one


INSTANT = pl.Datetime("us", "UTC")


def held(control: ControlDatabase) -> dict[str, str]:
    frame = held_rows(control.engine, NAME, ALL)
    return dict(frame.select("key", "digest").rows())


def test_a_receipt_makes_the_rows_the_receivers_own(control: ControlDatabase) -> None:
    parcels = Parcels(control.engine)
    parcels.accept(put(control, 1, [("fc", "insert")]), at=AT, receipt=None)
    second = put(control, 2, CHANGES)

    with write(control.engine) as connection:
        parcels.send(connection, [second], at=AT)
    parcels.accept(second, at=AT, receipt="R1")

    assert held(control) == {"0a": "d2", "1b": "d2"}
    assert held_rows(control.engine, NAME, "01")["key"].sort().to_list() == ["0a", "1b"]
    assert held_rows(control.engine, NAME, "89abcdef").is_empty()
    assert count_rows(control.engine, NAME) == 2
    assert pending_changes(control.engine, NAME, ALL).is_empty()
    newest = parcels.newest(NAME, 1)[0]
    assert (newest.state, newest.receipt, newest.rows) == ("accepted", "R1", 3)
    assert newest.sent_at == datetime(2026, 11, 30, 8, tzinfo=UTC)
    assert parcels.counts(NAME) == {"accepted": (2, 4)}


def test_what_may_have_arrived_is_unknown_once_it_is_given_up(
    control: ControlDatabase,
) -> None:
    parcels = Parcels(control.engine)
    parcels.accept(put(control, 1, [("fc", "insert")]), at=AT, receipt=None)
    second = put(control, 2, CHANGES)
    with write(control.engine) as connection:
        parcels.send(connection, [second], at=AT)

    (sent,) = parcels.page(NAME, ("sent",), most=9)
    parcels.give_up(sent, at=AT, reason="no longer allowed")

    assert held(control) == {"0a": "", "1b": "", "fc": ""}


def test_failures_end_in_a_dead_letter_that_can_be_revived(
    sqlite: ControlDatabase,
) -> None:
    parcels = Parcels(sqlite.engine)
    put(sqlite, 1, [("0a", "insert")])

    def fail(*, is_sure: bool) -> str:
        (one,) = parcels.newest(NAME, 1)
        return parcels.fail(one, at=AT, error="HTTP 500", is_sure=is_sure, most=3)

    assert [fail(is_sure=True), fail(is_sure=False)] == ["refused", "sent"]
    assert fail(is_sure=False) == "dead"
    assert parcels.revive(NAME) == 1
    (one,) = parcels.newest(NAME, 1)
    assert (one.state, one.attempts, one.error) == ("sent", 0, "HTTP 500")


def test_a_refused_parcel_is_cut_into_rows(control: ControlDatabase) -> None:
    parcels = Parcels(control.engine)
    whole = put(control, 1, CHANGES)

    parcels.split(whole, range(2, 5), {key: f"own-{key}" for key, _ in CHANGES})

    made = parcels.page(NAME, ("refused",), most=9)
    assert [(one.number, one.idempotency_key, one.rows) for one in made] == [
        (2, "own-0a", 1),
        (3, "own-1b", 1),
        (4, "own-fc", 1),
    ]
    assert [one.withdrawn for one in made] == [0, 0, 1]
    pending = pending_changes(control.engine, NAME, ALL).sort("key")
    assert pending["parcel"].to_list() == [2, 3, 4]
    assert parcels.newest(NAME, 9)[-1].state == "given_up"


def test_what_waits_is_forgotten_and_what_was_sent_is_not(
    sqlite: ControlDatabase,
) -> None:
    parcels = Parcels(sqlite.engine)
    sent, waiting = put(sqlite, 1, CHANGES), put(sqlite, 2, [("2d", "insert")])
    with write(sqlite.engine) as connection:
        parcels.send(connection, [sent, waiting], at=AT)
    parcels.stay([waiting])

    with write(sqlite.engine) as connection:
        parcels.drop_waiting(connection, NAME)

    assert [one.number for one in parcels.newest(NAME, 9)] == [1]
    assert len(pending_changes(sqlite.engine, NAME, ALL)) == 3
