"""What waits is written together; whoever waits learns how it went."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from threading import Event

import pytest

from hub.errors import MisuseError
from hub.sharing.api.journal import MOST, Journal
from hub.storage.audit_entries import HandOver, Outcome
from hub.storage.faults import AuditUnwritable
from hub.storage.turns import in_turn

AT = datetime(2026, 10, 1, tzinfo=UTC)
SOUND = HandOver(system="one", dataset="issue")
UNFIT = HandOver(system="one", dataset="unfit")
DONE = Outcome(result="delivered")


class Log:
    """Stands in for the audit: counts transactions, refuses what is unfit."""

    def __init__(self):
        self.go = Event()
        self.sizes = []
        self.number = 0
        self.is_down = False

    def append(self, drafts):
        self.go.wait(20)
        if self.is_down:
            raise AuditUnwritable("write", seen="down", next_step="wait")
        if any(one.handover is UNFIT for one in drafts):
            raise MisuseError("write", seen="unfit", next_step="mend")
        self.sizes.append(len(drafts))
        first = self.number + 1
        self.number += len(drafts)
        return range(first, self.number + 1)


@pytest.fixture
def log():
    return Log()


@pytest.fixture
def journal(log):
    made = Journal(log, lambda: AT)
    yield made
    log.go.set()
    made.close()


def test_what_waits_is_written_in_few_transactions_in_its_order(log, journal):
    told = [journal.put(SOUND, DONE) for _ in range(MOST + 40)]
    log.go.set()

    numbers = [one.result(20) for one in told]

    assert numbers == list(range(1, MOST + 41))
    assert len(log.sizes) <= 4
    assert max(log.sizes) <= MOST


def test_one_that_is_unfit_does_not_harm_the_others(log, journal):
    told = [journal.put(one, DONE) for one in (SOUND, UNFIT, SOUND)]
    log.go.set()

    assert [told[0].result(20), told[2].result(20)] == [1, 2]
    with pytest.raises(MisuseError):
        told[1].result(20)


def test_all_learn_that_it_cannot_be_written(log, journal):
    log.is_down = True
    log.go.set()

    for one in [journal.put(SOUND, DONE) for _ in range(3)]:
        with pytest.raises(AuditUnwritable):
            one.result(20)
    log.is_down = False
    assert journal.put(SOUND, DONE).result(20) == 1


def test_a_hand_over_has_a_beginning_and_an_end(log, journal):
    log.go.set()

    begun = journal.begin(SOUND)

    assert (begun.number, journal.end(begun, DONE)) == (1, 2)


def test_closing_writes_what_waits(log):
    journal = Journal(log, lambda: AT)
    told = journal.put(SOUND, DONE)
    log.go.set()

    journal.close()

    assert told.result(0) == 1


def test_without_a_turn_nothing_is_handed_over(log, tmp_path):
    log.go.set()
    journal = Journal(log, lambda: AT, partial(in_turn, tmp_path / "gone" / "turn"))

    with pytest.raises(AuditUnwritable):
        journal.put(SOUND, DONE).result(20)

    journal.close()
    assert log.sizes == []
