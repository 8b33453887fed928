"""A right that ends, a reader that goes: the stream ends, and the audit says so.

What users may expect: a revocation of a key, grant or consumer and a recall hold within
60 s, for streams that run as well; these break off, and what had left is counted.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from support.served import Served, listening
from support.served_answers import CASES, STREAMS, is_problem, streamed, until

from hub.sharing.callers import Callers
from hub.sharing.recall import recall_release
from hub.storage.consumer_keys import ConsumerKeys
from hub.storage.grants import Grants


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
                threading.Event().wait(0.05)
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

    from support.served_consumers import add_consumer

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


def test_a_stream_has_an_end(torn: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    small_pieces(monkeypatch)
    short = replace(torn.service.options, stream_seconds=0.0)
    monkeypatch.setattr(torn.service, "options", short)
    with listening(torn.app) as port, httpx.Client() as client:
        headers = torn.headers("east", Accept="text/csv")
        _, is_whole = streamed(client, port, CASES, headers)

    last = torn.entries()[-1]
    assert not is_whole
    assert (last["result"], last["reason"]) == ("failed", "it took too long")


def test_a_reader_that_takes_nothing_loses_its_place(
    torn: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_pieces(monkeypatch)
    short = replace(torn.service.options, stream_seconds=0.3)
    monkeypatch.setattr(torn.service, "options", short)
    headers = torn.headers("east", Accept="text/csv")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "path": f"/api/v1{CASES}",
        "raw_path": f"/api/v1{CASES}".encode(),
        "query_string": b"",
        "root_path": "",
        "scheme": "http",
        "client": ("127.0.0.1", 1),
        "server": ("hub", 80),
        "headers": [(k.lower().encode(), v.encode()) for k, v in headers.items()],
    }

    async def receive() -> dict[str, object]:
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: dict[str, object]) -> None:
        if message["type"] == "http.response.body":
            await asyncio.Event().wait()

    asyncio.run(torn.app(scope, receive, send))

    last = torn.entries()[-1]
    assert (last["result"], last["reason"]) == ("failed", "it took too long")
    assert torn.service.quotas._working == 0
