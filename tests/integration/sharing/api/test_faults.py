"""What goes wrong: one status, one sentence, nothing of the inside, no row.

Each fault is made for real: a file cut short, a database that takes nothing, a reader
that goes away.
"""

from __future__ import annotations

import logging
import socket
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from support import canaries
from support.served import Served, listening, raw_answer, served_from
from support.served_city import ServedCity

from hub.sharing.callers import Callers
from hub.sharing.recall import recall_release
from hub.sharing.shelf.shelf import INDEX, ROWS
from hub.storage.consumer_keys import ConsumerKeys
from hub.storage.grants import Grants

CASES = "/datasets/issue/rows"
STREAMS = {
    "ndjson": "application/x-ndjson",
    "csv": "text/csv",
    "arrow": "application/vnd.apache.arrow.stream",
    "parquet": "application/vnd.apache.parquet",
}
INSIDE = ("Traceback", 'File "', "sqlite", "SQLAlchemy", "polars", "/tmp", "/home")


def is_problem(answer: httpx.Response, status: int, code: str) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    told = answer.json()
    assert set(told) == {"type", "title", "status", "detail", "code"}
    assert (told["status"], told["code"]) == (status, code)
    assert told["detail"].strip()
    assert len(told["detail"]) < 400
    for word in (*INSIDE, *canaries.SECRETS, *canaries.CALLS, *canaries.REPORTERS):
        assert word not in answer.text


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("columns=nothing", 400, "column"),
        ("columns=", 400, "column"),
        ("columns=issue_id,issue_id", 400, "column"),
        ("columns=reporter_phone", 400, "column"),
        ("nothing=eq.1", 400, "column"),
        ("description=like.*", 400, "masked"),
        ("order=description", 400, "masked"),
        ("order=issue_id.up", 400, "order"),
        ("reported_at=eq.yesterday", 400, "filter"),
        ("reported_at=2026-10-01", 400, "filter"),
        ("extension_minutes=gt.99999999999999999999", 400, "filter"),
        ("lon=eq.nan", 400, "filter"),
        ("is_supervised=eq.1", 400, "filter"),
        ("issue_id=eq.%00", 400, "filter"),
        ("issue_id=like." + "%2A" * 201, 400, "filter"),
        ("issue_id=in.(" + "a," * 500 + "a)", 400, "filter"),
        ("&".join(["issue_id=neq.a"] * 51), 400, "filter"),
        ("limit=0", 400, "limit"),
        ("limit=10001", 400, "limit"),
        ("limit=" + "9" * 400, 400, "limit"),
        ("limit=%D9%A1", 400, "limit"),
        ("limit=1&limit=2", 400, "parameter"),
        ("after=NQ", 400, "after"),
        ("after=%F0%9F%98%80", 400, "after"),
        ("release=r000009", 404, "unknown"),
        ("release=%00", 404, "unknown"),
        ("purpose=其他", 403, "purpose"),
    ],
)
@pytest.mark.parametrize("form", ["application/json", "text/csv"])
def test_what_cannot_be_understood_is_said_in_a_sentence(
    served: Served, query: str, status: int, code: str, form: str
) -> None:
    found = served.get(f"{CASES}?{query}", "east", headers={"Accept": form})

    is_problem(found, status, code)


@pytest.mark.parametrize(
    "token",
    [
        ["r000001", "", 0, None],
        ["r000001", None, 0, None],
        ["r000001", "q", -2, None],
        ["r000001", "q", 2**62, None],
        ["r000001", "q", 0.5, None],
        ["r000001", "q", 0, [1]],
        ["r000001", "q", 0, 2**63],
        ["r000001", "q", 0, -(2**63) - 1],
        {"release": 1, "question": 2, "number": 3, "value": 4},
        5,
        None,
        "text",
    ],
)
def test_a_token_that_nobody_gave_opens_nothing(served: Served, token: object) -> None:
    from base64 import urlsafe_b64encode

    import orjson

    try:
        text = urlsafe_b64encode(orjson.dumps(token)).decode().rstrip("=")
    except TypeError:  # beyond what orjson writes
        text = urlsafe_b64encode(str(token).encode()).decode().rstrip("=")
    found = served.get(f"{CASES}?after={text}", "east")

    is_problem(found, 400, "after")


def test_forms_and_methods_that_are_not_served_are_refused(served: Served) -> None:
    found = served.get(CASES, "east", headers={"Accept": "text/html"})
    is_problem(found, 406, "form")

    for method in ("POST", "PUT", "DELETE", "HEAD", "BREW"):
        refused = served.client.request(method, "/api/v1/datasets")
        assert (refused.status_code, refused.headers["Allow"]) == (405, "GET")
        assert refused.headers["Content-Type"] == "application/problem+json"
    assert "BREW" not in served.get("//metrics").text


def test_bytes_that_are_no_text_are_no_failure(served: Served) -> None:
    key = served.keys["east"]
    with listening(served.app) as port:
        for path in (b"\xff\xfe", b"?issue_id=eq.\xff", b"?issue_id=eq.%ff&limit=1"):
            told = raw_answer(
                port,
                b"GET /api/v1/datasets/issue/rows" + path + b" HTTP/1.1\r\n"
                b"Host: hub\r\nConnection: close\r\n"
                b"Authorization: Bearer " + str(key).encode() + b"\r\n\r\n",
            )
            status = int(told.split()[1])
            assert status in (200, 400, 404), told[:200]
            assert b"Traceback" not in told


def test_a_recalled_release_is_gone_with_the_reason(own: Served) -> None:
    own.house.now()
    recall_release(own.house, "r000001", reason="误发了草稿", author="甲")
    own.service.hand._known.clear()

    for path in (
        f"{CASES}?release=r000001",
        "/datasets/issue?release=r000001",
        "/catalog?release=r000001",
        "/releases/r000001",
        "/metrics/on_time_handling_rate?release=r000001",
        "/metrics/on_time_handling_rate/evidence?period=2026-09&release=r000001",
    ):
        found = own.get(path, "east")
        is_problem(found, 410, "release_gone")
        assert "误发了草稿" in found.json()["detail"]
    told = own.get("/releases").json()[0]
    assert (told["state"], told["reason"]) == ("recalled", "误发了草稿")
    assert own.get("//readyz").status_code == 503


def test_a_server_whose_release_was_recalled_deletes_its_shelves(own: Served) -> None:
    shelves = own.house.settings.home / "serving"
    assert len(list(shelves.iterdir())) > 10
    recall_release(own.house, "r000001", reason="误发", author="甲")

    own.service.hand._let_go()

    assert not list(shelves.iterdir())


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


@pytest.fixture(scope="module")
def torn(
    city_taken_in: ServedCity, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """A hub whose shelves may be torn; each test mends them."""
    import shutil

    folder = tmp_path_factory.mktemp("torn")
    shutil.copytree(city_taken_in.folder, folder, dirs_exist_ok=True)
    with served_from(ServedCity(folder)) as one:
        yield one


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
        # What makes releases ready lives on.
        torn.service.hand._known.clear()

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


def streamed(
    client: httpx.Client, port: int, path: str, headers: dict[str, str]
) -> tuple[bytes, bool]:
    """Bytes of a stream, and whether it came to its end."""
    got = b""
    url = f"http://127.0.0.1:{port}/api/v1{path}"
    try:
        with client.stream("GET", url, headers=headers) as answer:
            assert answer.status_code in (200, 206)
            for piece in answer.iter_raw():
                got += piece
    except httpx.RemoteProtocolError:
        return got, False
    return got, True


def until(holds: Callable[[], bool]) -> None:
    """Wait for what another thread does; no longer than a slow machine takes."""
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Streams whose pieces are of one row, so that they can break off between."""
    monkeypatch.setattr("hub.sharing.api.handing.BITE", 1)


@pytest.mark.parametrize("form", STREAMS)
def test_an_aborted_download_is_written_as_failed(
    torn: Served, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_pieces(monkeypatch)
    stands = torn.service.objection
    asked: list[int] = []

    with (
        listening(torn.app) as port,
        socket.create_connection(("127.0.0.1", port)) as gone,
    ):

        def leave(*told):  # the reader goes after the third piece
            asked.append(1)
            if len(asked) == 4:
                gone.close()
            if len(asked) >= 4:  # until the server has seen it
                time.sleep(0.05)
            return stands(*told)

        monkeypatch.setattr(torn.service, "objection", leave)
        before = len(torn.entries())
        lines = [f"GET /api/v1{CASES} HTTP/1.1", "Host: hub"]
        headers = torn.headers("east", Accept=STREAMS[form])
        lines += [f"{name}: {value}" for name, value in headers.items()]
        gone.sendall("\r\n".join([*lines, "", ""]).encode())
        until(lambda: len(torn.entries()) == before + 2)

    begun, ended = torn.entries()[before:]
    assert (begun["result"], ended["result"]) == ("begun", "failed")
    assert (ended["refers_to"], ended["reason"]) == (begun["number"], "the reader went")
    assert ended["row_count"] < 16
    assert len(asked) < 16


@pytest.mark.parametrize("what", ["key", "grant", "consumer", "release"])
def test_a_running_stream_ends_when_its_right_does(
    own: Served, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_pieces(monkeypatch)
    engine, at = own.house.control.engine, own.house.now()
    why = {"by": "甲", "reason": "泄露", "at": at}
    stands = own.service.objection
    asked: list[int] = []

    def end_it(*told):
        asked.append(1)
        if len(asked) == 3:
            if what == "release":
                recall_release(own.house, "r000001", reason="误发", author="甲")
                own.service.hand._known.clear()  # as after some seconds
            elif what == "grant":
                (one,) = [
                    one for one in Grants(engine).of("east") if one.dataset == "issue"
                ]
                Grants(engine).revoke("east", one.number, **why)
            elif what == "key":
                prefix = str(own.keys["east"]).split("_")[1]
                ConsumerKeys(engine).revoke("east", prefix, **why)
            else:
                from hub.storage.consumers import Consumers

                Consumers(engine).revoke("east", **why)
            own.service.callers.forget()  # as after its memory
        return stands(*told)

    monkeypatch.setattr(own.service, "objection", end_it)
    with listening(own.app) as port, httpx.Client() as client:
        headers = own.headers("east", Accept="application/x-ndjson")
        got, is_whole = streamed(client, port, CASES, headers)

    assert not is_whole
    assert got.count(b"\n") == len(asked) - 2 == 1
    last = own.entries()[-1]
    assert (last["result"], last["row_count"]) == ("failed", 1)
    assert last["reason"].startswith(
        {"release": "the release", "grant": "unknown"}.get(what, "revoked")
    )


@pytest.mark.parametrize("what", ["key", "grant"])
def test_what_is_revoked_is_refused_within_a_minute(own: Served, what: str) -> None:
    engine = own.house.control.engine
    seconds = [0.0]
    own.service.callers = Callers(engine, clock=lambda: seconds[0])
    assert own.get(CASES, "east").status_code == 200
    why = {"by": "甲", "reason": "泄露", "at": own.house.now()}
    if what == "key":
        prefix = str(own.keys["east"]).split("_")[1]
        ConsumerKeys(engine).revoke("east", prefix, **why)
    else:
        (one,) = [one for one in Grants(engine).of("east") if one.dataset == "issue"]
        Grants(engine).revoke("east", one.number, **why)

    seconds[0] = 59.9

    found = own.get(CASES, "east")
    is_problem(found, *((401, "revoked") if what == "key" else (404, "unknown")))


def test_a_grant_ends_at_its_instant_though_the_caller_is_remembered(
    own: Served,
) -> None:
    from dataclasses import replace

    from support.served_city import add_consumer

    from hub.storage.grants import RowRule

    end = own.house.now() + timedelta(seconds=1)
    grant = {
        "dataset": "issue",
        "column_class": "CONDITIONAL",
        "row_rule": RowRule("all"),
        "valid_until": end,
    }
    own.keys["brief"] = add_consumer(own.house, "brief", [grant])
    assert own.get(CASES, "brief").status_code == 200

    later = own.house.settings.model_copy(update={"now": end})
    own.service.house = replace(own.house, settings=later)

    is_problem(own.get(CASES, "brief"), 404, "unknown")


def test_what_nobody_foresaw_tells_nothing(
    served: Served, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError(canaries.CALLS[0])

    monkeypatch.setattr(served.service, "handover", fail)
    with caplog.at_level(logging.DEBUG):
        found = served.get(CASES, "east")

    is_problem(found, 500, "failed")
    assert "ValueError at fail" in caplog.text
    assert canaries.CALLS[0] not in caplog.text
