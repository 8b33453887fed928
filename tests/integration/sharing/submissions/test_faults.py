"""What breaks off, comes twice, lies or is too large loses and doubles no row."""

from __future__ import annotations

import io
import os
import signal
import struct
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from support import run_submission
from support.push_city import EAST, WHO, Push, as_csv, as_json, as_xlsx, case
from support.source_tree import ROOT
from support.thorough import THOROUGH

from hub.sharing.submissions.refusals import (
    FormUnknown,
    KeyUnfit,
    KeyUsed,
    NotThere,
    NoWorkbook,
    TooMuch,
    Unreadable,
)
from hub.sharing.submissions.working import sweep

MEGABYTE = 1 << 20
WHERE = ["entered", "kept", "taken", "landed"] if THOROUGH else ["landed"]


def files_of(push: Push) -> list[str]:
    """What lies in the inbox, but for what killed uploads left."""
    return [
        path.name
        for path in push.inbox.rglob("*")
        if path.is_file() and not path.parent.name.startswith(".aside-")
    ]


@pytest.mark.parametrize("where", WHERE)
def test_a_kill_loses_nothing_and_doubles_nothing(tmp_path: Path, where: str) -> None:
    Push.made_in(tmp_path)

    died = subprocess.run(
        [sys.executable, run_submission.__file__, str(tmp_path), where],
        env={
            **os.environ,
            "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}",
            "POLARS_MAX_THREADS": "1",
        },
        check=False,
    )

    assert died.returncode == -signal.SIGKILL
    push = Push.made_in(tmp_path)
    if where == "entered":  # nobody was told of it, and nothing of it is there
        assert push.run() == []
        with pytest.raises(NotThere):
            push.desk.status("s00000001", WHO)
    # Its sender does not know what became of it and sends it again.
    receipt = push.send(run_submission.BODY, key="a")
    push.run()
    assert receipt == "s00000001"
    assert push.run() == []
    merged = push.house.ledger.batches(state="merged")
    assert [(one.received, one.quarantined) for one in merged] == [(2, 1)]
    assert list(push.core()) == ["A001"]
    assert push.desk.status(receipt, WHO).state == "done"
    assert files_of(push) == []


def test_the_same_key_at_the_same_time_is_one_submission(push: Push) -> None:
    body, ready = as_csv([case(1)]), Barrier(4)

    def send(_: int) -> str:
        ready.wait()
        return push.send(body, key="a")

    with ThreadPoolExecutor(4) as pool:
        receipts = set(pool.map(send, range(4)))

    assert len(receipts) == 1
    assert [batch.received for batch in push.run()] == [1]
    assert push.send(body, key="a") in receipts  # long after as well
    assert push.run() == []


def test_another_body_at_the_same_time_is_refused(push: Push) -> None:
    ready = Barrier(2)

    def send(number: int) -> str:
        ready.wait()
        try:
            return push.send(as_csv([case(number)]), key="a")
        except KeyUsed as refusal:
            return refusal.code

    with ThreadPoolExecutor(2) as pool:
        told = sorted(pool.map(send, (1, 2)))

    assert told[0] == "idempotency_conflict"
    assert len(push.run()) == 1


def test_an_upload_that_breaks_off_leaves_nothing(push: Push) -> None:
    claim = push.desk.claim("east", "cases", WHO, key="a", form="csv")

    with push.desk.upload(claim) as upload:
        upload.add(as_csv([case(1)])[:50])

    assert files_of(push) == []
    assert push.run() == []
    assert push.desk.newest() == []


def test_what_a_killed_upload_left_is_swept_a_day_later(push: Push) -> None:
    push.send(as_csv([case(1)]), key="a")
    left = push.inbox / "east" / "cases" / ".aside-0123456789abcdef"
    left.mkdir()
    (left / "body").write_bytes(b"half")

    sweep(push.house)
    assert left.exists()
    os.utime(left, (0, 0))
    sweep(push.house)

    assert not left.exists()
    assert len(push.run()) == 1


def test_more_than_the_feed_takes_is_refused(push: Push) -> None:
    with pytest.raises(TooMuch, match="1 MB"):
        push.send(b"x" * (MEGABYTE + 1), key="a")

    assert files_of(push) == []


def packed(size: int, told: int | None = None) -> bytes:
    """A workbook with a part of so many zeros, that perhaps tells another size."""
    out = io.BytesIO(as_xlsx([case(1)]))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/zeros.bin", bytes(size))
    body = out.getvalue()
    if told is not None:
        body = body.replace(struct.pack("<I", size), struct.pack("<I", told))
    return body


@pytest.mark.parametrize("told", [None, 100])
def test_a_bomb_is_refused_whatever_it_tells(push: Push, told: int | None) -> None:
    bomb = packed(8 * MEGABYTE, told)
    assert len(bomb) < 100_000

    with pytest.raises(TooMuch):
        push.send(bomb, "xlsx", key="a")

    assert files_of(push) == []


def test_a_part_that_is_smaller_than_told_is_refused_too(push: Push) -> None:
    with pytest.raises(Unreadable, match="another size"):
        push.send(packed(300_000, 300_001), "xlsx", key="a")


@pytest.mark.parametrize(
    ("body", "form", "encoding", "seen"),
    [
        (as_csv([case(1)], "gb18030"), "csv", "utf-8", "byte"),
        (as_csv([case(1)]), "csv", "gb18030", "UTF-8"),
        (b"", "csv", None, "empty"),
        (b"<html>no</html>", "json", None, "HTML"),
        (as_csv([case(1)]), "xlsx", None, "workbook"),
        (as_xlsx([case(1)]), "csv", None, "workbook"),
        (as_xlsx([case(1)])[:-200], "xlsx", None, "breaks off"),
    ],
)
def test_what_is_not_what_its_sender_says_is_refused_at_once(
    push: Push, body: bytes, form: str, encoding: str | None, seen: str
) -> None:
    with pytest.raises(Unreadable, match=seen):
        push.send(body, form, key="a", encoding=encoding)  # type: ignore[arg-type]

    assert push.send(as_csv([case(1)]), key="a") == "s00000001"


@pytest.mark.parametrize("encoding", [None, "gbk", "GB18030"])
def test_a_charset_is_taken_as_declared_or_found_out(
    push: Push, encoding: str | None
) -> None:
    push.send(as_csv([case(1)], "gb18030"), key="a", encoding=encoding)  # type: ignore[arg-type]

    assert push.run()[0].accepted == 1


def test_a_document_that_is_no_list_is_refused_as_a_batch(push: Push) -> None:
    receipt = push.send(b'{"rows": 3}', "json", key="a")

    (batch,) = push.run()

    assert batch.state == "refused"
    assert push.desk.status(receipt, WHO).state == "refused"
    assert push.run() == []
    with pytest.raises(NoWorkbook):
        push.workbook(receipt)


@pytest.mark.parametrize("key", [None, "", "with blank", "é", "k" * 201])
def test_a_key_is_needed(push: Push, key: str | None) -> None:
    with pytest.raises(KeyUnfit):
        push.desk.claim("east", "cases", WHO, key=key, form="csv")


def test_only_the_forms_that_are_declared_are_taken(tmp_path: Path) -> None:
    formats = 'consumer = "qiaokou"\nformats = ["csv"]'
    push = Push.made_in(tmp_path, EAST.replace('consumer = "qiaokou"', formats))

    with pytest.raises(FormUnknown, match="csv, xlsx"):
        push.send(as_json([case(1)]), "json", key="a")

    push.send(as_csv([case(1)]), key="a")


def test_findings_and_refusals_hold_no_value(push: Push) -> None:
    secret = "机密值"
    rows = [case(1, 状态=secret), case(2, 街道=secret, 上报人=secret)]
    receipt = push.send(as_csv(rows), key="a")
    push.run()

    told = push.desk.status(receipt, WHO)

    assert told.held == 2
    assert secret not in str(told.as_data())
