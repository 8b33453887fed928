"""Two districts with one product: cityguard, read from its database.

What lives here: the partners `qingshan` and `caidian`. What does not: what happens
there (`hub.demo.ground`), the product's profile (`hub.partners.profiles`).
"""

from hub.demo.systems.cityguard.system import Caidian, Qingshan
from hub.demo.systems.cityguard.tables import TRAPS

__all__ = ["TRAPS", "Caidian", "Qingshan"]
