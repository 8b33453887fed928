"""Categories: which list the codes of a sample are from, and how they are bent.

What lives here: looking the codes up in every list of the city, as sent, without
blanks or hyphens, and with the zero that numbers lose. What does not: mapping between
lists (`hub.pipeline.categories`).
"""

from __future__ import annotations

import polars as pl

from hub.onboarding.choosing import Choice
from hub.onboarding.keys import Found
from hub.partners.city import City
from hub.pipeline.text import fold

ENOUGH = 0.9
_PLAIN = "as sent"


def category_system(rows: pl.DataFrame, choice: Choice, city: City) -> Found | None:
    """The list that holds the codes; null where none or several do."""
    field = _field(choice)
    if field is None:
        return None
    shares = {
        system: max(share for _, share in _ways(rows, field, city, system))
        for system in sorted(set(city.reference("category")["system_code"]))
    }
    good = {system: share for system, share in shares.items() if share >= ENOUGH}
    if not good:
        return None
    best = max(good, key=lambda one: good[one])
    rivals = [one for one in good if one != best and good[best] - good[one] < 0.05]
    if rivals:
        why = f"{good[best]:.0%} of the codes are in it, as in {', '.join(rivals)}"
        return Found(best, "guess", why)
    return Found(best, "likely", f"{good[best]:.0%} of the codes are in it alone")


def category_lines(
    rows: pl.DataFrame, choice: Choice, system: Found | None, city: City
) -> dict[str, str]:
    """`category_code` as an expression, where codes have lost something."""
    field = _field(choice)
    if field is None or system is None:
        return {}
    ways = dict(_ways(rows, field, city, system.field))
    best = max(ways, key=lambda one: ways[one])
    if best == _PLAIN or ways[best] - ways[_PLAIN] < 0.02:
        return {}
    return {"category_code": best}


def _field(choice: Choice) -> str | None:
    for line in choice.lines:
        if line.match.column == "category_code":
            return line.match.field
    return None


def _codes(city: City, system: str) -> list[str]:
    known = city.reference("category").filter(pl.col("system_code") == system)
    return known["category_code"].to_list()


def _ways(
    rows: pl.DataFrame, field: str, city: City, system: str
) -> list[tuple[str, float]]:
    """How the codes would have to be read → share of values that are in the list."""
    known = _codes(city, system)
    width = max((len(code) for code in known), default=0)
    text = rows.select(fold(pl.col(field)).str.replace_all(r"\s", "")).to_series()
    text = text.drop_nulls()
    name = '"' + field.replace('"', '""') + '"'
    bare = text.str.replace_all("-", "", literal=True)
    made = {
        _PLAIN: text,
        f"lpad({name}, {width}, '0')": text.str.zfill(width),
        f"lpad(replace({name}, '-', ''), {width}, '0')": bare.str.zfill(width),
    }
    return [(way, _share(values, known)) for way, values in made.items()]


def _share(values: pl.Series, known: list[str]) -> float:
    return float(values.is_in(known).sum() / len(values)) if len(values) else 0.0
