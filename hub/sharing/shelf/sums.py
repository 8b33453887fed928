"""Whether the files of a shelf still hold what was written into them.

What lives here: their digests, written beside them once, and looked at before anything
is read from them. What does not: making a shelf anew. A bit that turned over on a disk
leaves a file that reads well, and says something else than the release.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

ROWS, INDEX, SUMS = "rows.arrow", "index.sqlite", "sums.json"


def seal(folder: Path) -> None:
    """Write down what the files of a shelf hold."""
    (folder / SUMS).write_text(json.dumps(_digests(folder)), encoding="utf-8")


def is_as_sealed(folder: Path) -> bool:
    """Whether the files of a shelf hold what they did when it was made.

    Reads every byte of them: once when a release is taken up, and now and then.
    """
    try:
        told = json.loads((folder / SUMS).read_text(encoding="utf-8"))
        return bool(told == _digests(folder))
    except (OSError, ValueError):
        return False


def _digests(folder: Path) -> dict[str, str]:
    found = {}
    for name in (ROWS, INDEX):
        with (folder / name).open("rb") as file:
            found[name] = hashlib.file_digest(file, "sha256").hexdigest()
    return found
