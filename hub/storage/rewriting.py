"""Files of a lake table written again without what was erased, at every version.

What lives here: the one exception to "nothing that was committed changes". A file that
holds what must go is written again, and every entry of the log that names it names the
new one from then on, with its size and bounds: old versions stay readable, and the
values are gone from disk. What does not: what goes (`hub.flow.erasure`).

Killed at any point, it is taken up again from `_rewriting.json`, which lies beside the
table until the log is patched and the old files are gone. Checkpoints hold bounds of
files as well; they are dropped, since the entries suffice. A last commit without files
makes a new version, so that whoever asks "has anything changed?" hears yes, and the
stamp `_rewritten` tells handles that are open to open anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import orjson
import polars as pl

from hub.storage import durable
from hub.storage.log import CHECKPOINT, ENTRY, STAMP, Log
from hub.storage.parts import DataFile, read_part, write_parts
from hub.storage.shape import Shape
from hub.storage.stats import as_json

JOURNAL = "_rewriting.json"
APP = "erasure"
Changed = tuple[pl.DataFrame, int]
# From a file's rows to as many new ones, and how many are published no more; None
# where the file stays as it is.
Change = Callable[[pl.DataFrame], Changed | None]


@dataclass(frozen=True)
class Rewritten:
    """A file, and the one in its place, which has as many rows."""

    path: str
    successor: str
    size: int
    rows: int
    stats: str
    rows_gone: int


def known_files(log: Log, root: Path) -> Iterator[DataFile]:
    """Every data file that any version names and that is on disk."""
    for path, added in sorted(_added(log).items()):
        if (root / path).is_file():
            stats = orjson.loads(added.get("stats") or "{}")
            yield DataFile(
                path=path,
                rows=int(stats.get("numRecords", 0)),
                size=int(added["size"]),
                partition=added.get("partitionValues") or {},
            )


def rewrite_files(
    root: Path,
    shape: Shape,
    log: Log,
    *,
    key: str,
    keys: pl.Series,
    change: Change,
) -> list[Rewritten]:
    """Write files again that hold one of the keys and that `change` changes.

    Nothing of it is visible until `settle` has run.

    Args:
        root: folder of the table.
        shape: its columns.
        log: its log.
        key: column that is looked at first; a list column is looked into.
        keys: what to look for.
        change: what becomes of the rows of such a file.
    """
    done = read_journal(root)
    known = {one.path for one in done}
    for file in known_files(log, root):
        if file.path in known:
            continue
        found = read_part(root, shape, file, [key])[key]
        if found.dtype == pl.List(pl.String):
            found = found.explode()
        if not found.is_in(keys.implode()).any():
            continue
        made = change(read_part(root, shape, file, list(shape.columns)))
        if made is not None:
            done.append(_written(root, shape, file, *made))
    _write_journal(root, done)
    return done


def settle(root: Path, log: Log) -> list[Rewritten]:
    """Put what the journal tells into the log, and remove the old files.

    Safe to repeat; the journal stays until `forget_journal`.
    """
    done = read_journal(root)
    if not done:
        return done
    places = {one.path: one for one in done}
    for entry in sorted(
        path for path in log.folder.iterdir() if ENTRY.match(path.name)
    ):
        _patch(entry, places)
    for path in list(log.folder.iterdir()):
        if CHECKPOINT.match(path.name) or path.name == "_last_checkpoint":
            path.unlink()
    durable.sync(log.folder)
    stamp = log.folder / STAMP
    with durable.aside(root) as draft, durable.writing("a stamp"):
        draft.write_bytes(b"")
        durable.publish(draft, stamp)
    for one in done:
        (root / one.path).unlink(missing_ok=True)
        folder = (root / one.path).parent
        if folder.is_dir():
            durable.sync(folder)
    return done


def sweep(root: Path, log: Log) -> int:
    """Remove files that no version names: what killed runs left; how many went.

    Only for who holds every lease under which the table is written.
    """
    known = {*_added(log), JOURNAL}
    count = 0
    for path in root.rglob("*"):
        name = path.relative_to(root).as_posix()
        is_torn = path.suffix == ".torn"
        is_data = is_torn or not name.startswith("_delta_log/")
        if path.is_file() and is_data and name not in known:
            path.unlink()
            count += 1
    return count


def forget_journal(root: Path) -> None:
    """The last step: everything is told to everybody."""
    (root / JOURNAL).unlink(missing_ok=True)
    if root.is_dir():
        durable.sync(root)


def read_journal(root: Path) -> list[Rewritten]:
    """What is under way."""
    path = root / JOURNAL
    if not path.is_file():
        return []
    return [Rewritten(**one) for one in orjson.loads(path.read_bytes())]


def _write_journal(root: Path, done: list[Rewritten]) -> None:
    if not done:
        return
    with durable.aside(root) as draft, durable.writing("a journal"):
        draft.write_bytes(orjson.dumps([asdict(one) for one in done]))
        durable.publish(draft, root / JOURNAL)


def _written(
    root: Path, shape: Shape, file: DataFile, rows: pl.DataFrame, gone: int
) -> Rewritten:
    made = write_parts(root, shape, rows, file.partition)
    (new,) = made  # as many rows as before, so they fit into one file again
    stats = as_json(new.rows, new.stats_min, new.stats_max, new.null_count)
    return Rewritten(file.path, new.path, new.size, new.rows, stats, gone)


def _added(log: Log) -> dict[str, Mapping[str, Any]]:
    """The add action of every path, by path on disk."""
    found: dict[str, Mapping[str, Any]] = {}
    if not log.folder.is_dir():
        return found
    for path in log.folder.iterdir():
        if ENTRY.match(path.name):
            for line in path.read_bytes().splitlines():
                if b'"add"' in line and "add" in (action := orjson.loads(line)):
                    found[unquote(action["add"]["path"])] = action["add"]
    return found


def _patch(entry: Path, places: Mapping[str, Rewritten]) -> None:
    """One entry of the log, naming new files in place of old ones."""
    lines = entry.read_bytes().splitlines()
    kept: list[bytes] = []
    is_changed = False
    for line in lines:
        if not line.strip():
            continue
        action = orjson.loads(line)
        kind = next((name for name in ("add", "remove") if name in action), None)
        place = places.get(unquote(action[kind]["path"])) if kind else None
        if kind is None or place is None:
            kept.append(line)
            continue
        is_changed = True
        told = action[kind]
        # Only the name changes: the folder keeps the encoding that the log gave it.
        folder = told["path"].rpartition("/")[0]
        name = place.successor.rpartition("/")[2]
        told["path"] = f"{folder}/{name}" if folder else name
        told["size"] = place.size
        if kind == "add":
            told["stats"] = place.stats
        kept.append(orjson.dumps(action))
    if is_changed:
        with durable.aside(entry.parent) as draft, durable.writing("a log entry"):
            draft.write_bytes(b"\n".join(kept) + b"\n")
            durable.publish(draft, entry)
