"""The words that a policy may use, and which variant of a figure it means.

What lives here: the shape in which the registry of metrics is told to this room,
and the calibers and basis that a measure asks for. What does not: the registry; this
room and `hub.metrics` do not know each other, `hub.flow.policies` knows both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from hub.scoring.rules.base import Measure


class Variant(NamedTuple):
    """One way to compute a metric: calibers in force, and basis."""

    calibers: tuple[str, ...]
    basis: str


class Vocabulary(NamedTuple):
    """What there is to name.

    Attributes:
        metrics: id → calibers and basis by default.
        calibers: ids of all calibers.
    """

    metrics: Mapping[str, Variant]
    calibers: frozenset[str]


def variant_of(measure: Measure, vocabulary: Vocabulary) -> Variant:
    """Calibers and basis of a measure: the metric's own, replaced where it says so."""
    own = vocabulary.metrics[measure.metric or ""]
    chosen = {family(one): one for one in measure.calibers}
    return Variant(
        tuple(chosen.get(family(one), one) for one in own.calibers),
        measure.basis or own.basis,
    )


def family(caliber: str) -> str:
    """What a caliber decides; one of a family is in force at a time."""
    return caliber.partition("-")[0]


def families(calibers: Iterable[str]) -> frozenset[str]:
    """The families of some calibers."""
    return frozenset(map(family, calibers))
