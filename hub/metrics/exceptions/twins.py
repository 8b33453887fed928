"""Service objects that look like one another (trap T48): a person decides.

What lives here: which objects of a street share a licence code, or a name and a place.
Objects are grouped by keys and each is held against the first of its group, so a
register of any size costs one pass and lists each object at most once. What does not:
merging anything; that two objects are one is `duplicate_of_id`, which the source says.
"""

from __future__ import annotations

import polars as pl

from hub.metrics.exceptions.lists import on_list

FORMS = ("object_form", "legal_form", "address_form")
# What must be the same, besides the street: one kind of key.
_KEY = ("period", "street_code", "way", "key", "where")


def objects_alike(objects: pl.DataFrame, traits: pl.DataFrame) -> pl.DataFrame:
    """Known objects that seem to be on file twice, each beside the one it repeats.

    Alike are two objects of a street with one licence code, or with one name, be it on
    the sign or on the licence, in one community or at one address. Objects with
    different licence codes are not; nor are those that moved or were told already.

    Args:
        objects: `object_rows`.
        traits: period, subject_id, uscc_id and FORMS, names and addresses in the form
            in which they are compared.

    Returns:
        rows of the list: other_id is one of those that it looks like, one with a
        licence code if there is any; amount counts them.
    """
    known = objects.filter(~pl.col("is_gone") & ~pl.col("is_duplicate"))
    place = ("area_id", "street_code", "community_code", "district_code")
    told = known.select("period", "subject_id", *place).join(
        traits, on=["period", "subject_id"]
    )
    has_none = pl.col("uscc_id").is_null()
    first = pl.col("subject_id").sort_by(has_none, "subject_id").first().over(_KEY)
    pairs = (
        _keys(told)
        .with_columns(other_id=first)
        .filter(pl.col("subject_id") != pl.col("other_id"))
        .select("period", "subject_id", "other_id")
        .unique()
    )
    codes = traits.select("period", other_id="subject_id", other_code="uscc_id")
    differ = pl.col("uscc_id") != pl.col("other_code")
    found = (
        pairs.join(told, on=["period", "subject_id"])
        .join(codes, on=["period", "other_id"])
        .filter(~differ.fill_null(value=False))
        .group_by("period", "subject_id", *place)
        .agg(pl.col("other_id").min(), amount=pl.col("other_id").n_unique())
    )
    return on_list("object_alike", found)


def _keys(told: pl.DataFrame) -> pl.DataFrame:
    """Everything by which an object may be found to be another: a row per key."""
    who = ("period", "street_code", "subject_id", "uscc_id")
    is_licence = {"way": pl.lit("licence"), "where": pl.lit("")}
    licence = told.select(*who, key="uscc_id", **is_licence)
    named = [
        told.select(*who, key=name, way=pl.lit(where), where=where)
        for name in FORMS[:2]
        for where in ("community_code", "address_form")
    ]
    return pl.concat([licence, *named]).drop_nulls(["key", "where"]).unique()
