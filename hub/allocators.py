"""Memory that is free goes back at once.

What lives here: what the allocators of Polars and pyarrow are told before they are
loaded. What they keep for later they then keep for milliseconds: a month of a million
cases peaks at four fifths, in the same time. What does not: any other setting.
"""

from __future__ import annotations

import os

TOLD = {
    "_RJEM_MALLOC_CONF": "dirty_decay_ms:200,muzzy_decay_ms:0",
    "MIMALLOC_PURGE_DELAY": "100",
}


def give_back_early() -> None:
    """Tell the allocators of this process and its children, unless somebody has."""
    for name, value in TOLD.items():
        os.environ.setdefault(name, value)
