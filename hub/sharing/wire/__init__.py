"""Rows as other systems read them: JSON, NDJSON, CSV, Arrow, Parquet."""

from __future__ import annotations

from hub.sharing.wire.forms import FORMS, Form, encoded, form_for
from hub.sharing.wire.telling import telling

__all__ = ["FORMS", "Form", "encoded", "form_for", "telling"]
