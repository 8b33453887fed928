"""One key of a feed is one submission, however often it is entered."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hub.storage.control import ControlDatabase
from hub.storage.submission_room import Room
from hub.storage.submissions import Given, Submission, Submissions

GIVEN = Given(
    partner="east",
    feed="cases",
    key="k",
    consumer="qiaokou",
    sha256="0" * 64,
    size=3,
    form="csv",
    encoding=None,
    name="案.csv",
    received_at=datetime(2026, 10, 3, tzinfo=UTC),
)
PLENTY = Room(99, 9999)


def enter(book: Submissions, given: Given) -> Submission:
    found = book.enter(given, PLENTY)
    assert found is not None
    return found


def test_a_key_that_was_used_gives_the_earlier_one(control: ControlDatabase) -> None:
    book = Submissions(control.engine)

    first = enter(book, GIVEN)
    other = replace(GIVEN, sha256="1" * 64)
    again = enter(book, other)

    assert again == first
    assert first.is_same(GIVEN)
    assert not first.is_same(other)
    assert book.find(first.receipt) == first
    assert book.keyed("east", "cases", "k") == first


def test_a_key_belongs_to_its_feed(control: ControlDatabase) -> None:
    book = Submissions(control.engine)

    first = enter(book, GIVEN)
    second = enter(book, replace(GIVEN, feed="notes"))

    assert first.receipt != second.receipt
    assert book.newest(most=9) == [second, first]
    assert book.newest("east", "notes", most=9) == [second]
    assert book.newest("west", most=9) == []


def test_what_is_no_receipt_is_nothing(control: ControlDatabase) -> None:
    book = Submissions(control.engine)

    assert [book.find(text) for text in ("", "s1", "b00000001", "s00000009")] == [
        None
    ] * 4
