"""Is the audit log still what was written? And the log of an open hub.

What lives here: walking the whole log once, in memory that does not grow with it, and
naming the first entry that is wrong. What does not: the chain's bytes
(`hub.storage.audit_chain`), writing (`hub.storage.audit`).

What is found: any change, gap, insertion or exchange of entries, also where every
later hash was made anew, since seals and roots need the hub's key; and an end that was
cut off, by the head, by roots in the database and by the file of roots. What no log
can find of itself: that the database was set back to an older state which no root in
the file lies behind, or database and file together. A copy of the file of roots in
other hands finds the latter.

Seals are not checked one by one: a signed root vouches for all entries before it. They
are checked behind the last root, and to name the entry where a root does not fit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from hub.sharing.audit_witnesses import Witness, grouped
from hub.storage.audit_chain import (
    NONE_BEFORE,
    Head,
    Row,
    hash_of,
    is_head_signed,
    is_root_signed,
    is_sealed,
)

MOST_PENDING = 2000  # entries held until a root vouches for them
UNSEALED = "its hashes fit, but the hub's key did not seal it"


@dataclass(frozen=True)
class Problem:
    """What is wrong first: an entry's number, a kind of `KINDS`, and what was seen."""

    entry: int
    kind: str
    seen: str


@dataclass(frozen=True)
class Verdict:
    """What a log came to.

    Attributes:
        entries: how many are sound, from the first on.
        hash: hash of the last of them (64 zeros where there is none); None where
            something before it was found only later.
        roots: how many instants of signing fit.
        unwitnessed: roots at the end that are not in the file yet.
        problem: what is wrong first; None where all is sound.
    """

    entries: int
    hash: str | None
    roots: int
    unwitnessed: int
    problem: Problem | None

    @property
    def ok(self) -> bool:
        """Whether the log is what was written."""
        return self.problem is None


KINDS: Mapping[str, str] = {
    "changed": "被改动",
    "missing": "缺失",
    "out_of_order": "次序颠倒",
    "forked": "分叉",
    "root_mismatch": "与签名根不符",
    "tail_cut": "尾部被截断",
    "not_ours": "不是本枢纽的签名",
}


class _Broken(Exception):
    """The walk met something wrong."""

    def __init__(self, entry: int, kind: str, seen: str) -> None:
        super().__init__(seen)
        self.problem = Problem(entry, kind, seen)


def check(
    entries: Iterable[Row],
    witnesses: Iterable[Iterable[Witness]],
    head: Head | None,
    keys: Mapping[str, str],
) -> Verdict:
    """Walk a log once.

    Args:
        entries: all rows in the order of their numbers.
        witnesses: roots by where they are kept, each in the order of their entries.
        head: where the log says that it ends.
        keys: public halves that count as the hub's own, by key id.
    """
    walk = _Walk(keys)
    problem = None
    try:
        walk.through(iter(entries), grouped(witnesses), head)
    except _Broken as broken:
        problem = broken.problem
    problem = walk.earlier(problem) or problem
    sound = walk.number if problem is None else min(walk.number, problem.entry - 1)
    return Verdict(
        sound,
        walk.hash if sound == walk.number else None,
        walk.roots,
        walk.unwitnessed,
        problem,
    )


@dataclass
class _Walk:
    keys: Mapping[str, str]
    number: int = 0
    hash: str = NONE_BEFORE
    roots: int = 0
    unwitnessed: int = 0
    first_unwitnessed: int = 0
    is_filed: bool = False
    pending: list[Row] = field(default_factory=list)

    def through(
        self,
        entries: Iterator[Row],
        groups: Iterator[tuple[int, list[Witness]]],
        head: Head | None,
    ) -> None:
        """The whole walk; it ends at the first thing that is wrong."""
        due = next(groups, None)
        for row in entries:
            self._take(row, entries)
            while due is not None and due[0] <= self.number:
                self._judge(*due)
                due = next(groups, None)
            if len(self.pending) >= MOST_PENDING:
                self._check_seals()
        for entry, found in chain([due] if due else [], groups):
            self._cut_below(entry, found)
        self._end(head)
        self._check_seals()

    def earlier(self, problem: Problem | None) -> Problem | None:
        """An entry before the problem that was made anew by someone without the key."""
        for row in self.pending:
            if problem is not None and row["number"] > problem.entry:
                return None
            if not is_sealed(row, self.keys):
                return Problem(row["number"], "not_ours", UNSEALED)
        return None

    def _take(self, row: Row, rest: Iterator[Row]) -> None:
        number, expected = row["number"], self.number + 1
        if number != expected:
            raise _misplaced(number, expected, rest)
        if hash_of(row) != row["hash"]:
            raise _Broken(expected, "changed", "its content is not what was hashed")
        if row["previous"] != self.hash:
            raise _Broken(expected, "forked", "it follows another entry than this one")
        self.number, self.hash = expected, row["hash"]
        self.pending.append(row)

    def _judge(self, entry: int, found: list[Witness]) -> None:
        for one in found:
            if one.root is None:
                raise _Broken(entry, "root_mismatch", one.seen)
            if not is_root_signed(one.root, self.keys):
                raise _Broken(entry, "not_ours", f"the root {one.where} is not ours")
            if entry != self.number or one.root.hash != self.hash:
                raise _Broken(
                    entry, "root_mismatch", f"the root {one.where} is of another log"
                )
        places = {one.kind for one in found}
        if "database" not in places:
            raise _Broken(entry, "root_mismatch", "its root is gone from the database")
        if "file" in places:
            self.is_filed = True
            if self.unwitnessed:
                raise self._unfiled()
        else:
            self.first_unwitnessed = self.first_unwitnessed or entry
            self.unwitnessed += 1
        self.roots += 1
        self.pending.clear()

    def _unfiled(self) -> _Broken:
        return _Broken(
            self.first_unwitnessed,
            "root_mismatch",
            "its root is gone from the file of roots",
        )

    def _cut_below(self, entry: int, found: list[Witness]) -> None:
        first = self.number + 1
        for one in found:
            if one.root is None:
                raise _Broken(first, "root_mismatch", one.seen)
            if not is_root_signed(one.root, self.keys):
                raise _Broken(first, "not_ours", f"the root {one.where} is not ours")
        raise _Broken(first, "tail_cut", f"entry {entry} was signed and is not there")

    def _end(self, head: Head | None) -> None:
        first = self.number + 1
        if self.unwitnessed and not self.is_filed:
            raise self._unfiled()
        if head is None:
            raise _Broken(first, "tail_cut", "the head is gone")
        if (head.number, head.hash, self.number) == (0, NONE_BEFORE, 0):
            return
        if not is_head_signed(head, self.keys):
            raise _Broken(first, "not_ours", "the head is not ours")
        if head.number > self.number:
            raise _Broken(first, "tail_cut", f"the head tells of {head.number} entries")
        if head.number < self.number:
            raise _Broken(
                head.number + 1, "root_mismatch", "the head ends before this entry"
            )
        if head.hash != self.hash:
            raise _Broken(self.number, "root_mismatch", "the head is of another log")

    def _check_seals(self) -> None:
        for row in self.pending:
            if not is_sealed(row, self.keys):
                raise _Broken(row["number"], "not_ours", UNSEALED)
        self.pending.clear()


def _misplaced(number: Any, expected: int, rest: Iterator[Row]) -> _Broken:
    """What is wrong where another number stands than the next one."""
    if number == expected - 1 and number:
        return _Broken(number, "forked", "two entries have this number")
    is_early = isinstance(number, int) and number < expected
    if is_early or any(row["number"] == expected for row in rest):
        return _Broken(expected, "out_of_order", "another entry stands in its place")
    return _Broken(expected, "missing", "there is no entry of this number")
