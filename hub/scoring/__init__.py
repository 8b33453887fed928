"""The scoring engine: figures under an assessment policy become points and ranks.

What lives here: policies of units and of persons, rule kinds, scores and their
comparison. Pure: frames and policies in, frames out; no clock, and no disk but for
reading a policy file. What does not: figures (`hub.metrics`), keeping a month's
scores (`hub.flow`).
"""

from __future__ import annotations

from hub.scoring.best_chiefs import Best, best_chiefs
from hub.scoring.chief_loader import load_any, load_best_chiefs
from hub.scoring.chief_spec import BestChiefs
from hub.scoring.comparison import compare
from hub.scoring.engine import Scores, score
from hub.scoring.inputs import INPUTS
from hub.scoring.loader import load_policy, parse_policy
from hub.scoring.spec import Policy
from hub.scoring.vocabulary import Variant, Vocabulary

__all__ = [
    "INPUTS",
    "Best",
    "BestChiefs",
    "Policy",
    "Scores",
    "Variant",
    "Vocabulary",
    "best_chiefs",
    "compare",
    "load_any",
    "load_best_chiefs",
    "load_policy",
    "parse_policy",
    "score",
]
