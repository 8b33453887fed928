"""The office that keeps joint meetings, documents of the assessment, and appeals.

What lives here: the partner `office`. What does not: the office's lists of people and
areas, which are another key space (`hub.demo.systems.roster`).
"""

from hub.demo.systems.office.system import Office

__all__ = ["Office"]
