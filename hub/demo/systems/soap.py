"""What a SOAP service of a simulated system needs: reading calls, writing answers.

What lives here: elements of an envelope by name, rows as elements, one XML text in the
CDATA of a `<return>`, in an encoding that need not be the one declared. What does not:
any service.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import unescape

import polars as pl
from starlette.responses import Response

MEDIA = "text/xml"
ENVELOPE = (
    '<?xml version="1.0" encoding="{declared}"?>'
    '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>'
    '<ns:{name}Response xmlns:ns="urn:demo"><return><![CDATA[{text}]]></return>'
    "</ns:{name}Response></soap:Body></soap:Envelope>"
)
FAULT = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>'
    "<soap:Fault><faultcode>soap:Client</faultcode><faultstring>{message}</faultstring>"
    "</soap:Fault></soap:Body></soap:Envelope>"
)


def asked_for(body: bytes) -> Mapping[str, str]:
    """The elements of a call that hold nothing but text, without their prefixes."""
    text = body.decode("utf-8")
    found = re.findall(r"<(?:\w+:)?(\w+)>([^<]*)</", text)
    return {name: unescape(value) for name, value in found}


def rows_as_elements(
    rows: pl.DataFrame, name: str, *, attributes: Sequence[str]
) -> str:
    """Rows one after the other; null is an empty element.

    Args:
        rows: texts and numbers.
        name: of the element that a row is.
        attributes: columns that become attributes of it.
    """
    given = [pl.format(one + '="{}"', _escaped(one)) for one in attributes]
    inner = [
        pl.format(f"<{one}>{{}}</{one}>", _escaped(one))
        for one in rows.columns
        if one not in attributes
    ]
    row = pl.concat_str(
        pl.lit(f"<{name} "),
        pl.concat_str(*given, separator=" "),
        pl.lit(">"),
        *inner,
        pl.lit(f"</{name}>"),
    )
    return "".join(rows.select(row).to_series().to_list())


def _escaped(column: str) -> pl.Expr:
    text = pl.col(column).cast(pl.String).fill_null("")
    return text.str.replace_many(
        ["&", "<", ">", '"'], ["&amp;", "&lt;", "&gt;", "&quot;"]
    )


def answer(name: str, text: str, *, encoding: str, declared: str) -> Response:
    """One XML text in a `<return>`.

    Args:
        name: of the operation.
        text: the document.
        encoding: what the bytes are in.
        declared: what they are said to be in.
    """
    body = ENVELOPE.format(declared=declared, name=name, text=text)
    return Response(body.encode(encoding), media_type=f"{MEDIA}; charset={declared}")


def fault(message: str) -> Response:
    """A SOAP fault, which is HTTP 500."""
    return Response(FAULT.format(message=message), status_code=500, media_type=MEDIA)
