"""Serve pages that lie ready as files: `benchmarks.serve_pages FOLDER PORT`."""

from __future__ import annotations

import sys
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


def main(folder: str, port: str) -> None:
    root = Path(folder)

    async def issues(request: Request) -> Response:
        file = root / f"{int(request.query_params.get('page', '1'))}.json"
        if not file.is_file():
            return Response(b'{"code":"0","data":{"list":[]}}', media_type=JSON)
        return Response(file.read_bytes(), media_type=JSON)

    app = Starlette(routes=[Route("/issues", issues)])
    uvicorn.run(app, host="127.0.0.1", port=int(port), log_level="error")


JSON = "application/json"

if __name__ == "__main__":
    main(*sys.argv[1:])
