"""Parts of Dagster that it calls early and that are relied on here, one by one.

What lives here: silence about them, for the length of a call, so that a newcomer's
first lines are not warnings and a test that turns warnings into errors stays strict.
What does not: silence about anything else.

- Checks by partition (preview): pages show each day's verdict; tried in ranged runs,
  see `reports`. Without it a day would be told by the run's verdict.
- Code references (beta): the link from an asset to the partner's file.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg


@contextmanager
def relied_on() -> Iterator[None]:
    """Use an early part of Dagster knowingly."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dg.PreviewWarning)
        warnings.simplefilter("ignore", dg.BetaWarning)
        yield
