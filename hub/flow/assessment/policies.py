"""Policies as a month takes them: from the city's folder, from a file, or as kept.

What lives here: reading a policy with its text, and giving back the ones that a
revision kept, read from that text. What does not: what a policy may say
(`hub.scoring`), where a city's policies lie (`hub.flow.policies`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from hub.flow.house import House
from hub.flow.policies import find_policy_file, vocabulary
from hub.metrics.registry import METRICS
from hub.partners.toml_text import parse_tables, text_of
from hub.scoring import BestChiefs, Policy, Vocabulary, parse_policy
from hub.scoring.chief_loader import PERSON, parse_best_chiefs
from hub.scoring.rules.base import Measure
from hub.storage.assessments import KeptPolicy, Revision


@dataclass(frozen=True)
class GivenPolicy:
    """A policy with the text that it was read from."""

    policy: Policy | BestChiefs
    text: str

    @property
    def id(self) -> str:
        """Its short name."""
        return self.policy.id

    @property
    def level(self) -> str:
        """What it ranks: DISTRICT_UNIT, STREET_UNIT or PERSON."""
        return self.policy.level

    @property
    def needs_roster(self) -> bool:
        """Whether it looks at figures that are not about cases."""
        named = [METRICS.get(one.metric or "") for one in _measures(self.policy)]
        return any(one is not None and one.subject != "issue" for one in named)


def find_policy(house: House, name: str) -> GivenPolicy:
    """A policy of the city by its id, or of a file by its path.

    Raises:
        MisuseError: there is none.
        FaultyDeclaration: it says what cannot be followed, or does not add up.
    """
    path = find_policy_file(house.city.folder, name)
    return read_policy(text_of(path), path, vocabulary())


def read_policy(text: str, path: Path, known: Vocabulary | None = None) -> GivenPolicy:
    """A policy from its text.

    Args:
        text: TOML.
        path: file that it came from, for messages.
        known: metrics and calibers that it may name; all names pass without.
    """
    heading = parse_tables(text, path, exact=True, next_step="").get("policy")
    is_of_persons = isinstance(heading, dict) and heading.get("level") == PERSON
    parse = parse_best_chiefs if is_of_persons else parse_policy
    return GivenPolicy(parse(text, path, known), text)


def policies_of(revision: Revision) -> tuple[GivenPolicy, ...]:
    """The policies of a revision, from the text that it kept."""
    return tuple(
        read_policy(one.text, Path(f"{one.policy}.toml")) for one in revision.policies
    )


def kept(given: GivenPolicy) -> KeptPolicy:
    """A policy as the control database keeps it."""
    return KeptPolicy(
        level=given.level,
        policy=given.id,
        version=str(given.policy.version),
        digest=sha256(given.text.encode()).hexdigest(),
        text=given.text,
    )


def _measures(policy: Policy | BestChiefs) -> Iterator[Measure]:
    if isinstance(policy, BestChiefs):
        yield from (one.value for one in policy.criteria)
        return
    for dimension in policy.dimensions:
        for item in dimension.items:
            yield from (item.measure, *item.rule.measures)
