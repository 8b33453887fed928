"""Rows as other systems read them: JSON, NDJSON, CSV, Arrow, Parquet."""

from __future__ import annotations

from hub.sharing.wire.forms import COLUMNAR, FORMS, Form, Rows, encoded, form_for
from hub.sharing.wire.telling import as_told, telling

__all__ = [
    "COLUMNAR",
    "FORMS",
    "Form",
    "Rows",
    "as_told",
    "encoded",
    "form_for",
    "telling",
]
