"""Names of datasets and columns as English words, made from the identifiers.

What lives here: `reported_at` → `Reported at`. The models label everything in Chinese,
because district staff read it; who reads English had the identifier alone. The words
are made, not kept, so that a new column has them at once. What does not: the Chinese
labels (the models), what a column means (its rule).
"""

from __future__ import annotations

from collections.abc import Mapping

WHOLE: Mapping[str, str] = {
    "day_on": "Day",
    "valid_from_on": "Valid from",
    "valid_to_on": "Valid to",
    "uscc_id": "Unified social credit code",
    "is_three_guarantee_signed": "Three-guarantee paper is signed",
}
PARTS: Mapping[str, str] = {
    "id": "ID",
    "ids": "IDs",
    "no": "number",
    "seq": "sequence number",
    "std": "standard",
    "coord": "coordinate",
    "sys": "system",
    "lat": "latitude",
    "lon": "longitude",
    "km2": "(km²)",
    "m": "(m)",
    "uri": "link",
    "qr": "QR",
    "org": "organisation",
    "doc": "document",
    "ref": "reference",
}


def english_name(identifier: str) -> str:
    """The English words of a dataset's or column's name."""
    if identifier in WHOLE:
        return WHOLE[identifier]
    words = " ".join(PARTS.get(part, part) for part in identifier.split("_"))
    return words[:1].upper() + words[1:]
