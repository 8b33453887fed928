"""GeoReport's bytes: JSON and XML of the same frames, and its errors.

What lives here: rows as a list of objects or of elements, and the error form. What is
null is null in JSON and left out in XML. What does not: what the rows are.
"""

from __future__ import annotations

import io
import re
from typing import Any, Literal
from xml.sax.saxutils import escape

import orjson
import polars as pl
from starlette.responses import Response

from hub.sharing.api.problems import Refusal

Form = Literal["json", "xml"]
MEDIA = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}
HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
# XML 1.0 has no sign for these, not even an escape.
NO_SIGN = r"[^\t\n\r\x{20}-\x{D7FF}\x{E000}-\x{FFFD}\x{10000}-\x{10FFFF}]"
ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def listed(form: Form, frame: pl.DataFrame, root: str, item: str) -> bytes:
    """Rows of texts, numbers and truths, as one document.

    Args:
        form: json or xml.
        frame: the rows; columns are fields.
        root, item: names of the XML elements.
    """
    if form == "json":
        out = io.BytesIO()
        frame.write_json(out)
        return out.getvalue()
    body = "".join(_lines(frame, item))
    return f"{HEAD}<{root}>\n{body}</{root}>\n".encode()


def _lines(frame: pl.DataFrame, item: str) -> list[str]:
    fields = [
        pl.format(
            f"<{name}>{{}}</{name}>",
            pl.col(name)
            .cast(pl.String)
            .str.replace_all(NO_SIGN, "")
            .str.replace_many(ESCAPES),
        ).fill_null("")
        for name in frame.columns
    ]
    line = pl.format(f"<{item}>{{}}</{item}>\n", pl.concat_str(fields))
    return frame.select(line.alias("line"))["line"].to_list()


def told(form: Form, value: dict[str, Any], root: str) -> bytes:
    """One small object, lists of it as elements in an element of their plural."""
    if form == "json":
        return orjson.dumps(value)
    return f"{HEAD}<{root}>{_inner(value)}</{root}>\n".encode()


def _inner(value: Any) -> str:
    if isinstance(value, dict):
        return "".join(
            f"<{name}>{_of(name, one)}</{name}>" for name, one in value.items()
        )
    if isinstance(value, bool):
        return str(value).lower()
    return escape(
        re.sub(
            r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", str(value)
        )
    )


def _of(name: str, value: Any) -> str:
    if isinstance(value, list):
        item = name.removesuffix("s")
        return "".join(f"<{item}>{_inner(one)}</{item}>" for one in value)
    return _inner(value)


def form_of(path: str) -> Form:
    """The form that a path ends in; JSON where it says nothing."""
    return "xml" if path.endswith(".xml") else "json"


def error(refusal: Refusal, path: str) -> Response:
    """A refusal as GeoReport tells errors."""
    form = form_of(path)
    errors = [{"code": refusal.status, "description": refusal.detail}]
    if form == "json":
        body = orjson.dumps(errors)
    else:
        inner = "".join(f"<error>{_inner(one)}</error>" for one in errors)
        body = f"{HEAD}<errors>{inner}</errors>\n".encode()
    headers = {"Cache-Control": "no-store", **refusal.headers}
    return Response(body, refusal.status, headers, MEDIA[form])
