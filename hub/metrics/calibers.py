"""Calibers (口径): the small print that every published figure carries.

What lives here: the definitions as data, so that a figure names what it rests on
and both versions of a changed definition can be computed for any month, and the
rule that one caliber of a family replaces another. What does not: their texts
(`caliber_texts`), the metrics (`registry`), the expressions that obey a caliber
(`choices`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from hub.errors import MisuseError
from hub.metrics.caliber_texts import TEXTS


@dataclass(frozen=True, kw_only=True)
class Caliber:
    """One definition; a change makes a new version, never another text."""

    id: str
    version: int
    text_zh: str
    text_en: str
    source: str
    valid_from_on: date = date(2021, 8, 31)
    valid_to_on: date | None = None
    approved_by: str | None = None

    @property
    def family(self) -> str:
        """What the caliber decides; one of a family is in force at a time."""
        return self.id.partition("-")[0]


_ALL = (
    Caliber(id=id_, version=version, text_zh=zh, text_en=en, source=source)
    for id_, version, zh, en, source in TEXTS
)
# What is in force where a metric does not know a family: it makes no difference.
USUAL = ("SC-A", "OC-A", "RW-1", "RG-1", "AP-1", "SU-3", "MD-1", "CB-1")
CALIBERS: Mapping[str, Caliber] = MappingProxyType({one.id: one for one in _ALL})


def caliber(id_: str) -> Caliber:
    """The caliber of that id; MisuseError lists the ids there are."""
    if id_ not in CALIBERS:
        raise MisuseError(
            "look up a caliber",
            seen=f"there is no caliber {id_!r}",
            next_step=f"Use one of {', '.join(sorted(CALIBERS))}.",
        )
    return CALIBERS[id_]


def in_force(defaults: Iterable[str], chosen: Iterable[str] = ()) -> tuple[str, ...]:
    """The calibers of a metric after a choice, in the order of its defaults.

    A chosen caliber takes the place of the default of its family; one whose
    family the metric does not know changes nothing.
    """
    by_family = {caliber(id_).family: id_ for id_ in chosen}
    return tuple(by_family.get(caliber(id_).family, id_) for id_ in defaults)


def others(id_: str) -> tuple[str, ...]:
    """The other calibers of the family of one."""
    family = caliber(id_).family
    return tuple(
        one for one in CALIBERS if CALIBERS[one].family == family and one != id_
    )


def settled(calibers: Iterable[str]) -> tuple[str, ...]:
    """One caliber of every family that concerns cases, those given before `USUAL`."""
    by_family = {caliber(id_).family: id_ for id_ in (*USUAL, *calibers)}
    return tuple(by_family[caliber(id_).family] for id_ in USUAL)
