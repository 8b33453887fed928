"""How much a run of the tests looks at: HUB_THOROUGH=1 asks for everything.

What lives here: the choice between all of a family of like examples (random towns,
instants to be killed at, orders of days) and the few that show a mistake in minutes.
What does not: the examples.
"""

from __future__ import annotations

import os

import pytest

THOROUGH = bool(os.environ.get("HUB_THOROUGH"))


# A large example whose small likes are looked at in every run.
large = pytest.mark.skipif(not THOROUGH, reason="HUB_THOROUGH=1 asks for it")


def of(everything: int, few: int) -> int:
    """How many examples to look at."""
    return everything if THOROUGH else few
