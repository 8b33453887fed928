"""What follows from a dataset's one declaration, under one name for importers.

What lives here: the list of derivations. Each takes a `Dataset`; those that
describe rows also take `columns`, because a recipient sees the columns of its
grant and never simply all. What does not: the derivations themselves (`arrow`,
`sql`, `json_schemas`, `pages`), and anything written by hand that they repeat.
"""

from __future__ import annotations

from hub.schemas.arrow import arrow_schema
from hub.schemas.json_schemas import json_schema
from hub.schemas.pages import code_page, dictionary_page, rule_page
from hub.schemas.sql import sql_table

__all__ = [
    "arrow_schema",
    "code_page",
    "dictionary_page",
    "json_schema",
    "rule_page",
    "sql_table",
]
