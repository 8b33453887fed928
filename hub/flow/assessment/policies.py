"""Policies as a month takes them: from the city's folder, from a file, or as kept.

What lives here: finding a policy by its id or file, and giving back the ones that a
revision kept, read from their stored text. What does not: what a policy may say
(`hub.scoring`).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from hub.errors import MisuseError
from hub.flow.house import House
from hub.storage.assessments import KeptPolicy, Revision

FOLDER = "policies"
ROSTER_SUBJECTS = frozenset({"area", "duty_day"})


@dataclass(frozen=True)
class GivenPolicy:
    """A policy with the text that it was read from."""

    policy: Any
    text: str

    @property
    def id(self) -> str:
        """Its short name."""
        return str(self.policy["id"])

    @property
    def version(self) -> str:
        """Its version."""
        return str(self.policy["version"])

    @property
    def level(self) -> str:
        """The level of the units that it ranks."""
        return str(self.policy["level"])

    @property
    def digest(self) -> str:
        """SHA-256 of its text."""
        return sha256(self.text.encode()).hexdigest()

    @property
    def needs_roster(self) -> bool:
        """Whether it scores posts or areas."""
        return False


def find_policy(house: House, name: str) -> GivenPolicy:
    """A policy of the city by its id, or of a file by its path.

    Raises:
        MisuseError: there is none.
        DeclarationError: it says something that cannot be followed.
    """
    path = Path(name)
    if path.suffix != ".toml":
        path = house.city.folder / FOLDER / f"{name}.toml"
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        known = ", ".join(policy_ids(house)) or "none"
        raise MisuseError(
            f"read the policy {name}",
            seen="there is no such file, or it is not UTF-8",
            next_step=f"Policies of the city: {known}. A file is named by its path, "
            "ending in .toml.",
        ) from None
    return read_policy(text)


def policy_ids(house: House) -> list[str]:
    """Ids of the policies in the city's folder."""
    return sorted(path.stem for path in (house.city.folder / FOLDER).glob("*.toml"))


def read_policy(text: str) -> GivenPolicy:
    """A policy from its text."""
    return GivenPolicy(tomllib.loads(text), text)


def policies_of(revision: Revision) -> tuple[GivenPolicy, ...]:
    """The policies of a revision, from the text that it kept."""
    return tuple(read_policy(one.text) for one in revision.policies)


def kept(given: GivenPolicy) -> KeptPolicy:
    """A policy as the control database keeps it."""
    return KeptPolicy(given.level, given.id, given.version, given.digest, given.text)
