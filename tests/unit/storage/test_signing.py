"""The hub's key: made once, for its owner alone; a changed byte is no signature."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import StorageDamaged
from hub.storage.signing import FILE, is_signed, key_id, own_public, signer


def test_a_key_is_made_once_and_is_its_owner_s(tmp_path: Path) -> None:
    first = signer(tmp_path)
    again = signer(tmp_path)

    assert first.public == again.public
    assert first.key_id == key_id(again.public)
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    assert [one.name for one in (tmp_path / FILE).parent.iterdir()] == [FILE.name]


def test_several_that_begin_at_once_share_one_key(tmp_path: Path) -> None:
    found: list[str] = []
    barrier = threading.Barrier(8)

    def ask() -> None:
        barrier.wait()
        found.append(signer(tmp_path).public)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert len(found) == 8
    assert set(found) == {signer(tmp_path).public}


def test_a_file_that_holds_no_key_is_said_to_hold_none(tmp_path: Path) -> None:
    signer(tmp_path)
    (tmp_path / FILE).write_text("c4nary")

    with pytest.raises(StorageDamaged, match="holds no Ed25519 key") as failed:
        signer(tmp_path)

    assert "c4nary" not in str(failed.value)


@given(content=st.binary(max_size=40), at=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_any_changed_bit_is_no_signature(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, at: int, bit: int
) -> None:
    own = signer(tmp_path_factory.getbasetemp() / "signing")
    signature = own.sign(content)
    assert is_signed(content, signature, own.public)

    changed = bytearray(bytes.fromhex(signature) + content)
    changed[at % len(changed)] ^= 1 << bit

    assert not is_signed(bytes(changed[64:]), changed[:64].hex(), own.public)


@pytest.mark.parametrize("odd", ["", "zz", "00" * 64, "00" * 31])
def test_what_is_no_signature_or_key_is_simply_not_one(
    tmp_path: Path, odd: str
) -> None:
    own = signer(tmp_path)

    assert not is_signed(b"x", odd, own.public)
    assert not is_signed(b"x", own.sign(b"x"), odd)


def test_a_secret_belongs_to_one_key_and_one_purpose(tmp_path: Path) -> None:
    own, other = signer(tmp_path / "own"), signer(tmp_path / "other")

    told = [own.secret("a"), own.secret("b"), other.secret("a")]

    assert len(set(told)) == 3
    assert {len(secret) for secret in told} == {32}
    assert signer(tmp_path / "own").secret("a") == told[0]


def test_asking_for_the_public_half_makes_no_key(tmp_path: Path) -> None:
    assert own_public(tmp_path) is None
    assert not (tmp_path / FILE).exists()

    made = signer(tmp_path).public
    assert own_public(tmp_path) == made
