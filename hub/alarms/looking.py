"""One look at the hub: every rule in turn, and what each of them saw.

What lives here: the list of rules, and what becomes of a rule that itself fails. What
does not: rules; remembering what was seen (`checking`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from hub.alarms.damage import damaged_text
from hub.alarms.ends import certificates, keys
from hub.alarms.hours import shifted
from hub.alarms.idle import not_run
from hub.alarms.places import faulty_files, full_disks
from hub.alarms.refusals import changed_fields, refused
from hub.alarms.shares import held_back, undated
from hub.alarms.short import short
from hub.alarms.sight import Sight
from hub.alarms.silence import moved, silent
from hub.alarms.unseen import unseen
from hub.alarms.volume import fallen, risen
from hub.alarms.waiting import unreleased
from hub.errors import HubError
from hub.storage.alarms import Cause

Look = Callable[[Sight], Iterator[Cause]]
RULES: dict[str, Look] = {
    "A01": silent,
    "A02": fallen,
    "A03": risen,
    "A04": moved,
    "A05": refused,
    "A06": unreleased,
    "A07": held_back,
    "A08": certificates,
    "A09": keys,
    "A10": full_disks,
    "A11": changed_fields,
    "A12": faulty_files,
    "A13": not_run,
    "A14": damaged_text,
    "A15": undated,
    "A16": shifted,
    "A17": unseen,
    "A18": short,
}


@dataclass(frozen=True)
class Seen:
    """What a look saw; `blind` are rules that could not look, and the class of why."""

    causes: tuple[Cause, ...]
    blind: dict[str, str]


def look(sight: Sight, rules: dict[str, Look] | None = None) -> Seen:
    """Every rule at one instant.

    A rule that fails (a disk that is gone, a damaged file) says nothing about its
    alarms: they stay as they are, and the others are looked at.
    """
    causes: list[Cause] = []
    blind: dict[str, str] = {}
    for code, rule in (RULES if rules is None else rules).items():
        try:
            causes += list(rule(sight))
        except (HubError, OSError, sa.exc.SQLAlchemyError) as problem:
            blind[code] = type(problem).__name__
    return Seen(tuple(causes), blind)
