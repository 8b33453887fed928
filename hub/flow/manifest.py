"""The manifest of a release: what a consumer may hold the hub to, and its signature.

What lives here: what a manifest says, dataset by dataset and file by file, and
signing it. A file's hash that an earlier manifest tells is taken from there, since
files of the lake never change; so a release costs the reading of its new files. What
does not: keeping it (`hub.storage.manifests`), checking it (`hub.sharing`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from hub.errors import MisuseError, StorageDamaged
from hub.flow.house import House
from hub.flow.published import METRICS, OUTSIDE, table_of
from hub.flow.verify import content_of
from hub.schemas import dataset
from hub.storage.ahead import in_order
from hub.storage.manifests import KeptManifest, ManifestStore, file_digest
from hub.storage.parts import DataFile
from hub.storage.release_ends import ReleaseEnds, Seal
from hub.storage.releases import Pinned, Release, Releases, Source
from hub.storage.signing import Signer, signer

KIND = "city-hub release manifest"
FORMAT = 1
RULES = {
    "content": "SHA-256 over the row digests of a dataset as lower-case hex, sorted "
    "and joined by U+000A. A row digest is the SHA-256 of name=value of the columns "
    "named, in their order, null left out, joined by U+241F. Rows count in which "
    "only_where_null is null. Instants are microseconds since 1970 UTC, days ISO, "
    "decimals have all their places, lists are joined by U+241E without nulls, "
    "records are JSON.",
    "file": "SHA-256 over the bytes of the file; paths are below the lake.",
    "release": "SHA-256 over name=digest of every dataset, joined by U+000A.",
    "signature": "Ed25519 over the bytes of this manifest.",
}
Entry = dict[str, Any]


@dataclass(frozen=True)
class Known:
    """What the last signed manifest tells: datasets by name, hashes by path."""

    entries: Mapping[str, Entry]
    hashes: Mapping[str, str]


def manifest_store(house: House) -> ManifestStore:
    """Where a hub keeps its manifests."""
    return ManifestStore(house.settings.home / "releases")


def known_entries(house: House) -> Known:
    """Of the last release with a manifest, if that is still what was signed."""
    last = Releases(house.control.engine).sealed()
    if last is None or last.seal is None:
        return Known({}, {})
    try:
        kept = manifest_store(house).read(last.id)
    except StorageDamaged:
        return Known({}, {})
    if hashlib.sha256(kept.content).hexdigest() != last.seal.digest:
        return Known({}, {})
    entries = {one["name"]: one for one in json.loads(kept.content)["datasets"]}
    files = [file for one in entries.values() for file in one["files"]]
    return Known(entries, {file["path"]: file["sha256"] for file in files})


def entries_of(
    house: House, pinned: tuple[Pinned, ...], known: Known | None = None
) -> list[Entry]:
    """The entry of every dataset, its files listed with their hashes.

    Args:
        house: the hub.
        pinned: the datasets.
        known: what need not be read again; of the last signed manifest by default.

    Raises:
        StorageDamaged: a file is gone or has another size than was written.
    """
    before = known_entries(house) if known is None else known
    return [_entry(house, one, before) for one in pinned]


def document_of(release: Release, entries: list[Entry], key: str) -> Entry:
    """The manifest of a release as a value.

    Args:
        release: the release.
        entries: of its datasets.
        key: id of the key that signs.
    """
    return {
        "kind": KIND,
        "format": FORMAT,
        "hub": version("city-hub"),
        "key": key,
        "rules": RULES,
        "release": release.id,
        "city": release.city,
        "published_at": _instant(release.published_at),
        "digest": release.digest,
        "datasets": entries,
        "sources": [_source(one) for one in release.sources],
        "missing": [_name(one) for one in release.sources if one.is_missing],
    }


def canonical(document: Any) -> bytes:
    """The bytes that are signed: JSON, keys sorted, no spaces, nothing escaped."""
    return json.dumps(
        document, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    ).encode()


def seal(house: House, release: Release, entries: list[Entry], key: Signer) -> Seal:
    """Sign the manifest of a release and put it into the home."""
    content = canonical(document_of(release, entries, key.key_id))
    made = Seal(
        digest=hashlib.sha256(content).hexdigest(),
        key_id=key.key_id,
        public_key=key.public,
        signature=key.sign(content),
        signed_at=house.now(),
    )
    manifest_store(house).write(release.id, content, made)
    return made


def sign_release(house: House, release: Release) -> Release:
    """Sign a release that was made before releases were signed.

    Its content is computed again first: only what is still as it was published gets
    a signature.

    Raises:
        MisuseError: it has a signature, which stays the one that counts.
        StorageDamaged: a file that it pins is gone, or its content is another one.
    """
    if release.seal is not None:
        raise MisuseError(
            f"sign {release.id}",
            seen=f"it was signed with the key {release.seal.key_id}",
            next_step=f"`hub release verify {release.id}` checks that signature.",
        )
    for pinned in release.datasets:
        if content_of(house, pinned) != (pinned.rows, pinned.digest):
            raise StorageDamaged(
                f"sign {release.id}",
                seen=f"{pinned.dataset} has other content than was published",
                next_step="Restore its files from a backup, then sign.",
            )
    entries, key = entries_of(house, release.datasets), signer(house.settings.home)
    made = ReleaseEnds(house.control.engine).seal(
        release.number, lambda: seal(house, release, entries, key)
    )
    return replace(release, seal=made)


def read_manifest(house: House, release: Release) -> KeptManifest:
    """The manifest of a release as it lies in the home, unchecked.

    Raises:
        MisuseError: the release was never signed.
        StorageDamaged: its files are gone.
    """
    if release.seal is None:
        raise MisuseError(
            f"read the manifest of {release.id}",
            seen="the release was never signed",
            next_step=f"`hub release sign {release.id}` signs it.",
        )
    return manifest_store(house).read(release.id)


def content_columns(name: str, columns: tuple[str, ...]) -> dict[str, Any]:
    """Which columns and rows of a table its content digest covers."""
    if name in METRICS:
        named = [column for column in columns if column != "as_of"]
        return {"columns": named, "only_where_null": None}
    own = [one for one in dataset(name).polars_schema() if one not in OUTSIDE]
    return {"columns": own, "only_where_null": "deleted_at"}


def _entry(house: House, pinned: Pinned, known: Known) -> Entry:
    told: Entry = {
        "name": pinned.dataset,
        "table": pinned.table_name,
        "version": None if pinned.version < 0 else pinned.version,
        "rows": pinned.rows,
        "digest": pinned.digest,
    }
    before = known.entries.get(pinned.dataset)
    if before is not None and told.items() <= before.items():
        return before
    table = table_of(house, pinned.dataset)
    files = table.files(version=pinned.version) if pinned.version >= 0 else []
    root = house.settings.lake_root

    def listed(file: DataFile) -> Entry:
        path = f"{pinned.table_name}/{file.path}"
        digest = known.hashes.get(path) or file_digest(root / path, file.size)
        return {
            "path": path,
            "bytes": file.size,
            "rows": file.rows,
            "sha256": digest,
            "partition": dict(file.partition),
        }

    told["content"] = content_columns(pinned.dataset, table.columns)
    told["files"] = list(in_order(listed, files))
    return told


def _source(one: Source) -> Entry:
    return {
        "partner": one.partner,
        "feed": one.feed or None,
        "datasets": list(one.datasets),
        "batch": one.good,
        "as_of": _instant(one.as_of),
        "until": _instant(one.until),
        "attempt": one.attempt,
        "state": one.state,
        "error": one.error,
        "missing": one.is_missing,
        "reason": one.reason,
    }


def _name(one: Source) -> str:
    return f"{one.partner}/{one.feed}" if one.feed else one.partner


def _instant(at: datetime | None) -> str | None:
    if at is None:
        return None
    plain = at.astimezone(UTC).replace(tzinfo=None)
    return plain.isoformat(timespec="microseconds") + "Z"
