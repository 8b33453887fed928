"""Whatever is done to the audit log without the hub's key, the walk names where."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from support.audit_logs import ASKED, DELIVERED, NOON, Kept, draft, kept
from support.audit_mutations import MUTATIONS
from support.source_tree import ROOT

from hub.sharing import audit as room
from hub.sharing.audit import KINDS, check
from hub.sharing.audit_witnesses import ascending, in_database, in_file
from hub.storage.audit import Audit
from hub.storage.audit_chain import NONE_BEFORE, Head, chained, signed_head
from hub.storage.audit_entries import columns_of
from hub.storage.control import ControlDatabase
from hub.storage.signing import Signer, signer

TIMES = 1000


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """46 entries, alone and in groups, with roots at 10, 32 and 40."""
    folder = tmp_path_factory.mktemp("log")
    control = ControlDatabase(f"sqlite:///{folder / 'control.db'}")
    control.migrate()
    audit = Audit(control.engine, home=folder, signer=signer(folder), every=10)
    for at in range(8):
        begun = audit.begin(ASKED, at=NOON)
        audit.end(begun, DELIVERED, at=NOON)
        if at == 5:
            audit.append([draft(f"s{one}") for one in range(20)])
    audit.append([draft(f"t{one}") for one in range(4)])
    audit.append([draft(f"u{one}") for one in range(6)])
    found = kept(folder, control)
    control.close()
    return found


@pytest.fixture(scope="module")
def intruder(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    return signer(tmp_path_factory.mktemp("intruder"))


def test_a_log_that_nobody_touched_is_sound(prepared: Kept) -> None:
    verdict = prepared.verdict()

    assert verdict.ok
    assert verdict.entries == len(prepared.entries) == 46
    assert verdict.roots == len(prepared.roots) == 3
    assert verdict.hash == prepared.entries[-1]["hash"]
    assert prepared.entries[-1]["number"] > prepared.roots[-1].entry


def test_a_thousand_mutations_are_found_and_the_first_bad_entry_is_named(
    prepared: Kept, intruder: Signer
) -> None:
    for seed in range(TIMES):
        random = Random(seed)
        mutate = MUTATIONS[seed % len(MUTATIONS)]
        log = prepared.copied()
        entry, kinds = mutate(log, random, intruder)

        problem = log.verdict().problem

        assert problem is not None, (mutate.__name__, seed)
        assert problem.entry == entry, (mutate.__name__, seed, problem)
        assert problem.kind in kinds, (mutate.__name__, seed, problem)


def test_of_several_changes_the_first_is_named(prepared: Kept) -> None:
    for seed in range(20):
        log = prepared.copied()
        changed = Random(seed).sample(range(46), 3)
        for at in changed:
            log.entries[at]["reason"] = "changed"

        verdict = log.verdict()

        assert verdict.problem is not None
        assert verdict.problem.entry == min(changed) + 1
        assert verdict.entries == min(changed)


def test_every_kind_has_a_word_for_people() -> None:
    kinds = {"changed", "missing", "out_of_order", "forked", "root_mismatch"}

    assert set(KINDS) == kinds | {"tail_cut", "not_ours"}
    page = (ROOT / "docs" / "audit.md").read_text("utf-8")
    assert not [kind for kind in KINDS if f"| `{kind}` {KINDS[kind]} |" not in page]


def test_a_log_without_entries_is_sound_until_something_tells_of_some(
    prepared: Kept,
) -> None:
    fresh = Head(0, NONE_BEFORE, "", "")
    empty = Kept([], [], [], fresh, prepared.keys)
    assert empty.verdict().ok

    empty.filed = prepared.filed[:1]
    problem = empty.verdict().problem

    assert problem is not None
    assert (problem.entry, problem.kind) == (1, "tail_cut")


def test_a_copy_elsewhere_finds_what_the_home_cannot(prepared: Kept) -> None:
    """Database and home were set back together to what they were at entry 20."""
    witness = [(prepared.filed[2], "in the copy")]
    copied = ascending(witness, kind="copy")
    older = [root for root in prepared.roots if root.entry <= 20]
    files = ascending(((root, "in the file") for root in older), kind="file")

    verdict = check(
        prepared.entries[:20], [in_database(older), files, copied], None, prepared.keys
    )

    assert verdict.problem is not None
    assert (verdict.problem.entry, verdict.problem.kind) == (21, "tail_cut")


def test_a_line_that_cannot_be_read_is_told_with_its_number(tmp_path: Path) -> None:
    path = tmp_path / "roots.jsonl"
    path.write_text('{"entry":"x"}\nnothing\n' + "y" * 9000 + '\n{"torn')

    seen = [one.seen for one in in_file(path)]

    assert (
        seen[0]
        == "the root in line 1 of roots.jsonl cannot be read, or is out of order"
    )
    assert len(seen) >= 3
    assert list(in_file(tmp_path / "absent")) == []


def test_memory_does_not_grow_with_the_log(
    intruder: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No root vouches for any of it: the most that has to be held."""
    monkeypatch.setattr(room, "MOST_PENDING", 20)
    told = columns_of(draft())
    alive: weakref.WeakSet[Any] = weakref.WeakSet()
    most = 0
    last = NONE_BEFORE

    def rows() -> Iterator[dict[str, Any]]:
        nonlocal most, last
        for number in range(1, 301):
            row = _Row(chained(told, number=number, previous=last, signer=intruder))
            last = row["hash"]
            alive.add(row)
            most = max(most, len(alive))
            yield row
            del row

    # The head is asked for at the end alone, so it may follow from the walk.
    keys = {intruder.key_id: intruder.public}
    verdict = check(rows(), [], None, keys)

    assert verdict.entries == 300
    assert verdict.problem is not None
    assert verdict.problem.kind == "tail_cut"
    assert most <= 22
    assert signed_head(300, last, intruder).hash == verdict.hash


class _Row(dict[str, Any]):
    """A row that can be watched; equal rows are one only if they are the same."""

    __hash__ = object.__hash__  # type: ignore[assignment]
