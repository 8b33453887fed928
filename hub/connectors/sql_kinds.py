"""Types by the databases' own names → the few kinds that reading tells apart.

What lives here: words of types. What does not: columns and tables (`sql_shape`).
"""

from __future__ import annotations

from typing import Literal

from hub.connectors.sql_dialects import dialect

Kind = Literal["zoned", "instant", "day", "number", "bytes", "text"]
_BYTES = ("bytea", "blob", "binary", "varbinary", "raw")
_NUMBERS = (
    "int", "num", "dec", "float", "double", "real", "bigint", "smallint", "tinyint",
    "mediumint", "year",
)  # fmt: skip
# Numbers of MySQL's protocol, for queries; a table tells more by itself.
WIRE: dict[object, str] = {
    1: "tinyint", 2: "smallint", 3: "int", 4: "float", 5: "double", 7: "timestamp",
    8: "bigint", 9: "mediumint", 10: "date", 12: "datetime", 13: "year",
    246: "decimal",
}  # fmt: skip


def kind_of(type_name: str, database: str) -> Kind:
    """What a column of this type holds.

    Args:
        type_name: the database's own word.
        database: SQLAlchemy's name of the dialect.
    """
    words = type_name.lower()
    if words.startswith(_BYTES):
        return "bytes"
    if words.startswith(_NUMBERS) and not words.startswith("interval"):
        return "number"
    if database == "sqlite":
        return "text"  # it keeps times as the text they were written as
    known = dialect(database)
    if known.offset and words.startswith("timestamp"):
        return "zoned"
    if known.dated_day and words == "date":
        return "instant"
    if "with time zone" in words and not words.startswith("time with"):
        return "zoned"
    if words.startswith(("timestamp", "datetime")):
        return "instant"
    return "day" if words == "date" else "text"
