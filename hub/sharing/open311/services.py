"""The services of GeoReport: the city's standard category list, as released.

What lives here: the list with codes such as `M-06010`, and the condition that a list of
service codes is. What does not: categories (`hub.schemas.category`).
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from threading import Lock

import polars as pl

from hub.sharing.api.problems import Refusal
from hub.sharing.open311.reading import Reading
from hub.sharing.open311.words import LETTERS, service_code
from hub.sharing.shelf import AnyOf, Condition

FIELDS = ("service_code", "service_name", "major_name")
KIND, CODE = "std_category_kind_code", "std_category_code"
MOST = 8  # releases whose list is remembered


class Services:
    """The lists of the releases at hand; safe to use from many threads."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, pl.DataFrame] = OrderedDict()
        self._lock = Lock()

    def of(self, reading: Reading) -> pl.DataFrame:
        """service_code, service_name and major_name, by code.

        Category is open to everybody, so it is the same for every reader.
        """
        release = reading.release.id
        with self._lock:
            found = self._known.get(release)
        if found is None:
            # Names of codes: an entry of the audit is for whoever asks for the list.
            found = self.read(replace(reading, handed=[]))
            with self._lock:
                self._known[release] = found
                while len(self._known) > MOST:
                    self._known.popitem(last=False)
        return found

    def read(self, reading: Reading) -> pl.DataFrame:
        """The same, taken from the shelf and counted among what is handed over."""
        system = reading.service.house.city.standard_category_system
        if system is None:
            return pl.DataFrame(schema=dict.fromkeys(FIELDS, pl.String))
        wanted = ("kind_code", "category_code", "category_name", "major_name")
        frame = reading.open("category", wanted, ("system_code", f"eq.{system}"))
        return frame.select(
            service_code("kind_code", "category_code").alias("service_code"),
            pl.col("category_name").alias("service_name"),
            "major_name",
        ).sort("service_code")


def listed(services: pl.DataFrame) -> pl.DataFrame:
    """The fields that GeoReport tells of a service."""
    return services.select(
        "service_code",
        "service_name",
        description=pl.col("service_name"),
        metadata=pl.lit(value=False),
        # What is told here is released from time to time.
        type=pl.lit("batch"),
        keywords=pl.lit(""),
        group="major_name",
    )


def of_codes(codes: list[str], services: pl.DataFrame, kind: pl.DataType) -> AnyOf:
    """Rows of these services.

    Raises:
        Refusal: 404, one of them is none.
    """
    if not set(codes) <= set(services["service_code"]):
        raise Refusal(404, "unknown", "There is no such service_code here.")
    groups = []
    for letter, name in LETTERS.items():
        own = tuple(one[2:] for one in codes if one.startswith(f"{letter}-"))
        if own:
            groups.append(
                (
                    Condition(KIND, "eq", (name,), (name,), kind),
                    Condition(CODE, "in", own, own, kind),
                )
            )
    return AnyOf(tuple(groups))
