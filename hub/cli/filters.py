"""Filters over published rows as a command is given them: `column=operator.value`.

What lives here: taking the column off, and saying which there are. What does not:
operators and values, read as the HTTP interface reads them
(`hub.sharing.shelf.conditions`); who may filter by which column: the caller knows.
"""

from __future__ import annotations

from hub.errors import MisuseError
from hub.schemas import Dataset
from hub.sharing.shelf.conditions import Condition, read_condition


def condition(ds: Dataset, text: str, zone: str) -> Condition:
    """One condition from its text; a null value fulfils none but `is.null`.

    Args:
        zone: IANA zone of a day or clock time without an offset.

    Raises:
        MisuseError: unknown column or operator, or a value of another type.
    """
    name, _, rest = text.partition("=")
    schema = {one.name: one.dtype for one in ds.all_columns}
    if name not in schema:
        raise MisuseError(
            f"understand the filter on {name}",
            seen=f"{ds.name} has no column {name}",
            next_step=f"Its columns are {', '.join(schema)}.",
        )
    return read_condition(ds.name, schema, name, rest, zone=zone)
