"""A small release that is signed, all in memory, and ways to spoil it.

What lives here: datasets as Parquet files with a manifest whose digests come from the
hub's own rules (Polars), so that whoever recomputes them with other tools agrees by
more than chance; and one random change at a time. What does not: checking.
"""

from __future__ import annotations

import hashlib
import io
import json
import random
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

import polars as pl
import pyarrow.parquet as pq
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hub.flow.tables import to_arrow
from hub.pipeline.digest import content_digest, row_digest
from hub.storage.signing import Signer

SIGNER = Signer(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
STRANGER = Signer(Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33))))
Document = dict[str, Any]


@dataclass(frozen=True)
class Signed:
    """A release as a consumer holds it."""

    manifest: bytes
    signature: str
    public: str
    files: dict[str, bytes]

    def open(self, path: str) -> io.BytesIO:
        """A file by its path; OSError where there is none."""
        if path not in self.files:
            raise FileNotFoundError(path)
        return io.BytesIO(self.files[path])

    @property
    def document(self) -> Document:
        """The manifest, for changing."""
        return json.loads(self.manifest)  # type: ignore[no-any-return]


def text_of(document: Document) -> bytes:
    """Canonical bytes, by the words of the format and not by the hub's code."""
    return json.dumps(
        document, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    ).encode()


def signed(document: Document, files: dict[str, bytes]) -> Signed:
    """A manifest, signed with the right key whatever it says."""
    content = text_of(document)
    return Signed(content, SIGNER.sign(content), SIGNER.public, files)


def entry_of(
    name: str, frames: dict[str, pl.DataFrame], gate: str | None = None
) -> tuple[Document, dict[str, bytes]]:
    """The entry of a dataset of some files, and the files.

    Args:
        name: of the dataset.
        frames: by partition value; their columns are what is digested, but for the
            gate.
        gate: column that is null in rows that count.
    """
    files, entries, digests = {}, [], []
    for part, frame in sorted(frames.items()):
        path = f"core/{name}/part={part}/0000.parquet"
        table = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
        out = io.BytesIO()
        pq.write_table(table.cast(to_arrow(dict(frame.schema))), out)
        files[path] = out.getvalue()
        entries.append(
            {
                "path": path,
                "bytes": len(files[path]),
                "rows": len(frame),
                "sha256": hashlib.sha256(files[path]).hexdigest(),
                "partition": {"part": part},
            }
        )
        whole = frame.with_columns(part=pl.lit(part))
        columns = [one for one in whole.columns if one != gate]
        counted = whole if gate is None else whole.filter(pl.col(gate).is_null())
        digests.append(counted.select(row_digest(whole.schema, columns)).to_series())
    rows = pl.concat(digests)
    entry = {
        "name": name,
        "table": f"core/{name}",
        "version": 3,
        "rows": len(rows),
        "digest": content_digest(rows),
        "content": {"columns": columns, "only_where_null": gate},
        "files": entries,
    }
    return entry, files


def document_of(entries: list[Document]) -> Document:
    """A manifest over entries."""
    lines = "\n".join(f"{one['name']}={one['digest']}" for one in entries)
    return {
        "kind": "city-hub release manifest",
        "format": 1,
        "hub": "0.1.0",
        "key": SIGNER.key_id,
        "rules": {"file": "SHA-256"},
        "release": "r000007",
        "city": "小城",
        "published_at": "2026-10-01T08:00:00.000000Z",
        "digest": hashlib.sha256(lines.encode()).hexdigest(),
        "datasets": entries,
        "sources": [],
        "missing": [],
    }


def small_release() -> Signed:
    """Three datasets, five files; one dataset has rows that do not count."""
    streets = {
        part: pl.DataFrame(
            {
                "code": [f"{part}{n}" for n in range(4)],
                "name": ["东街", "西街", None, ""],
            }
        )
        for part in ("a", "b")
    }
    cases = {
        part: pl.DataFrame(
            {"id": [f"{part}-{n}" for n in range(6)], "count": list(range(6))}
        ).with_columns(
            deleted_at=pl.when(pl.col("count") % 3 == 0).then(pl.lit("gone"))
        )
        for part in ("m1", "m2")
    }
    units = {"x": pl.DataFrame({"unit": ["AU-E", "AU-W"]})}
    made = [
        entry_of("case", cases, gate="deleted_at"),
        entry_of("street", streets),
        entry_of("unit", units),
    ]
    files = {path: body for _, several in made for path, body in several.items()}
    return signed(document_of([entry for entry, _ in made]), files)


Spoilt = tuple[Signed, str]
"""A release with one thing changed, and the entry that must be named for it."""


def spoil(release: Signed, chance: random.Random) -> Spoilt:
    """One random change of a release, in its files, its manifest or its signature."""
    return chance.choice(WAYS)(release, chance)


def _flip(content: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content)
    changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _in_file(release: Signed, chance: random.Random) -> Spoilt:
    path = chance.choice(sorted(release.files))
    body = release.files[path]
    cut = chance.randrange(len(body))
    spoilt: Callable[[], bytes] = chance.choice(
        [
            lambda: _flip(body, chance),
            lambda: body[:cut],
            lambda: body + chance.randbytes(chance.randint(1, 9)),
            lambda: body[:cut] + chance.randbytes(1) + body[cut:],
            lambda: body[:cut] + body[cut + 1 :],
        ]
    )
    return replace(release, files=release.files | {path: spoilt()}), path


def _file_names(release: Signed, chance: random.Random) -> Spoilt:
    one, other = sorted(chance.sample(sorted(release.files), 2))
    files = dict(release.files)
    if chance.random() < 0.5:
        files[one], files[other] = files[other], files[one]
    else:
        files[f"{one}.old"] = files.pop(one)
    return replace(release, files=files), one


def _in_manifest(release: Signed, chance: random.Random) -> Spoilt:
    return replace(release, manifest=_flip(release.manifest, chance)), "signature"


def _unsigned_change(release: Signed, chance: random.Random) -> Spoilt:
    document = release.document
    name = chance.choice(["city", "release", "published_at", "digest", "key", "hub"])
    document[name] = f"{document[name]}x"
    return replace(release, manifest=text_of(document)), "signature"


def _in_signature(release: Signed, chance: random.Random) -> Spoilt:
    which = chance.choice(["signature", "public"])
    text = getattr(release, which)
    at = chance.randrange(len(text))
    letter = chance.choice([c for c in "0123456789abcdefABCDEF \n" if c != text[at]])
    changed = chance.choice(
        [text[:at] + letter + text[at + 1 :], text[:at], f"{text} ", text.upper()]
    )
    return replace(release, **{which: changed}), "signature"


def _other_key(release: Signed, chance: random.Random) -> Spoilt:
    signature = STRANGER.sign(release.manifest)
    public = chance.choice([STRANGER.public, release.public])
    if public == STRANGER.public:
        # The stranger's key fits the stranger's signature: it must not fit the hub's.
        return replace(release, public=public), "signature"
    return replace(release, signature=signature), "signature"


def _signed_file_entry(release: Signed, chance: random.Random) -> Spoilt:
    """The hub itself signs a file that is not there like that."""
    document = release.document
    dataset = chance.choice(document["datasets"])
    file = chance.choice(dataset["files"])
    what = chance.choice(["bytes", "rows", "sha256", "path"])
    if what == "path":
        file["path"] = file["path"].replace("0000", f"{chance.randint(1, 9999):04d}")
    elif what == "sha256":
        file["sha256"] = hashlib.sha256(chance.randbytes(4)).hexdigest()
    else:
        file[what] += chance.choice([-1, 1, 1000])
    return signed(document, release.files), file["path"]


def _signed_dataset_entry(release: Signed, chance: random.Random) -> Spoilt:
    """The hub itself signs rows, content or columns that are not those."""
    entries = release.document["datasets"]
    dataset = chance.choice(entries)
    name = dataset["name"]
    what = chance.choice(["rows", "digest", "columns", "partition", "drop"])
    if what == "rows":
        dataset["rows"] += chance.choice([-1, 1, 1000])
    elif what == "digest":
        dataset["digest"] = hashlib.sha256(chance.randbytes(4)).hexdigest()
    elif what == "columns":
        dataset["content"]["columns"].pop()
    elif what == "partition":
        dataset["files"][0]["partition"] = {"part": "elsewhere"}
    else:
        dataset["files"].pop()
    return signed(document_of(entries), release.files), name


def _signed_order(release: Signed, chance: random.Random) -> Spoilt:
    """Entries twice, left out, or in another order."""
    document = release.document
    entries = document["datasets"]
    way = chance.choice(["swap", "twice", "drop", "files"])
    if way == "drop":
        entries.pop(chance.randrange(len(entries)))
        return signed(document, release.files), "manifest"
    if way == "files":
        dataset = chance.choice([one for one in entries if len(one["files"]) > 1])
        dataset["files"].reverse()
        return signed(document_of(entries), release.files), dataset["files"][1]["path"]
    at = chance.randrange(len(entries) - 1)
    if way == "swap":
        entries[at], entries[at + 1] = entries[at + 1], entries[at]
        named = entries[at + 1]["name"]
    else:
        entries.insert(at, deepcopy(entries[at]))
        named = entries[at]["name"]
    return signed(document_of(entries), release.files), named


Way = Callable[[Signed, random.Random], Spoilt]
WAYS: tuple[Way, ...] = (
    _in_file,
    _file_names,
    _in_manifest,
    _unsigned_change,
    _in_signature,
    _other_key,
    _signed_file_entry,
    _signed_dataset_entry,
    _signed_order,
)
