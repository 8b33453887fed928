"""Temporary files of a connector.

What lives here: a folder that appears with its first file and goes away at the
end. A file that could not be written to its end does not stay. What does not: what
is written into them.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path


class Scratch:
    """A temporary folder that appears with its first file."""

    def __init__(self) -> None:
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._files = 0

    def write(self, pieces: Iterable[bytes]) -> Path:
        """A new file of these pieces; none if they break off."""
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="hub-files-")
        self._files += 1
        path = Path(self._folder.name) / str(self._files)
        try:
            with path.open("wb") as file:
                file.writelines(pieces)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return path

    def close(self) -> None:
        """Remove everything; what is written afterwards goes into a new folder."""
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None
