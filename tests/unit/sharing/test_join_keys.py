"""Join keys: equal values join for one recipient and purpose, and for nobody else."""

from __future__ import annotations

import base64
import hashlib
import hmac
import stat
import threading
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.errors import MisuseError, StorageDamaged
from hub.sharing.join_keys import (
    JoinKey,
    Kind,
    KnownMaster,
    join_key,
    master,
    renew,
    token,
)

KEY = JoinKey("1-test", "6b" * 32)


def _tokens(
    values: list[str | None], kind: Kind, key: JoinKey = KEY
) -> list[str | None]:
    frame = pl.DataFrame({"x": values}, schema={"x": pl.String})
    return frame.select(token(pl.col("x"), kind, key))["x"].to_list()


def _by_hand(value: str, key: JoinKey = KEY) -> str:
    digest = hmac.new(key.secret.encode(), value.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


@settings(max_examples=40, deadline=None)
@given(
    values=st.lists(st.text("0123456789ABCXYZ", min_size=6, max_size=20), max_size=9)
)
def test_a_token_is_the_hmac_of_the_value(values: list[str]) -> None:
    assert _tokens([*values], "code") == [_by_hand(value) for value in values]


@pytest.mark.parametrize(
    ("kind", "forms", "plain"),
    [
        (
            "phone",
            ["13812348000", "138-1234-8000", "１３８ 1234 8000", "+86 13812348000"],
            "13812348000",
        ),
        ("phone", ["027-88881234", "02788881234"], "02788881234"),
        (
            "code",
            ["92420117ma4k61947w", " 92420117 MA4K61947W", "９2420117MA4K61947W"],
            "92420117MA4K61947W",
        ),
        ("name", [" 张三\u3000", "张三", "\u200b张三"], "张三"),
    ],
)
def test_one_value_in_several_forms_is_one_token(
    kind: Kind, forms: list[str], plain: str
) -> None:
    assert set(_tokens([*forms], kind)) == {_by_hand(plain)}


@pytest.mark.parametrize("kind", ["phone", "code", "name"])
def test_nothing_joins_with_nothing(kind: Kind) -> None:
    assert _tokens([None, "", " ", "无", "-"], kind) == [None] * 5


def test_recipients_purposes_and_versions_do_not_join(tmp_path: Path) -> None:
    first = master(tmp_path)
    keys = [
        join_key(first, "市公安局", "核查"),
        join_key(first, "市公安局", "统计"),
        join_key(first, "市民政局", "核查"),
        join_key(first, "ab", "c"),
        join_key(first, "a", "bc"),
        join_key(renew(tmp_path), "市公安局", "核查"),
    ]

    found = {_tokens(["13812348000"], "phone", key)[0] for key in keys}

    assert len(found) == len(keys)
    assert len({key.id for key in keys}) == len(keys)
    assert [key.id.split("-")[0] for key in keys] == ["1"] * 5 + ["2"]


def test_an_older_version_makes_the_same_tokens_again(tmp_path: Path) -> None:
    before = join_key(master(tmp_path), "a", "b")

    renew(tmp_path)

    assert join_key(master(tmp_path, 1), "a", "b") == before
    assert master(tmp_path).version == 2
    with pytest.raises(MisuseError, match="there is no version 3"):
        master(tmp_path, 3)


def test_the_secret_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    found = []
    barrier = threading.Barrier(8)

    def ask() -> None:
        barrier.wait()
        found.append(master(tmp_path).secret)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    (file,) = (tmp_path / "keys").iterdir()
    assert len(found) == 8
    assert set(found) == {bytes.fromhex(file.read_text())}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_no_key_shows_in_words(tmp_path: Path) -> None:
    secret = master(tmp_path)
    key = join_key(secret, "a", "b")
    plan = pl.LazyFrame({"x": ["张三"]}).select(token(pl.col("x"), "name", key))

    told = f"{secret} {key} {plan.explain()} {token(pl.col('x'), 'name', key)}"

    assert secret.secret.hex() not in told
    assert repr(secret.secret) not in told
    assert key.secret not in told


def test_a_file_that_holds_no_secret_is_said_to_hold_none(tmp_path: Path) -> None:
    master(tmp_path)
    (tmp_path / "keys" / "join-0001.key").write_text("c4nary")

    with pytest.raises(StorageDamaged, match="holds no secret") as failed:
        master(tmp_path)

    assert "c4nary" not in str(failed.value)


@pytest.mark.parametrize(("recipient", "purpose"), [("", "x"), ("x", " ")])
def test_a_key_belongs_to_a_recipient_and_a_purpose(
    tmp_path: Path, recipient: str, purpose: str
) -> None:
    with pytest.raises(MisuseError, match="recipient or purpose is empty"):
        join_key(master(tmp_path), recipient, purpose)


def test_a_server_sees_a_new_secret_and_a_damaged_one_at_once(tmp_path: Path) -> None:
    known = KnownMaster(tmp_path)
    first = known()

    assert first == master(tmp_path)
    assert known() is first  # nothing is read again
    second = renew(tmp_path)
    assert known() == second != first
    (file,) = tmp_path.glob("keys/join-0002.key")
    file.write_bytes(b"no secret")
    with pytest.raises(StorageDamaged):
        known()
    file.unlink()
    assert known() == first
