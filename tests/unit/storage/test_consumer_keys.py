"""Keys of consumers: nothing kept tells a key, old ones overlap with new ones."""

from __future__ import annotations

import hmac
from datetime import timedelta

import pytest
import sqlalchemy as sa
from support.consumers import AT, consumer

from hub.errors import MisuseError
from hub.storage.consumer_keys import ConsumerKeys
from hub.storage.consumers import Consumers
from hub.storage.control import ControlDatabase, read
from hub.storage.tables import METADATA

DAY = timedelta(days=1)
# A database on a server costs a second; it is filled where types or updates differ.
on_file = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def keys(control: ControlDatabase) -> ConsumerKeys:
    Consumers(control.engine).add(consumer())
    return ConsumerKeys(control.engine)


def _make(keys: ConsumerKeys) -> str:
    return keys.make("qiaokou", by="甲", at=AT)[0]


@on_file
def test_a_key_is_found_by_itself_only(keys: ConsumerKeys) -> None:
    key, kept = keys.make("qiaokou", by="甲", at=AT)

    assert keys.match(key) == kept
    for wrong in (key[:-1], key + "A", key[:-1] + "\ud800", f"{key} ", "", "hub_"):
        assert keys.match(wrong) is None
    secret = key.rpartition(kept.prefix)[2][1:]
    swapped = ("A" if secret[0] != "A" else "B") + secret[1:]
    assert keys.match(key.replace(secret, swapped)) is None


@on_file
def test_a_secret_with_the_prefix_of_another_key_opens_nothing(
    keys: ConsumerKeys,
) -> None:
    first, second = _make(keys), _make(keys)

    mixed = first[:17] + second[17:]

    assert keys.match(mixed) is None


@on_file
def test_keys_are_256_random_bits_and_never_alike(keys: ConsumerKeys) -> None:
    asked: list[int] = []

    def random(size: int) -> bytes:
        asked.append(size)
        return bytes(range(size))

    key, _ = keys.make("qiaokou", by="甲", at=AT, random=random)

    assert asked == [6, 32, 16]
    assert key == "hub_000102030405_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
    assert len({_make(keys) for _ in range(20)}) == 20


@on_file
def test_no_row_of_the_database_holds_a_key(
    control: ControlDatabase, keys: ConsumerKeys
) -> None:
    key, kept = keys.make("qiaokou", by="甲", at=AT)
    secret = key.split("_", 2)[2]

    with read(control.engine) as connection:
        stored = " ".join(
            str(tuple(row))
            for table in METADATA.sorted_tables
            for row in connection.execute(sa.select(table))
        )

    assert kept.prefix in stored
    assert secret not in stored
    assert len(kept.digest) == 64
    assert kept.digest not in repr(kept)
    assert kept.salt not in repr(kept)


@on_file
def test_two_rows_of_one_secret_would_not_look_alike(keys: ConsumerKeys) -> None:
    _, one = keys.make("qiaokou", by="甲", at=AT)
    _, other = keys.make("qiaokou", by="甲", at=AT)

    assert one.salt != other.salt


@on_file
def test_digests_are_compared_in_constant_time_also_for_nobody(
    keys: ConsumerKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[tuple[int, int]] = []
    compare = hmac.compare_digest

    def watched(one: str, other: str) -> bool:
        compared.append((len(one), len(other)))
        return compare(one, other)

    key = _make(keys)
    monkeypatch.setattr(hmac, "compare_digest", watched)
    keys.match(key)
    keys.match(key[:-1] + ("A" if key[-1] != "A" else "E"))
    keys.match("hub_ffffffffffff_" + "A" * 43)
    keys.match("anything")

    assert compared == [(64, 64)] * 4


def test_after_rotation_both_keys_hold_until_the_overlap_ends(
    keys: ConsumerKeys,
) -> None:
    old, _ = keys.make("qiaokou", by="甲", at=AT)
    new, _ = keys.rotate("qiaokou", by="乙", at=AT + DAY, old_until=AT + 3 * DAY)

    one, other = keys.match(old), keys.match(new)

    assert one is not None
    assert other is not None
    assert [one.state(AT + n * DAY) for n in (1, 2, 3)] == [
        "active", "active", "expired",
    ]  # fmt: skip
    assert [other.state(AT + n * DAY) for n in (0, 1, 3)] == [
        "planned", "active", "active",
    ]  # fmt: skip
    assert len(keys.of("qiaokou")) == 2


@on_file
def test_rotation_prolongs_no_key(keys: ConsumerKeys) -> None:
    soon, _ = keys.make("qiaokou", by="甲", at=AT, until=AT + DAY)
    gone, kept = keys.make("qiaokou", by="甲", at=AT)
    keys.revoke("qiaokou", kept.prefix, by="乙", reason="泄露", at=AT)

    keys.rotate("qiaokou", by="乙", at=AT, old_until=AT + 3 * DAY)

    assert keys.match(soon).valid_until == AT + DAY  # type: ignore[union-attr]
    assert keys.match(gone).state(AT) == "revoked"  # type: ignore[union-attr]


@on_file
def test_a_key_is_revoked_once_and_stays_listed(keys: ConsumerKeys) -> None:
    key, kept = keys.make("qiaokou", by="甲", at=AT)

    gone = keys.revoke("qiaokou", kept.prefix, by="乙", reason="泄露", at=AT + DAY)

    assert keys.match(key) == gone
    assert keys.of("qiaokou") == [gone]
    assert (gone.state(AT), gone.state(AT + DAY)) == ("active", "revoked")
    with pytest.raises(MisuseError, match="revoked already"):
        keys.revoke("qiaokou", kept.prefix, by="乙", reason="泄露", at=AT)
    with pytest.raises(MisuseError, match="no key of that prefix"):
        keys.revoke("jiangan", kept.prefix, by="乙", reason="泄露", at=AT)
