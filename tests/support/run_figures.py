"""Figures of a batch of random towns in a process of its own: their digest.

Started by a test with another number of threads, which Polars reads only once.
"""

from __future__ import annotations

import sys

import polars as pl
from support.slow.hub_figures import digest_of, everything
from support.slow.towns import batch


def main(seed: str, size: str) -> None:
    digest = digest_of(everything(batch(int(seed), int(size))))
    sys.stdout.write(f"{pl.thread_pool_size()} {digest}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
