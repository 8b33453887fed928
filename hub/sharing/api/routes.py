"""The route of rows, as OpenAPI tells of it.

What lives here: the one route whose parameters depend on the dataset, and its words.
What does not: what it does (`rows`, `handing`).
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel
from starlette.responses import Response

from hub.sharing.api.asking import LIMIT, MOST
from hub.sharing.api.handing import answer
from hub.sharing.api.problems import documented
from hub.sharing.api.rows import Found, find
from hub.sharing.api.service import Service
from hub.sharing.shelf.conditions import OPERATORS
from hub.sharing.wire import FORMS

TEXT = {"type": "string"}


class Page(BaseModel):
    """Rows of a dataset as of a release."""

    release: str
    as_of: str
    columns: list[str]
    rows: list[dict[str, Any]]
    next: str | None


def _parameter(name: str, about: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": about,
        "schema": schema,
    }


PARAMETERS = [
    _parameter("columns", "Names, in their order, with commas between.", TEXT),
    _parameter("release", "Id of a release; the newest by default.", TEXT),
    _parameter("after", "`next` of the page before.", TEXT),
    _parameter(
        "limit",
        f"Rows of a page, {LIMIT} by default; streams have all rows without it.",
        {"type": "integer", "minimum": 1, "maximum": MOST},
    ),
    _parameter("order", "COLUMN, COLUMN.asc or COLUMN.desc; nulls come last.", TEXT),
    _parameter("purpose", "What the data are for, where you have several.", TEXT),
    {
        **_parameter(
            "filters",
            "COLUMN=OPERATOR.VALUE; a null value fulfils nothing but is.null.",
            {
                "type": "object",
                "additionalProperties": {
                    "type": "string",
                    "pattern": rf"^({'|'.join(OPERATORS)})\.",
                },
            },
        ),
        "style": "form",
        "explode": True,
    },
]
STREAMS = {
    media.type: {"schema": {"type": "string", "format": "binary"}}
    for form, media in FORMS.items()
    if form != "json"
}


def router(service: Service) -> APIRouter:
    """The route."""
    routes = APIRouter(prefix="/api/v1/datasets", tags=["rows"])

    @routes.get(
        "/{name}/rows",
        summary="Rows of a dataset",
        responses={
            200: {"model": Page, "content": STREAMS},
            206: {"description": "The rest of a stream", "content": STREAMS},
            304: {"description": "You have it already"},
            **documented(400, 401, 403, 404, 406, 410, 416, 429, 503),
        },
        openapi_extra={"parameters": PARAMETERS},
    )
    async def rows(
        request: Request,
        name: Annotated[str, Path(max_length=60, description="Name of a dataset.")],
    ) -> Response:
        """A page as JSON, or a stream as NDJSON, CSV, Arrow or Parquet by `Accept`."""

        def ask() -> Found:
            return find(service, request, service.caller(request), name)

        return await answer(service, request, ask)

    return routes
