"""A sender that runs wild is asked to come later, and fills no disk."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from support.push_city import EAST, NOW, WHO, Push, as_csv, as_json, case
from support.push_server import CASES, CSV, Met, meet

from hub.sharing.submissions.refusals import InboxFull
from hub.sharing.submissions.upload import Upload
from hub.storage.submission_room import Room
from hub.storage.submissions import Submissions

BODY = as_csv([case(1)])


@pytest.fixture
def narrow(tmp_path: Path) -> Push:
    """Where two submissions may wait."""
    return bounded(tmp_path, "max_body_mb = 1, max_waiting = 2")


def bounded(folder: Path, limits: str) -> Push:
    assert "max_body_mb = 1 " in EAST
    return Push.made_in(folder, EAST.replace("max_body_mb = 1 ", f"{limits} "))


def own(key: str) -> dict[str, str]:
    return CSV | {"Idempotency-Key": key}


def test_one_too_many_is_asked_to_come_later(narrow: Push) -> None:
    met: Met = meet(narrow)
    for key in "ab":
        assert met.ask("POST", CASES, content=BODY, headers=own(key)).status_code == 202

    told = met.ask("POST", CASES, content=BODY, headers=own("c"))
    again = met.ask("POST", CASES, content=BODY, headers=own("a"))
    other = met.ask("POST", CASES, content=b"other", headers=own("a"))
    narrow.run()
    later = met.ask("POST", CASES, content=BODY, headers=own("c"))

    assert told.status_code == 429
    assert told.headers["Content-Type"] == "application/problem+json"
    assert told.headers["Retry-After"] == "60"
    assert told.json()["code"] == "inbox_full"
    assert told.json()["detail"] == (
        "east/cases: could not take the submission: 2 submissions of east with 0 MB "
        "wait to be taken in, and 2 with 8 MB may. Nothing was kept. Send it later "
        "under the same key."
    )
    # Who repeats what waits already needs no place, and learns of a key used twice.
    assert (again.status_code, again.json()["receipt"]) == (202, "s00000001")
    assert other.status_code == 409
    assert later.status_code == 202


def test_nothing_of_what_is_refused_is_read_or_kept(narrow: Push) -> None:
    narrow.send(BODY, key="a")
    narrow.send(BODY, key="b", feed="trails")  # all feeds of a partner together
    before = sorted(narrow.inbox.rglob("*"))
    claim = narrow.desk.claim("east", "cases", WHO, key="c", form="csv")

    upload = narrow.desk.upload(claim)
    with pytest.raises(InboxFull), upload:
        upload.add(BODY)

    assert sorted(narrow.inbox.rglob("*")) == before
    assert len(narrow.desk.newest()) == 2


def test_the_size_is_bounded_as_well(tmp_path: Path) -> None:
    push = bounded(tmp_path, "max_body_mb = 1, max_waiting_mb = 1")
    large = as_csv([case(n, 备注="x" * 9_000) for n in range(80)])
    push.send(large, key="a")

    # There is room for a little, so it is known at the end that there is not enough.
    with pytest.raises(InboxFull):
        push.send(large, key="b")
    push.send(BODY, key="c")
    assert [one.submission.key for one in push.desk.newest()] == ["c", "a"]

    push.run()
    push.send(large, key="b")


def test_what_is_refused_as_a_batch_makes_room_too(narrow: Push) -> None:
    for key in "ab":
        narrow.send(b'{"rows": 3}', "json", key=key)
    with pytest.raises(InboxFull):
        narrow.send(as_json([case(1)]), "json", key="c")

    assert {one.state for one in narrow.run()} == {"refused"}

    narrow.send(as_json([case(1)]), "json", key="c")


def test_what_was_entered_and_never_kept_takes_no_place_for_long(
    narrow: Push, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(Upload, "_keep", lambda *_: None)  # as if it was killed here
        narrow.send(BODY, key="a")
        narrow.send(BODY, key="b")
    book = Submissions(narrow.house.control.engine)
    with pytest.raises(InboxFull):
        narrow.send(BODY, key="c")

    later = narrow.house.settings.model_copy(update={"now": NOW + timedelta(hours=2)})
    there = Push(narrow.house.at(later))
    there.send(BODY, key="c")

    assert book.room_taken("east") == Room(1, len(BODY))
    there.send(BODY, key="a")  # its sender repeats it: now it lies in the inbox
    assert book.room_taken("east") == Room(2, 2 * len(BODY))
    assert len(there.run()) == 2
