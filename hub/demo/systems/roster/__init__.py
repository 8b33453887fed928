"""The city's roster office: who and what there is, in CSV files and Excel sheets.

What lives here: the partner `roster`. What does not: the people and areas themselves
(`hub.demo.ground`).
"""

from hub.demo.systems.roster.system import Roster

__all__ = ["Roster"]
