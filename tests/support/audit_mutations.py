"""What a person with the database, and without the hub's key, may do to its audit log.

What lives here: one function per kind of change, which changes a log and says which
entry is wrong first and as what. What does not: the walk that has to find it.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from support.audit_logs import Kept

from hub.storage.audit_chain import (
    chained,
    hash_of,
    signed_head,
    signed_root,
)
from hub.storage.signing import Signer

Expected = tuple[int, set[str]]
Mutation = Callable[[Kept, Random, Signer], Expected]
"""Changes the log in place, with a key that is not the hub's."""

WHOLE = ("number", "refers_to", "row_count", "byte_count")


def change_a_field(log: Kept, random: Random, _key: Signer) -> Expected:
    at = random.randrange(len(log.entries))
    row = log.entries[at]
    name = random.choice(sorted(set(row) - {"number"}))
    row[name] = _other(row[name], name, random)
    return at + 1, {"changed"}


def change_a_number(log: Kept, random: Random, _key: Signer) -> Expected:
    at = random.randrange(len(log.entries))
    number = random.choice([n for n in range(-1, 60) if n != at + 1])
    log.entries[at]["number"] = number
    if number == at and at:
        return at, {"forked"}
    return at + 1, {"missing", "out_of_order"}


def delete_one(log: Kept, random: Random, _key: Signer) -> Expected:
    at = random.randrange(len(log.entries))
    del log.entries[at]
    return at + 1, {"tail_cut" if at == len(log.entries) else "missing"}


def cut_the_tail(log: Kept, random: Random, _key: Signer) -> Expected:
    at = random.randrange(len(log.entries))
    del log.entries[at:]
    return at + 1, {"tail_cut"}


def cut_all_but_the_file(log: Kept, random: Random, key: Signer) -> Expected:
    """Entries, roots and head of the database are cut together, above a filed root."""
    at = random.randrange(log.filed[-1].entry)
    del log.entries[at:]
    log.roots = [root for root in log.roots if root.entry <= at]
    log.head = signed_head(at, log.entries[-1]["hash"] if at else "0" * 64, key)
    return at + 1, {"tail_cut"}


def swap_two(log: Kept, random: Random, _key: Signer) -> Expected:
    first, second = sorted(random.sample(range(len(log.entries)), 2))
    rows = log.entries
    rows[first], rows[second] = rows[second], rows[first]
    return first + 1, {"out_of_order"}


def swap_two_under_their_numbers(log: Kept, random: Random, key: Signer) -> Expected:
    entry, _ = swap_two(log, random, key)
    for at, row in enumerate(log.entries):
        row["number"] = at + 1
    return entry, {"changed"}


def repeat_one(log: Kept, random: Random, _key: Signer) -> Expected:
    source, at = random.randrange(len(log.entries)), random.randint(0, len(log.entries))
    log.entries.insert(at, dict(log.entries[source]))
    if source in (at, at - 1):
        return source + 1, {"forked"}
    return at + 1, {"out_of_order"}


def insert_a_forged_one(log: Kept, random: Random, key: Signer) -> Expected:
    at = random.randint(0, len(log.entries))
    before = log.entries[at - 1]["hash"] if at else "0" * 64
    told = dict(log.entries[random.randrange(len(log.entries))], system="intruder")
    log.entries.insert(at, chained(told, number=at + 1, previous=before, signer=key))
    return at + 1, {"not_ours"}


def change_and_hash_anew(log: Kept, random: Random, _key: Signer) -> Expected:
    """One entry tells another story, and every hash behind it fits again."""
    at = random.randrange(len(log.entries))
    row = log.entries[at]
    name = random.choice(
        sorted(set(row) - {"number", "previous", "seal", "hash", "key_id"})
    )
    row[name] = _other(row[name], name, random)
    _link(log, at)
    return at + 1, {"not_ours"}


def delete_and_sign_anew(log: Kept, random: Random, key: Signer) -> Expected:
    """One entry is gone, all behind it move up, and another key signs everything."""
    at = random.randrange(len(log.entries) - 1)
    del log.entries[at]
    for place in range(at, len(log.entries)):
        before = log.entries[place - 1]["hash"] if place else "0" * 64
        row = log.entries[place]
        log.entries[place] = chained(row, number=place + 1, previous=before, signer=key)
    log.roots = [
        root
        if root.entry <= at
        else signed_root(
            entry=root.entry,
            hash_=log.entries[root.entry - 1]["hash"],
            at=root.at,
            signer=key,
        )
        for root in log.roots
    ]
    log.head = signed_head(len(log.entries), log.entries[-1]["hash"], key)
    return at + 1, {"not_ours"}


def change_one_and_its_hash(log: Kept, random: Random, _key: Signer) -> Expected:
    """The entry fits itself; the one behind it still follows what was there."""
    at = random.randrange(len(log.entries))
    row = log.entries[at]
    row["row_count"] = (row["row_count"] or 0) + random.randint(1, 99)
    row["hash"] = hash_of(row)
    return at + 1, {"not_ours"}


def change_a_root(log: Kept, random: Random, _key: Signer) -> Expected:
    kept = random.choice([log.roots, log.filed])
    at = random.randrange(len(kept))
    name = random.choice(["hash", "at", "key_id", "public", "signature"])
    root = kept[at]
    kept[at] = root._replace(**{name: _other(getattr(root, name), name, random)})
    return root.entry, {"not_ours"}


def remove_a_root(log: Kept, random: Random, _key: Signer) -> Expected:
    is_filed = random.random() < 0.5
    kept = log.filed if is_filed else log.roots
    at = random.randrange(len(kept) - is_filed)
    entry = kept[at].entry
    del kept[at]
    return entry, {"root_mismatch"}


def remove_the_file(log: Kept, _random: Random, _key: Signer) -> Expected:
    log.filed.clear()
    return log.roots[0].entry, {"root_mismatch"}


def change_the_head(log: Kept, random: Random, _key: Signer) -> Expected:
    assert log.head is not None
    name = random.choice(log.head._fields)
    value = _other(getattr(log.head, name), name, random)
    log.head = None if random.random() < 0.2 else log.head._replace(**{name: value})
    return len(log.entries) + 1, {"not_ours", "tail_cut"}


MUTATIONS: tuple[Mutation, ...] = (
    change_a_field,
    change_a_number,
    delete_one,
    cut_the_tail,
    cut_all_but_the_file,
    swap_two,
    swap_two_under_their_numbers,
    repeat_one,
    insert_a_forged_one,
    change_and_hash_anew,
    delete_and_sign_anew,
    change_one_and_its_hash,
    change_a_root,
    remove_a_root,
    remove_the_file,
    change_the_head,
)


def _other(value: Any, name: str, random: Random) -> Any:
    """Another value of the same kind, or none."""
    if name in WHOLE:
        return random.randint(0, 9) if value is None else value + random.randint(1, 9)
    if value is None:
        return "x"
    if not value or random.random() < 0.3:
        return f"{value}0"
    at = random.randrange(len(value))
    sign = "1" if value[at] == "0" else "0"
    return value[:at] + sign + value[at + 1 :]


def _link(log: Kept, start: int) -> None:
    """Make every hash from an entry on fit, which takes no key."""
    for at in range(start, len(log.entries)):
        row = log.entries[at]
        row["previous"] = log.entries[at - 1]["hash"] if at else "0" * 64
        row["hash"] = hash_of(row)
