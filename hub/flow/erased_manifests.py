"""Manifests of releases as they are after an erasure, for whoever checks without us.

What lives here: for a release that lost values or rows since it was signed, a second
manifest of the same form, of what its files hold today, which names the erasures and
the manifest that was published. So damage and a lawful erasure are told apart without
the hub. What does not: the manifest that was published, which stays as it is
(`manifest`), erasing (`erasure`).
"""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256
from typing import Any

from hub.errors import StorageDamaged
from hub.flow.erased_files import ErasedSince, erased_since
from hub.flow.house import House
from hub.flow.manifest import (
    Known,
    canonical,
    document_of,
    entries_of,
    known_entries,
    manifest_store,
)
from hub.flow.verify import content_of
from hub.storage.release_ends import Seal
from hub.storage.releases import Pinned, Release, Releases, release_digest
from hub.storage.signing import signer


def erased_name(release: Release) -> str:
    """Name of its files in the folder `releases`, before `.json` and `.sig`."""
    return f"{release.id}.erased"


def write_erased_manifests(house: House) -> list[str]:
    """Write what is lacking or out of date; safe to run again.

    Returns:
        Names of the manifests that were written.

    Raises:
        StorageDamaged: a file that a release pins is gone.
    """
    written = []
    for release in Releases(house.control.engine).all():
        if release.seal is None or release.has_ended:
            continue
        since = {one.dataset: erased_since(house, one) for one in release.datasets}
        told = [_told(name, one) for name, one in since.items() if one]
        if told and told != _kept(house, release):
            _write(house, release, release.seal, told)
            written.append(erased_name(release))
    return written


def _told(name: str, since: ErasedSince) -> dict[str, Any]:
    return {
        "dataset": name,
        "erasures": list(since.erasures),
        "rows": since.rows_gone,
    }


def _kept(house: House, release: Release) -> list[dict[str, Any]] | None:
    """What the manifest that lies there tells of; None without one."""
    try:
        kept = manifest_store(house).read(erased_name(release))
        told: list[dict[str, Any]] = json.loads(kept.content)["erased"]["of"]
    except (StorageDamaged, ValueError, LookupError, TypeError):
        return None
    return told


def _write(
    house: House, release: Release, published: Seal, told: list[dict[str, Any]]
) -> None:
    changed = {one["dataset"] for one in told}
    datasets = tuple(
        _today(house, one) if one.dataset in changed else one
        for one in release.datasets
    )
    now = replace(release, datasets=datasets, digest=release_digest(datasets))
    # Files in the place of others have names of their own; hashes by name still hold.
    known = Known({}, known_entries(house).hashes)
    key = signer(house.settings.home)
    document = document_of(now, entries_of(house, datasets, known), key.key_id)
    document["erased"] = {"of": told, "published_manifest": published.digest}
    content = canonical(document)
    seal = Seal(
        digest=sha256(content).hexdigest(),
        key_id=key.key_id,
        public_key=key.public,
        signature=key.sign(content),
        signed_at=house.now(),
    )
    manifest_store(house).write(erased_name(release), content, seal)
    house.note("erased", {"release": release.id, "what": "manifest"})


def _today(house: House, pinned: Pinned) -> Pinned:
    rows, digest = content_of(house, pinned)
    return replace(pinned, rows=rows, digest=digest)
