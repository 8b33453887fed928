"""Is a release still what was signed? Every entry of its manifest, looked at again.

What lives here: the check of the hub's own: signature, manifest against the control
database, files against manifest and log, content against digests. What a consumer
can check alone is in `verify_release`, and is used here. What does not: computing
digests (`hub.flow.verify`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedIOBase
from typing import Any

from hub.errors import StorageDamaged
from hub.flow.erased_files import erased_since
from hub.flow.house import House
from hub.flow.manifest import canonical, document_of, read_manifest
from hub.flow.published import table_of
from hub.flow.verify import Verdict, verify_release
from hub.sharing.verify_release import Problem, file_problem, manifest_problems
from hub.storage.releases import Pinned, Release

HEADER = ("release", "city", "published_at", "digest", "key", "sources", "missing")
PINNED = ("name", "table", "version", "rows", "digest")


@dataclass(frozen=True)
class Checked:
    """What checking a release came to.

    Attributes:
        release: what was checked.
        problems: bad entries, the first one first; see `Problem`.
        verdicts: rows and content digest of every dataset, computed again.
    """

    release: Release
    problems: tuple[Problem, ...]
    verdicts: tuple[Verdict, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong; of an unsigned release its content alone."""
        return not self.problems

    @property
    def first(self) -> Problem | None:
        """The first bad entry."""
        return next(iter(self.problems), None)


def check_release(house: House, release: Release) -> Checked:
    """Check a release in every way that the hub can.

    A release that was never signed has no manifest to be held to: its content is
    checked against the digests in the control database.
    """
    bad = [] if release.seal is None else list(_sealed_problems(house, release))
    named = {one.entry for one in bad}
    verdicts = tuple(verify_release(house, release))
    bad += [
        Problem(one.pinned.dataset, one.problem or "other content than was published")
        for one in verdicts
        if not one.ok and one.pinned.dataset not in named
    ]
    return Checked(release, tuple(bad), verdicts)


def _sealed_problems(house: House, release: Release) -> Iterator[Problem]:
    assert release.seal is not None
    seal = release.seal
    try:
        kept = read_manifest(house, release)
    except StorageDamaged as problem:
        yield Problem("manifest", problem.seen)
        return
    document = None
    if kept.signature != seal.signature:
        yield Problem("signature", "the control database has another one")
    for one in manifest_problems(kept.content, kept.signature, seal.public_key):
        if isinstance(one, Problem):
            yield one
        else:
            document = one
    if document is None:
        return
    if hashlib.sha256(kept.content).hexdigest() != seal.digest:
        yield Problem("manifest", "the control database has another digest of it")
    yield from _database_problems(release, document)
    for entry in document["datasets"]:
        yield from _file_problems(house, release, entry)


def _database_problems(release: Release, document: dict[str, Any]) -> Iterator[Problem]:
    """Where a manifest and the control database do not say the same."""
    assert release.seal is not None
    wanted = document_of(release, [], release.seal.key_id)
    for name in HEADER:
        if canonical(document.get(name)) != canonical(wanted[name]):
            yield Problem("manifest", f"the control database has another {name}")
    entries = {one["name"]: one for one in document["datasets"]}
    for pinned in release.datasets:
        told = entries.pop(pinned.dataset, None)
        if told is None or [told.get(name) for name in PINNED] != _values(pinned):
            yield Problem(pinned.dataset, "the control database has another entry")
    for name in entries:
        yield Problem(name, "the control database has no such entry")


def _values(pinned: Pinned) -> list[object]:
    version = None if pinned.version < 0 else pinned.version
    return [pinned.dataset, pinned.table_name, version, pinned.rows, pinned.digest]


def _file_problems(
    house: House, release: Release, entry: dict[str, Any]
) -> Iterator[Problem]:
    """Files of a dataset that the log tells otherwise, or that are not as they were."""

    def open_file(path: str) -> BufferedIOBase:
        return (house.settings.lake_root / path).open("rb")

    replaced: set[str] = set()
    pinned = next((p for p in release.datasets if p.dataset == entry["name"]), None)
    if pinned is not None and pinned.version >= 0:
        try:
            listed = table_of(house, pinned.dataset).files(version=pinned.version)
        except StorageDamaged as problem:
            yield Problem(pinned.dataset, problem.seen)
            return
        since = erased_since(house, pinned)
        name = pinned.table_name
        replaced = {f"{name}/{path}" for path in since.originals.values()}
        log = {
            (f"{name}/{f.path}", f.size, f.rows)
            for f in listed
            if f.path not in since.originals
        }
        files = [f for f in entry["files"] if f["path"] not in replaced]
        told = {(f["path"], f["bytes"], f["rows"]) for f in files}
        for path in sorted({path for path, *_ in log ^ told}):
            yield Problem(path, "the log of the lake lists it otherwise")
        known = {f["path"] for f in entry["files"]}
        for path in since.originals.values():
            if f"{name}/{path}" not in known:
                yield Problem(f"{name}/{path}", "it was erased, and never published")
    found = (
        file_problem(file, open_file)
        for file in entry["files"]
        if file["path"] not in replaced
    )
    yield from (one for one in found if one is not None)
