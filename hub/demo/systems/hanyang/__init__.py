"""汉阳区's own cases, as files in a drop folder.

What lives here: the partner `hanyang`. What does not: what happens there
(`hub.demo.ground`).
"""

from hub.demo.systems.hanyang.lines import TRAPS
from hub.demo.systems.hanyang.system import Hanyang

__all__ = ["TRAPS", "Hanyang"]
