"""A city with a district that drops files and one whose interface can be held up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from support.automated_city import district
from support.drop_city import HEAD, case_line
from support.small_city import write_city

from hub.demo.loopback import serve

# So short that a test need not wait: in production these are hours.
EVERY_MINUTE = """
[automation]
pull = "* * * * *"
publish = "* * * * *"
again = "* * * * *"
"""


def held_city(folder: Path) -> Path:
    """`west` drops files; `east` is asked over HTTP for a window of time."""
    files = 'connector = "files"\nfolder = "env:SMALL_DROP"'
    rest = 'connector = "rest"\nbase_url = "env:SMALL_REST"'
    read = '[feed.read]\nfiles = "cases_*.csv"\nformat = "csv"'
    # The hub's clock is fixed: without the overlap nothing is asked for twice.
    window = '{ from = "from", to = "to", overlap = "40d" }'
    asked = f'[feed.read]\npath = "/cases"\nrecords = "rows"\nwindow = {window}'
    dated = "as_of = { file = '(\\d{8})', format = \"%Y%m%d\" }\n"
    east = district("east")
    for old, new in ((files, rest), (read, asked), (dated, "")):
        assert old in east
        east = east.replace(old, new)
    write_city(folder, east=east, west=district("west"))
    with (folder / "city.toml").open("a") as about:
        about.write(EVERY_MINUTE)
    return folder


class Gate:
    """The interface of `east`: it says when it is asked, and answers when let."""

    def __init__(self) -> None:
        self.asked, self.open = Event(), Event()

    def answer(self, _request: Request) -> JSONResponse:
        """Forty cases, once the gate is open."""
        self.asked.set()
        self.open.wait()
        names = HEAD.strip().split(",")
        lines = [case_line(5000 + n, 21).split(",") for n in range(40)]
        rows = [dict(zip(names, line, strict=True)) for line in lines]
        return JSONResponse({"rows": rows})


@contextmanager
def gate() -> Iterator[tuple[Gate, str]]:
    """A gate, shut, and its address."""
    found = Gate()
    routes = [Route("/cases", found.answer)]
    with serve(Starlette(routes=routes)) as address:
        try:
            yield found, address
        finally:
            found.open.set()
