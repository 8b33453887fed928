"""The rule kinds of the scoring engine (metrics §7), by the word of a policy file.

What lives here: the one list of kinds. What does not: how each works; a kind has its
place in a module of this folder.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from hub.scoring.rules.bands import Bands
from hub.scoring.rules.base import Rule
from hub.scoring.rules.density import Density
from hub.scoring.rules.events import Bonus, Deduction, PerFull
from hub.scoring.rules.manual import Manual
from hub.scoring.rules.shares import Distance, Rate
from hub.scoring.rules.targets import Target

RULES: Mapping[str, type[Rule]] = MappingProxyType(
    {
        "rate": Rate,
        "distance": Distance,
        "bands": Bands,
        "deduction": Deduction,
        "per_full": PerFull,
        "bonus": Bonus,
        "density": Density,
        "target": Target,
        "manual": Manual,
    }
)

__all__ = ["RULES", "Rule"]
