"""What waits is counted alike by all who enter, and what has landed no more."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa

from hub.storage.batches import BatchPart
from hub.storage.control import ControlDatabase, write
from hub.storage.ledger import Ledger
from hub.storage.submission_room import Room
from hub.storage.submissions import Given, Submission, Submissions

NOON = datetime(2026, 10, 3, 12, tzinfo=UTC)
GIVEN = Given(
    partner="east",
    feed="cases",
    key="k",
    consumer="qiaokou",
    sha256="0" * 64,
    size=3,
    form="csv",
    encoding=None,
    name=None,
    received_at=NOON,
)


@pytest.fixture
def book(control: ControlDatabase) -> Submissions:
    return Submissions(control.engine)


@pytest.fixture
def others(control: ControlDatabase) -> Iterator[list[Submissions]]:
    """Desks of other processes: each has connections of its own."""
    url = control.engine.url.render_as_string(hide_password=False)
    databases = [ControlDatabase(url) for _ in range(4)]
    yield [Submissions(one.engine) for one in databases]
    for one in databases:
        one.close()


def given(key: str, **other: object) -> Given:
    return replace(GIVEN, key=key, **other)  # type: ignore[arg-type]


def land(control: ControlDatabase, sent: Submission) -> None:
    """As a run takes it in, up to its part in the ledger."""
    ledger = Ledger(control.engine)
    batch = ledger.open_batch(
        partner=sent.partner, feed=sent.feed, name=sent.receipt, content=sent.sha256
    )
    ledger.record_parts(batch.number, [BatchPart(0, "0" * 64, {})])


def test_neither_number_nor_size_is_exceeded(book: Submissions) -> None:
    most = Room(2, 7)

    first = book.enter(given("a"), most)
    assert book.enter(given("b", size=5), most) is None
    assert book.enter(given("b", size=4), most) is not None
    assert book.enter(given("c", size=0), most) is None
    assert book.keyed("east", "cases", "c") is None
    # What is there needs no place, and other partners have their own.
    assert book.enter(given("a"), most) == first
    assert book.enter(given("a", partner="west"), most) is not None

    assert book.room_taken("east") == Room(2, 7)
    assert book.room_taken("north") == Room(0, 0)


def test_all_feeds_of_a_partner_are_counted_together(book: Submissions) -> None:
    assert book.enter(given("a", feed="cases"), Room(1, 99)) is not None
    assert book.enter(given("a", feed="trails"), Room(1, 99)) is None


def test_what_has_landed_makes_room(
    control: ControlDatabase, book: Submissions
) -> None:
    most = Room(1, 99)
    first = book.enter(given("a"), most)
    assert first is not None
    assert book.enter(given("b"), most) is None

    land(control, first)

    assert book.room_taken("east") == Room(0, 0)
    assert book.enter(given("b"), most) is not None
    assert book.enter(given("a"), most) == first  # its sender repeats it, at any time
    assert book.room_taken("east") == Room(1, 3)


def test_the_last_place_is_given_once(
    control: ControlDatabase, others: list[Submissions]
) -> None:
    ready = Barrier(len(others))

    def send(number: int) -> bool:
        desk = others[number]
        ready.wait()
        told = [desk.enter(given(f"{number}-{n}"), Room(5, 99)) for n in range(4)]
        return sum(one is not None for one in told) > 0

    with ThreadPoolExecutor(len(others)) as pool:
        list(pool.map(send, range(len(others))))

    assert Submissions(control.engine).room_taken("east") == Room(5, 15)
    assert len(Submissions(control.engine).newest(most=99)) == 5


def test_what_was_never_kept_is_forgotten_and_counted_again(book: Submissions) -> None:
    book.enter(given("a"), Room(9, 99))
    book.enter(given("b", received_at=NOON + timedelta(hours=1)), Room(9, 99))

    old = book.waiting_since("east", NOON + timedelta(minutes=1))
    assert [(one.feed, one.receipt) for one in old] == [("cases", "s00000001")]
    book.forget_waiting(old)
    assert book.room_taken("east") == Room(1, 3)
    book.enter(given("a"), Room(9, 99))
    assert book.room_taken("east") == Room(2, 6)


def test_what_waits_before_the_upgrade_is_counted(
    control: ControlDatabase, book: Submissions
) -> None:
    sent = [book.enter(given(key), Room(9, 99)) for key in "abc"]
    assert sent[1] is not None
    land(control, sent[1])
    with write(control.engine) as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0014'"))
        for name in ("submission_waiting", "batch_cases", "day_count"):
            connection.execute(sa.text(f"DROP TABLE {name}"))

    control.migrate()

    assert book.room_taken("east") == Room(2, 6)
    old = book.waiting_since("east", NOON + timedelta(days=1))
    assert [one.receipt for one in old] == ["s00000001", "s00000003"]
