"""Patterns of file names that no folder of this machine is asked for.

What lives here: `*`, `?`, `[…]` and `**` on paths with `/`, as they mean on folders
here. What does not: looking anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from fsspec.utils import glob_translate


def matcher(pattern: str) -> Callable[[str], bool]:
    """Whether a whole path fits; `*` stays inside one step, `**` reaches any depth."""
    fits = re.compile(glob_translate(pattern)).match
    return lambda name: fits(name) is not None
