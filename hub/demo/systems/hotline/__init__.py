"""12345 and 12319: what citizens call about, and how they were answered.

What lives here: the partner `hotline`. Orders are deeply nested and only their latest
state is told; being handled has no time of its own, so the hub infers that step from
what it sees in the evenings (trap T21). What is not done by the next morning is urged
and told again with another text. Some orders are cases of the platform once more
(T56). What does not: what happens (`hub.demo.ground.cases`).
"""

from hub.demo.systems.hotline.system import Hotline

__all__ = ["Hotline"]
