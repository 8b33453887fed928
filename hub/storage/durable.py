"""Files that survive a power cut: written aside, flushed, renamed, folders flushed.

What lives here: the only calls of `fsync` in the hub. A file counts as written
once its bytes and the folder entry that names it are on the disk; Delta Lake's
own writer does neither, which is why acknowledged commits were once found gone.
What does not: what the files hold, see `raw`, `parts`, `log` and `plans`.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from hub.errors import StorageDamaged
from hub.storage.faults import StorageUnwritable

ASIDE = ".aside-"
OWNER_ONLY = 0o600


@contextmanager
def writing(what: str) -> Iterator[None]:
    """Turn the system's refusal to write into a sentence of the hub's own.

    Raises:
        StorageUnwritable: an operating system error occurred inside the block.
    """
    try:
        yield
    except OSError as problem:
        raise StorageUnwritable(
            f"write {what}",
            seen=f"the system answered {problem.strerror or type(problem).__name__}",
            next_step="Free space or repair the disk, then run again.",
        ) from problem


def sync(path: Path) -> None:
    """Flush one file, or the entries of one folder, to the disk.

    Raises:
        StorageDamaged: the flush failed. The bytes must then be taken as lost
            (a second flush would report success without them), so it is not
            repeated.
    """
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as problem:
        raise StorageDamaged(
            f"make {path.name} durable",
            seen=f"the disk answered {problem.strerror}",
            next_step="Check the disk, then run again: it is written anew from raw.",
        ) from problem
    finally:
        os.close(handle)


def make_folder(folder: Path) -> None:
    """Create a folder with its parents, every new entry flushed in its parent."""
    missing = []
    while not folder.is_dir():
        missing.append(folder)
        folder = folder.parent
    for new in reversed(missing):
        with writing(f"the folder {new.name}"):
            new.mkdir(exist_ok=True)
        sync(new.parent)


@contextmanager
def aside(folder: Path) -> Iterator[Path]:
    """A free name in `folder` to write under; whatever is left there is removed."""
    draft = folder / f"{ASIDE}{secrets.token_hex(8)}"
    try:
        yield draft
    finally:
        if draft.is_dir():
            shutil.rmtree(draft)
        draft.unlink(missing_ok=True)


def write_secret(path: Path, content: bytes, what: str) -> None:
    """A file for its owner alone, written once and never over another.

    Of several that begin at once one wins, and all read what that one wrote.

    Args:
        path: where; folders are made.
        content: what nobody but the owner may read.
        what: its name in a refusal, never its content.

    Raises:
        StorageUnwritable: the disk did not take it.
    """
    make_folder(path.parent)
    with aside(path.parent) as draft, writing(what):
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        sync(draft)
        # A link and no renaming: whoever came first keeps the name.
        with suppress(FileExistsError):
            path.hardlink_to(draft)
    sync(path.parent)


def publish(draft: Path, target: Path) -> None:
    """Give a finished draft its name: flush it, rename it, flush the folder."""
    sync(draft)
    with writing(f"the name {target.name}"):
        draft.replace(target)
    sync(target.parent)


@contextmanager
def appending(path: Path) -> Iterator[BinaryIO]:
    """A file to read and to append to, by one writer at a time; flushed at the end.

    What a killed writer left is still there: the caller cuts off half a line.

    Raises:
        StorageUnwritable: the disk did not take it.
        StorageDamaged: the flush failed.
    """
    make_folder(path.parent)
    with writing(path.name), path.open("a+b") as file:
        # The lock is the open file's, so threads wait for each other as well.
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file
        file.flush()
        sync(path)
        sync(path.parent)


def leftovers(root: Path, before: float) -> list[Path]:
    """Drafts below `root` that a killed run left, last touched before an epoch second.

    They are listed, never removed here: only their owner knows what still runs.
    """
    return sorted(
        draft for draft in root.rglob(f"{ASIDE}*") if draft.stat().st_mtime < before
    )
