"""One GeoReport v2 endpoint: the listing of requests in JSON and in XML.

What lives here: filters by the day of the request over 90 days at most, look-ups by
key, pages, and the two forms. There is no filter by change (T2). What does not: any
system's requests.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import orjson
import polars as pl
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hub.demo.systems.base import nested

LONGEST = timedelta(days=90)
MOST_ROWS = 1000
W3C = "%Y-%m-%dT%H:%M:%S+08:00"
ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


class BadQuery(ValueError):
    """The query breaks the standard: what the answer says."""


class Endpoint:
    """Serves one frame of requests.

    Attributes:
        shown: requested_at (instant), service_request_id and all other fields, as
            texts, in the order of the listing.
    """

    def __init__(self, form: str) -> None:
        """Have nothing to tell yet.

        Args:
            form: "json" or "xml".
        """
        self.shown = pl.DataFrame()
        self._form = form

    @property
    def app(self) -> Starlette:
        """The web application."""
        path = f"/open311/v2/requests.{self._form}"
        return Starlette(routes=[Route(path, self._requests, methods=["GET"])])

    async def _requests(self, request: Request) -> Response:
        asked = dict(request.query_params)
        try:
            found = self._page(self._found(asked), asked)
        except BadQuery as no:
            errors = [{"code": 400, "description": str(no)}]
            return Response(orjson.dumps(errors), 400, media_type="application/json")
        rows = found.drop("requested_at")
        if self._form == "xml":
            return Response(as_xml(rows), media_type="text/xml; charset=utf-8")
        return Response(nested(rows).write_json(), media_type="application/json")

    def _found(self, asked: Mapping[str, str]) -> pl.DataFrame:
        if keys := asked.get("service_request_id"):
            known = pl.col("service_request_id").is_in(keys.split(","))
            return self.shown.filter(known)
        until = _instant(asked, "end_date") or datetime.now(UTC)
        since = _instant(asked, "start_date") or until - LONGEST
        if until - since > LONGEST:
            raise BadQuery("start_date and end_date span more than 90 days")
        at = pl.col("requested_at")
        return self.shown.filter((at >= since) & (at < until))

    @staticmethod
    def _page(found: pl.DataFrame, asked: Mapping[str, str]) -> pl.DataFrame:
        number, size = asked.get("page", "1"), asked.get("page_size", "100")
        if not (number.isdecimal() and size.isdecimal()) or int(size) > MOST_ROWS:
            raise BadQuery("page or page_size is not valid")
        return found.slice((int(number) - 1) * int(size), int(size))


def as_xml(rows: pl.DataFrame) -> bytes:
    """Requests as one XML document; what is not there is left out."""
    fields = [
        pl.format(f"<{name}>{{}}</{name}>", pl.col(name).str.replace_many(ESCAPES))
        .fill_null("")
        .alias(name)
        for name in rows.columns
    ]
    lines = rows.select(
        pl.format("<request>{}</request>", pl.concat_str(fields)).alias("line")
    )["line"]
    body = "\n".join(lines.to_list())
    head = '<?xml version="1.0" encoding="utf-8"?>\n'
    return f"{head}<service_requests>\n{body}\n</service_requests>\n".encode()


def _instant(asked: Mapping[str, str], name: str) -> datetime | None:
    text = asked.get(name)
    if text is None:
        return None
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise BadQuery(f"{name} is no date") from None
    if read.tzinfo is None:
        raise BadQuery(f"{name} has no zone")
    return read
