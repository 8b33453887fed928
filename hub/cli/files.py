"""Files that a command writes: whole or not at all, readable by their owner only.

What lives here: writing beside the place and moving there in the end, and the
endings that a command knows. What does not: contents.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from hub.errors import MisuseError


def ending_of(file: Path, known: Sequence[str]) -> str:
    """The ending of a file name, in lower case.

    Raises:
        MisuseError: the command does not write such files.
    """
    ending = file.suffix.lower()
    if ending not in known:
        raise MisuseError(
            f"write {file.name}",
            seen=f"its ending is {ending or 'missing'}",
            next_step=f"Use {' or '.join(known)}.",
        )
    return ending


@contextmanager
def written_aside(
    file: Path, before: Callable[[Path], None] | None = None
) -> Iterator[BinaryIO]:
    """A file to write into; it takes its name when everything is in it.

    An older file of that name is replaced. What is written may name people, so
    only the owner may read it.

    Args:
        file: its name in the end.
        before: is shown the whole file before it takes that name; where it raises,
            there is no file.
    """
    aside = file.with_name(f".{file.name}.{os.getpid()}")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "wb") as out:
            yield out
        if before is not None:
            before(aside)
        aside.replace(file)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
