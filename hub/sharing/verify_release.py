"""Check a release of the hub without the hub: Python 3.11, pyarrow, cryptography.

    python verify_release.py r000001.json --key key-….pub --lake FOLDER

What is checked, in this order, and the first bad entry is named: the Ed25519
signature over the manifest's bytes; its form and order; the release digest; size,
SHA-256 and rows of every file; rows and content digest of every dataset, computed
again from the files. What is not: other files in the folder, and whether the key is
the hub's own: take it from the hub's operator, never from where the files came from.
A manifest NAME.erased.json tells what is left of a release after a lawful erasure.
This file imports nothing of the hub: consumers run a copy of it.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import re
import sys
from collections.abc import Callable, Iterator
from io import SEEK_END, BufferedIOBase
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

KIND = "city-hub release manifest"
FORMAT = 1
UNIT, ITEM = "\u241f", "\u241e"
KEY, SIGNATURE, SHA256 = (re.compile(rf"[0-9a-f]{{{n}}}") for n in (64, 128, 64))
PIECE = 16_384  # rows that are in memory at a time
Open = Callable[[str], BufferedIOBase]
SAID = "{release} of {city} is what {}was published at {published_at} (key {key})."


class Problem(NamedTuple):
    """A bad entry: `signature`, `manifest`, a dataset's name or a file's path."""

    entry: str
    seen: str


def problems(
    manifest: bytes, signature: str, public: str, open_file: Open
) -> Iterator[Problem]:
    """Everything that is wrong with a release, the first bad entry first.

    Args:
        manifest: bytes of the manifest.
        signature, public: as lower-case hex.
        open_file: opens a file by its path below the lake; raises OSError.
    """
    document = None
    for one in manifest_problems(manifest, signature, public):
        if isinstance(one, Problem):
            yield one
        else:
            document = one
    for dataset in document["datasets"] if document else ():
        bad = [
            found
            for file in dataset["files"]
            if (found := file_problem(file, open_file)) is not None
        ]
        yield from bad
        if not bad and (found := content_problem(dataset, open_file)) is not None:
            yield found


def manifest_problems(
    manifest: bytes, signature: str, public: str
) -> Iterator[Problem | dict[str, Any]]:
    """What is wrong with a manifest, then the manifest itself where it can be read."""
    if not is_signed(manifest, signature, public):
        # Nothing that it says can be trusted then, not even which files to open.
        yield Problem("signature", "the key did not sign exactly this manifest")
        return
    try:
        document = json.loads(manifest)
        if canonical(document) != manifest:
            raise ValueError("it is not written canonically")
        if (document["kind"], document["format"]) != (KIND, FORMAT):
            raise ValueError("it is no manifest of this format")
        bad = _bad_entry(document)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        yield Problem("manifest", f"it cannot be read: {problem}")
        return
    if bad is not None:
        yield bad
        return
    yield document


def is_signed(content: bytes, signature: str, public: str) -> bool:
    """Whether the owner of a public key signed exactly this content."""
    if not (SIGNATURE.fullmatch(signature) and KEY.fullmatch(public)):
        return False
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
        key.verify(bytes.fromhex(signature), content)
    except (InvalidSignature, ValueError):
        return False
    return True


def canonical(document: Any) -> bytes:
    """JSON with sorted keys, no spaces and no escapes beyond what JSON demands."""
    return json.dumps(
        document, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    ).encode()


def file_problem(file: dict[str, Any], open_file: Open) -> Problem | None:
    """What is wrong with the bytes of one file."""
    try:
        with open_file(file["path"]) as source:
            digest = hashlib.file_digest(source, "sha256").hexdigest()
            size = source.seek(0, SEEK_END)
    except OSError:
        return Problem(file["path"], "it is gone or cannot be read")
    if size != file["bytes"]:
        return Problem(file["path"], f"{size} bytes, not {file['bytes']}")
    if digest != file["sha256"]:
        return Problem(file["path"], "other bytes than were published")
    return None


def content_problem(dataset: dict[str, Any], open_file: Open) -> Problem | None:
    """What is wrong with the rows of a dataset whose files are as published."""
    digests: list[bytes] = []
    for file in dataset["files"]:
        try:
            with open_file(file["path"]) as source, pq.ParquetFile(source) as parquet:
                if parquet.metadata.num_rows != file["rows"]:
                    seen = f"{parquet.metadata.num_rows} rows, not {file['rows']}"
                    return Problem(file["path"], seen)
                digests += _row_digests(dataset, file, parquet)
        except (OSError, pa.ArrowException, ValueError, LookupError) as problem:
            seen = f"its rows cannot be read ({type(problem).__name__})"
            return Problem(file["path"], seen)
    if len(digests) != dataset["rows"]:
        return Problem(dataset["name"], f"{len(digests)} rows, not {dataset['rows']}")
    total = hashlib.sha256()
    for position, digest in enumerate(sorted(digests)):
        total.update(b"\n" * bool(position) + digest.hex().encode())
    if total.hexdigest() != dataset["digest"]:
        return Problem(dataset["name"], "other content than was published")
    return None


def _bad_entry(document: dict[str, Any]) -> Problem | None:
    """The first entry of a manifest that is malformed or out of order."""
    name = ""
    for dataset in document["datasets"]:
        if dataset["name"] <= name:
            return Problem(dataset["name"], "its entry is out of order")
        name, path = dataset["name"], ""
        if not SHA256.fullmatch(dataset["digest"]) or not _is_count(dataset["rows"]):
            return Problem(name, "its entry is malformed")
        for file in dataset["files"]:
            if file["path"] <= path:
                return Problem(file["path"], "its entry is out of order")
            path = file["path"]
            is_below = path.startswith(f"{dataset['table']}/")
            counted = _is_count(file["bytes"]) and _is_count(file["rows"])
            if not is_below or ".." in path.split("/") or not counted:
                return Problem(path, "its entry is malformed")
    lines = [f"{one['name']}={one['digest']}" for one in document["datasets"]]
    if hashlib.sha256("\n".join(lines).encode()).hexdigest() != document["digest"]:
        return Problem("manifest", "the release digest is not that of its datasets")
    return None


def _is_count(value: object) -> bool:
    return type(value) is int and value >= 0


def _row_digests(
    dataset: dict[str, Any], file: dict[str, Any], parquet: pq.ParquetFile
) -> Iterator[bytes]:
    """SHA-256 of each row that counts, by the rule that the manifest states."""
    content = dataset["content"]
    gate = content["only_where_null"]
    stored = set(parquet.schema_arrow.names)
    wanted = [one for one in content["columns"] if one in stored]
    lacking = [] if gate is None or gate in wanted or gate not in stored else [gate]
    for batch in parquet.iter_batches(PIECE, columns=[*wanted, *lacking]):
        rows = pa.Table.from_batches([batch])
        if gate is not None and gate in stored:
            rows = rows.filter(pc.is_null(rows[gate]))
        texts = {name: _as_text(rows[name]) for name in wanted}
        texts |= {
            name: pa.array([value] * len(rows), pa.string())
            for name, value in file["partition"].items()
        }
        fields = [
            pc.binary_join_element_wise(f"{name}=", texts[name], "")
            for name in content["columns"]
            if name in texts  # one that the file does not have yet is null
        ]
        joined = pc.binary_join_element_wise(*fields, UNIT, null_handling="skip")
        for text in joined.to_pylist():
            yield hashlib.sha256(text.encode()).digest()


def _as_text(column: pa.ChunkedArray) -> pa.ChunkedArray | pa.Array:
    """A column as canonical text; null stays null."""
    kind = column.type
    if pa.types.is_timestamp(kind):
        return column.cast(pa.timestamp("us", kind.tz)).cast(pa.int64()).cast("string")
    write: Callable[[Any], str]
    if pa.types.is_list(kind):
        write = _records if pa.types.is_struct(kind.value_type) else _words
    elif pa.types.is_struct(kind):
        write = _json
    elif pa.types.is_floating(kind):
        write = _float
    else:
        return column.cast(pa.string())
    texts = [None if one is None else write(one) for one in column.to_pylist()]
    return pa.array(texts, pa.string())


def _records(items: list[Any]) -> str:
    return ITEM.join(map(_json, items))


def _words(items: list[Any]) -> str:
    return ITEM.join(one for one in items if one is not None)


def _json(value: Any) -> str:
    """A value as the hub writes it inside lists of records."""
    if value is None or isinstance(value, bool | int | str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, float):
        # JSON has no word for these.
        return "null" if value != value or abs(value) == float("inf") else _float(value)
    if isinstance(value, dict):
        inner = (f"{json.dumps(name)}:{_json(one)}" for name, one in value.items())
        return "{" + ",".join(inner) + "}"
    micros = value.microsecond
    places = "auto" if micros == 0 or micros % 1000 else "milliseconds"
    return f'"{value.isoformat(timespec=places)}"'


def _float(value: float) -> str:
    """The shortest digits that give the number back, as the hub writes them."""
    text = repr(value)
    if text == "nan":
        return "NaN"
    digits, _, power = text.partition("e")
    if power == "-05":  # the hub begins to write powers of ten only below this
        sign, plain = ("-", digits[1:]) if digits[0] == "-" else ("", digits)
        return f"{sign}0.0000{plain.replace('.', '')}"
    return f"{digits}e-{power[1:].lstrip('0')}" if power[:1] == "-" else text


def main(args: list[str] | None = None) -> int:
    """Check one release; 0 fine, 1 a bad entry, 2 the call is wrong."""
    parser = argparse.ArgumentParser(description="Check a release of the hub.")
    parser.add_argument("manifest", type=Path, help="as in releases/r000001.json")
    parser.add_argument("--signature", type=Path, help="the .sig beside it by default")
    parser.add_argument("--key", type=Path, required=True, help="key-….pub of the hub")
    parser.add_argument("--lake", type=Path, required=True, help="folder of the tables")
    parser.add_argument("--all", action="store_true", help="name every bad entry")
    given = parser.parse_args(args)
    try:
        manifest = given.manifest.read_bytes()
        beside = given.signature or given.manifest.with_suffix(".sig")
        signature, public = (
            path.read_text("utf-8").removesuffix("\n") for path in (beside, given.key)
        )
    except (OSError, UnicodeDecodeError) as problem:
        parser.error(f"cannot read the manifest, its signature or the key: {problem}")

    def open_file(path: str) -> BufferedIOBase:
        return Path(given.lake, path).open("rb")

    found = problems(manifest, signature, public, open_file)
    bad = list(found if given.all else itertools.islice(found, 1))
    lines = [f"bad entry: {one.entry}: {one.seen}" for one in bad]
    if not bad:
        told = json.loads(manifest)
        lines = [SAID.format("is left of what " * ("erased" in told), **told)]
    elif (later := given.manifest.with_suffix(".erased.json")).exists():
        lines.append(f"Values were erased since it was published: check {later.name}.")
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return int(bool(bad))


if __name__ == "__main__":
    sys.exit(main())
