"""Two systems that speak Open311 GeoReport v2.

What lives here: the partners `gaoxin` and `ssp`. What does not: what happens
(`hub.demo.ground`), the standard's profile (`hub.partners.profiles`).
"""

from hub.demo.systems.open311.gaoxin import Gaoxin
from hub.demo.systems.open311.ssp import Ssp

__all__ = ["Gaoxin", "Ssp"]
