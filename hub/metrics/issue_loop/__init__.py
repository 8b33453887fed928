"""The base table of all figures about cases: one row per case and month.

What lives here: `issue_loop` and what it is asked with. Each module holds one group of
its columns. What does not: calibers and metrics, which are expressions over these
columns.
"""

from hub.metrics.issue_loop.build import issue_loop
from hub.metrics.issue_loop.facts import LoopFacts, LoopRules, as_facts
from hub.metrics.issue_loop.shape import COLUMNS

__all__ = ["COLUMNS", "LoopFacts", "LoopRules", "as_facts", "issue_loop"]
