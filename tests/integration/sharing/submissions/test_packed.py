"""Submissions that come as gzip: the same as unpacked, and never more than allowed."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib
from collections.abc import AsyncIterator

import pytest
from support.push_city import as_csv, as_json, as_lines, as_xlsx, case
from support.push_server import CASES, CSV, Met

from hub.connectors import inflate
from hub.sharing.submissions.routes import XLSX

MEGABYTE = 1 << 20
BODY = as_csv([case(1), case(2)])
PACKED = gzip.compress(BODY)
GZIP = CSV | {"Content-Encoding": "gzip"}


def bomb(megabytes: int) -> bytes:
    """Zeros that take a thousandth of their size on the wire."""
    pack = zlib.compressobj(9, wbits=31)
    pieces = [pack.compress(bytes(MEGABYTE)) for _ in range(megabytes)]
    return b"".join([*pieces, pack.flush()])


def nothing_is_left(met: Met) -> bool:
    left = [path for path in met.push.inbox.rglob("*") if path.is_file()]
    return not left and not met.push.desk.newest() and not met.push.run()


@pytest.mark.parametrize(
    ("media", "body"),
    [
        ("application/json", as_json([case(1)])),
        ("application/x-ndjson", as_lines([case(1)])),
        ("text/csv; charset=GB18030", as_csv([case(1)], "gb18030")),
        (XLSX, as_xlsx([case(1)])),
    ],
)
def test_every_form_may_come_packed(met: Met, media: str, body: bytes) -> None:
    told = met.ask(
        "POST",
        CASES,
        content=gzip.compress(body),
        headers=GZIP | {"Content-Type": media},
    )

    assert told.status_code == 202
    assert told.json()["bytes"] == len(body)
    assert met.push.run()[0].accepted == 1


@pytest.mark.parametrize("coding", ["gzip", "GZIP", "x-gzip", "identity, gzip"])
def test_packed_or_not_it_is_the_same_submission(met: Met, coding: str) -> None:
    first = met.ask(
        "POST", CASES, content=PACKED, headers=CSV | {"Content-Encoding": coding}
    )
    plain = met.ask("POST", CASES, content=BODY, headers=CSV)
    otherwise = met.ask("POST", CASES, content=gzip.compress(BODY, 1), headers=GZIP)
    other = met.ask("POST", CASES, content=gzip.compress(b"other"), headers=GZIP)

    assert first.status_code == 202
    assert first.json() == plain.json() == otherwise.json()
    assert other.status_code == 409
    assert [one.received for one in met.push.run()] == [2]


def test_members_padding_and_pieces_of_any_cut_are_read(met: Met) -> None:
    cut = len(BODY) // 2
    sent = gzip.compress(BODY[:cut]) + gzip.compress(BODY[cut:]) + bytes(512)

    async def pieces() -> AsyncIterator[bytes]:
        for at in range(0, len(sent), 7):
            yield sent[at : at + 7]

    told = met.ask("POST", CASES, content=pieces(), headers=GZIP)

    assert (told.status_code, told.json()["bytes"]) == (202, len(BODY))


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        (BODY, "its gzip body is damaged"),
        (PACKED[:-9], "its gzip body breaks off"),
        (PACKED[:-8] + bytes(8), "its gzip body is damaged"),
        (PACKED + b"more", "its gzip body is damaged"),
        (zlib.compress(BODY), "its gzip body is damaged"),
    ],
)
def test_a_broken_gzip_is_told_in_one_sentence(
    met: Met, sent: bytes, seen: str
) -> None:
    told = met.ask("POST", CASES, content=sent, headers=GZIP)

    assert told.status_code == 400
    assert told.json()["code"] == "content_coding"
    assert told.json()["detail"] == (
        f"east/cases: could not take the submission: {seen}. Nothing was kept. "
        "Send it again under the same key."
    )
    assert nothing_is_left(met)


def test_an_empty_body_is_empty_packed_as_well(met: Met) -> None:
    for sent in (b"", gzip.compress(b"")):
        told = met.ask("POST", CASES, content=sent, headers=GZIP)
        assert (told.status_code, "it is empty" in told.json()["detail"]) == (422, True)


def test_a_bomb_is_refused_and_not_inflated(
    met: Met, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = bomb(200)
    assert len(sent) < MEGABYTE // 4
    came_out = []
    add = inflate.Gunzip.add

    def counted(self: inflate.Gunzip, piece: bytes):
        for plain in add(self, piece):
            came_out.append(len(plain))
            yield plain

    monkeypatch.setattr(inflate.Gunzip, "add", counted)
    tracemalloc.start()
    told = met.ask("POST", CASES, content=sent, headers=GZIP)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert told.status_code == 413
    assert told.json()["code"] == "submission_too_large"
    # The feed takes 1 MB, and a piece has at most as much.
    assert sum(came_out) <= 2 * MEGABYTE
    assert most < 16 * MEGABYTE
    assert nothing_is_left(met)


def test_what_holds_nothing_may_not_come_for_ever(met: Met) -> None:
    empty = gzip.compress(b"")

    async def members() -> AsyncIterator[bytes]:
        for _ in range(2 * MEGABYTE // len(empty) // 1000):
            yield empty * 1000

    async def padding() -> AsyncIterator[bytes]:
        yield PACKED
        for _ in range(9):
            yield bytes(1 << 17)

    for sent in (members(), padding()):
        assert met.ask("POST", CASES, content=sent, headers=GZIP).status_code == 413
    assert nothing_is_left(met)


@pytest.mark.parametrize("coding", ["br", "deflate", "zstd", "gzip, gzip", "gzip, br"])
def test_another_coding_is_refused_and_told_which_is_taken(
    met: Met, coding: str
) -> None:
    told = met.ask(
        "POST", CASES, content=PACKED, headers=CSV | {"Content-Encoding": coding}
    )

    assert told.status_code == 415
    assert told.headers["Accept-Encoding"] == "gzip"
    assert "Send it as gzip, packed once, or as it is." in told.json()["detail"]
    assert nothing_is_left(met)
