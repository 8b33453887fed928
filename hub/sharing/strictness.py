"""Which mask shows less than which other.

What lives here: the names of the masks (sharing §4) in the order of what they let
through, and the mask that holds where schema and grant both speak. What does not:
masking (`hub.sharing.masks`).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

DROP = "drop"
# Masks of one rank hide different things: none is stricter than another.
RANK: Mapping[str | None, int] = MappingProxyType(
    {
        None: 0,
        **dict.fromkeys(
            (
                "name", "phone", "idno", "idno_strict", "address", "plate", "uscc",
                "owner_name", "scrub",
            ),
            1,
        ),
        "pseudonym": 2,
        DROP: 3,
    }
)  # fmt: skip
# The second hides all that the first hides, and more.
STRICTER_PAIRS = frozenset({("owner_name", "name"), ("idno", "idno_strict")})


def is_as_strict(mask: str | None, other: str | None) -> bool:
    """Whether a mask hides all that another hides; an unknown mask never does."""
    if mask not in RANK or other not in RANK:
        return False
    return mask == other or RANK[mask] > RANK[other] or (other, mask) in STRICTER_PAIRS


def mask_that_holds(
    schema: str | None, override: str | None, *, is_clear: bool
) -> str | None:
    """The mask of a column in a grant.

    Args:
        schema: the mask that the schema declares.
        override: the mask that the grant states; None for none.
        is_clear: whether the grant states a legal basis to see the values whole.

    An override that is not as strict as the schema's mask shows nothing at all: either
    of the two may have changed since, and nobody has looked at them together.
    """
    declared = None if is_clear else schema
    if override is None:
        return declared if declared in RANK else DROP
    return override if is_as_strict(override, declared) else DROP
