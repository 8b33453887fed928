"""Storage that fails: nothing is handed over that is wrong or not written down.

Each fault is made for real: a file cut short, a database that takes nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest
from support.served import Served, listening
from support.served_answers import CASES, STREAMS, is_problem, streamed, until

from hub.sharing.shelf.sums import INDEX, ROWS, SUMS


def truncated(path: Path, share: float) -> None:
    with path.open("rb+") as file:
        file.truncate(int(path.stat().st_size * share))


@pytest.mark.parametrize(
    ("file", "share", "form"),
    [
        (ROWS, 0.0, "text/csv"),
        (ROWS, 0.97, "application/json"),
        (INDEX, 0.0, "application/json"),
        (INDEX, 0.5, "text/csv"),
    ],
)
def test_a_torn_shelf_is_made_anew(
    torn: Served, file: str, share: float, form: str
) -> None:
    release = torn.service.hand.release(None)
    folder = torn.service.hand.shelf(release, "issue").folder
    torn.service.hand.prepare(release)  # shelves that nothing was read from yet
    truncated(folder / file, share)
    # By a filter, so that the index is used.
    path = f"{CASES}?issue_id=neq.a"

    first = torn.get(path, "east", headers={"Accept": form})
    is_problem(first, 503, "not_ready")
    assert first.headers["Retry-After"]
    assert not folder.exists()
    is_problem(torn.get(path, "east"), 503, "not_ready")
    torn.service.hand._take_up()

    again = torn.get(path, "east")
    assert again.status_code == 200
    assert len(again.json()["rows"]) == 16


def turned(path: Path) -> None:
    """One bit of a file turned over, in the middle of its values."""
    with path.open("rb+") as file:
        file.seek(path.stat().st_size // 2)
        byte = file.read(1)[0]
        file.seek(-1, 1)
        file.write(bytes([byte ^ 4]))


@pytest.mark.parametrize("file", [ROWS, INDEX, SUMS])
@pytest.mark.parametrize("serving", [True, False])
def test_a_shelf_with_a_bit_turned_over_is_made_anew(
    torn: Served, file: str, serving: bool, caplog: pytest.LogCaptureFixture
) -> None:
    hand = torn.service.hand
    release = hand.release(None)
    path = hand.shelf(release, "issue").folder / file
    right = path.read_bytes()
    turned(path)

    if serving:  # found by the look that a server takes now and then
        hand.look()
        assert "the shelf of issue" in caplog.text
        assert not path.exists()
        hand._take_up()
    else:  # or when a server takes the release up
        hand.prepare(release)

    assert path.read_bytes() == right
    assert len(torn.get(CASES, "east").json()["rows"]) == 16


@contextmanager
def taking_nothing(home: Path) -> Iterator[None]:
    """A control database that takes no entry, as where the disk is full."""
    fill(home)
    try:
        yield
    finally:
        done(home, "DROP TRIGGER IF EXISTS full")


def fill(home: Path) -> None:
    done(
        home,
        "CREATE TRIGGER full BEFORE INSERT ON audit_entry "
        "BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END",
    )


def done(home: Path, *statements: str) -> None:
    with closing(sqlite3.connect(home / "control.db", timeout=60)) as database:
        for one in statements:
            database.execute(one)
        database.commit()


@contextmanager
def away(home: Path) -> Iterator[None]:
    """A control database that cannot be read either."""
    names = ("consumer", "consumer_key", "audit_entry", "release")
    done(home, *(f"ALTER TABLE {name} RENAME TO hidden_{name}" for name in names))
    try:
        yield
    finally:
        done(home, *(f"ALTER TABLE hidden_{name} RENAME TO {name}" for name in names))


@pytest.mark.parametrize("who", ["nobody", "wrong", "east", "expired"])
def test_without_the_audit_nothing_is_handed_over(torn: Served, who: str) -> None:
    paths = [
        "/catalog", "/datasets", "/datasets/area", "/releases", "/releases/r000001",
        "/metrics", "/metrics/on_time_handling_rate", "/datasets/area/rows",
        "/datasets/issue/rows", "/datasets/nothing/rows",
        "/metrics/on_time_handling_rate/evidence?period=2026-09",
    ]  # fmt: skip
    forms = ["application/json", *STREAMS.values()]
    before = torn.entries()
    with taking_nothing(torn.city.home):
        for path in paths:
            for form in forms if path.endswith("/rows") else forms[:1]:
                found = torn.get(path, who, headers={"Accept": form})
                is_problem(found, 503, "audit_down")
                assert found.headers["Retry-After"]
        assert torn.get("//healthz").status_code == 200

    assert torn.entries() == before
    assert torn.get("/datasets/area/rows").status_code == 200


def test_an_answer_that_is_known_already_is_written_down_too(torn: Served) -> None:
    etag = torn.get(CASES, "east").headers["ETag"]
    headers = {"If-None-Match": etag}
    assert torn.get(CASES, "east", headers=headers).status_code == 304

    with taking_nothing(torn.city.home):
        is_problem(torn.get(CASES, "east", headers=headers), 503, "audit_down")


@pytest.mark.parametrize("who", ["nobody", "wrong", "east"])
def test_without_the_database_nothing_is_handed_over(torn: Served, who: str) -> None:
    torn.service.callers.forget()
    torn.service.hand._known.clear()
    with away(torn.city.home):
        for path in ("/datasets/area/rows", "/catalog", "/releases", "/metrics"):
            found = torn.get(path, who)
            code = found.json()["code"]
            assert code in ("audit_down", "control_down"), found.text
            is_problem(found, 503, code)
        is_problem(torn.get("//readyz", who), 503, "not_ready")

    assert torn.get("/datasets/area/rows").status_code == 200


@pytest.mark.parametrize("form", STREAMS.values())
def test_a_stream_breaks_off_where_its_end_cannot_be_written(
    torn: Served, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = torn.get(CASES, "east", headers={"Accept": form})
    begin = torn.service.journal.begin

    def begun(handover):  # the log fills up once the stream has begun
        told = begin(handover)
        fill(torn.city.home)
        return told

    monkeypatch.setattr(torn.service.journal, "begin", begun)
    try:
        with listening(torn.app) as port, httpx.Client() as client:
            headers = torn.headers("east", Accept=form)
            got, is_whole = streamed(client, port, CASES, headers)
    finally:
        done(torn.city.home, "DROP TRIGGER full")

    assert not is_whole
    assert len(got) < len(whole.content)
    assert torn.entries()[-1]["result"] == "begun"


def test_what_makes_releases_ready_outlives_the_database(
    own: Served, caplog: pytest.LogCaptureFixture
) -> None:
    hand = own.service.hand
    with away(own.city.home):
        hand.watch()
        until(lambda: "no release was made ready" in caplog.text)

    hand._shelves.clear()
    hand._wake.set()
    until(lambda: bool(hand._shelves))
    assert own.get("/datasets/area/rows").status_code == 200
