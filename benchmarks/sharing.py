"""What the HTTP interface gives: pages a second, the whole as a stream, and a peer.

What lives here: the goals, and the ratios to bare Polars and to Datasette on the same
rows in the same run. What does not: the home (`shared_home`), the servers (`servers`),
the readers (`load`), the jobs (`run_sharing`).
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
from contextlib import nullcontext
from datetime import datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click
import httpx
from rich.console import Console

from benchmarks import servers
from benchmarks.history import CITY, KNOWN, ZONE, months_before
from benchmarks.shared_home import MONTHS, TABLE, Shared, as_sqlite, shared_home
from hub.flow.house import open_house
from hub.settings import Settings
from hub.sharing.api.asking import MOST
from hub.sharing.api.shown import ShownRows
from hub.sharing.asks import Allowed, Ask
from hub.sharing.callers import consumer_who
from hub.sharing.decision import Rulebook, decide
from hub.sharing.join_keys import join_key, master
from hub.sharing.shelf import build_shelf
from hub.storage.releases import Releases

console = Console()
PAGES_GOAL, P99_GOAL, STREAM_GOAL, PEER_GOAL = 300, 0.300, 0.5, 5.0
ROWS = f"/api/v1/datasets/{TABLE}/rows"
PAGE, SEED, PLACES = 100, 7, 400


@click.command()
@click.option("--rows", default=1_000_000, show_default=True)
@click.option("--seconds", default=20.0, show_default=True, help="Of each load.")
@click.option("--readers", default=50, show_default=True)
@click.option("--workers", default=2, show_default=True)
@click.option("--attempts", default=3, show_default=True, help="Of the stream.")
@click.option(
    "--datasette",
    "program",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Its program, where it is not installed beside the hub.",
)
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the home is kept for the next time; none = it is made anew.",
)
def sharing(
    rows: int,
    seconds: float,
    readers: int,
    workers: int,
    attempts: int,
    program: Path | None,
    folder: Path | None,
) -> None:
    """Pages of masked cases to many readers, and all of them as one stream."""
    kept = tempfile.TemporaryDirectory() if folder is None else nullcontext(str(folder))
    with kept as name:
        place = Path(name)
        shared = shared_home(place, rows)
        shown = _shown(shared)
        load = {"readers": readers, "seconds": seconds}
        with servers.hub(shared.home, workers) as (url, _):
            headers = {"Authorization": f"Bearer {shared.key}"}
            paths = _paths(url, headers, rows)
            size = len(_get(url, paths[0], headers).content)
            asked = {"url": url, "headers": headers, "paths": paths, **load}
            pages = _asked(place, asked)
            _stream(place, url, shared, shown, attempts)
        with servers.plain(size) as url:
            own = _asked(place, {"url": url, "headers": {}, "paths": ["/"], **load})
        _told(f"pages of {PAGE} of {rows:,} masked cases", pages)
        share = own["per_second"] / max(pages["per_second"], 1e-9)
        console.print(
            f"sharing {pages['per_second']:,.0f} requests/s (goal {PAGES_GOAL}), "
            f"p99 {pages['p99'] * 1000:,.0f} ms (goal {P99_GOAL * 1000:g}); "
            f"the readers themselves can do {share:,.0f} x that"
        )
        command = _program(program)
        if command is None:
            console.print("sharing Datasette not compared: `make blackbox` installs it")
            return
        database = place / f"shared-{rows}.db"
        numbers = range(0, shown.shelf.rows, 50_000)
        count = as_sqlite(
            (shown.rows(range(n, min(n + 50_000, shown.shelf.rows))) for n in numbers),
            database,
        )
        assert count == rows, count
        with servers.datasette(command, database) as url:
            peer = _asked(
                place, {"url": url, "headers": {}, "paths": _peer(rows), **load}
            )
        _told("the same by Datasette", peer)
        console.print(
            f"sharing {pages['per_second'] / peer['per_second']:.1f} x Datasette's "
            f"requests/s (goal {PEER_GOAL:g})"
        )


def _paths(url: str, headers: dict[str, str], rows: int) -> list[str]:
    """Pages at random places: half by where others ended, half by times of report.

    A span is long enough for a whole page, however few rows there are.
    """
    chance = random.Random(SEED)
    step = min(MOST, max(PAGE, rows // PLACES))
    tokens, query = [], f"?limit={step}&columns=issue_id"
    after = ""
    while after is not None:
        answer = _get(url, f"{ROWS}{query}{after and f'&after={after}'}", headers)
        after = answer.json()["next"]
        if after is not None:
            tokens.append(after)
    by_place = [f"{ROWS}?limit={PAGE}&after={one}" for one in tokens] or [ROWS]
    by_time = []
    span = timedelta(hours=-(-2 * PAGE * MONTHS * 31 * 24 // rows))
    for _ in range(PLACES):
        year, month = chance.choice(months_before(MONTHS))
        begin = datetime(year, month, 1, tzinfo=ZONE) + timedelta(
            hours=chance.randrange(27 * 24)
        )
        since, until = (f"{at:%Y-%m-%dT%H:%M:%S}" for at in (begin, begin + span))
        holds = f"reported_at=gte.{since}&reported_at=lt.{until}"
        by_time.append(f"{ROWS}?limit={PAGE}&{quote(holds, safe='=&:.')}")
    return [chance.choice(by_place) for _ in by_time] + by_time


def _peer(rows: int) -> list[str]:
    """Pages of Datasette at random places, with nothing counted beside them."""
    chance = random.Random(SEED)
    plain = f"_shape=objects&_size={PAGE}&_nocount=1&_nofacet=1&_nosuggest=1"
    return [
        f"/shared-{rows}/{TABLE}.json?{plain}&_next={chance.randrange(rows)}"
        for _ in range(PLACES)
    ]


def _get(url: str, path: str, headers: dict[str, str]) -> httpx.Response:
    """An answer; a worker that is still making its shelf ready is asked again."""
    with httpx.Client(trust_env=False, timeout=120) as client:
        answer = client.get(f"{url}{path}", headers=headers)
        while answer.status_code == 503:
            time.sleep(float(answer.headers["Retry-After"]))
            answer = client.get(f"{url}{path}", headers=headers)
        return answer.raise_for_status()


def _asked(folder: Path, given: dict[str, Any]) -> dict[str, float]:
    """What a load of readers in a process of its own met; the first one warms up."""
    told: dict[str, float] = {}
    for seconds in (min(2.0, given["seconds"]), given["seconds"]):
        file = folder / "load.json"
        file.write_text(json.dumps({**given, "seconds": seconds}))
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.load", "ask", str(file)],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        told = json.loads(done.stdout)
    return told


def _told(what: str, load: dict[str, float]) -> None:
    console.print(
        f"        {what}: {load['per_second']:,.0f} requests/s, "
        f"p50 {load['p50'] * 1000:,.0f} ms, p99 {load['p99'] * 1000:,.0f} ms, "
        f"{load['wrong']:.0f} wrong of {load['requests']:,.0f}; "
        f"the readers took {load['cpu']:.2f} of a processor",
        style="dim",
    )


def _stream(
    folder: Path, url: str, shared: Shared, shown: ShownRows, attempts: int
) -> None:
    """Say how the whole as an Arrow stream compares."""
    target = str(folder / "whole.arrow")
    lake = str(shared.home / "lake" / "core" / TABLE)
    jobs = {
        "take": {"url": url, "key": shared.key, "target": target},
        "bare": {"lake": lake, "columns": ",".join(shown.names), "target": target},
    }
    best = {}
    for job, given in jobs.items():
        runs = []
        for _ in range(attempts):
            done = subprocess.run(
                [
                    sys.executable,
                    "-m",
                    "benchmarks.run_sharing",
                    job,
                    json.dumps(given),
                ],
                check=True,
                stdout=subprocess.PIPE,
                text=True,
            )
            runs.append(json.loads(done.stdout))
        best[job] = min(runs, key=lambda one: float(one["seconds"]))
        console.print(f"        {job}: {best[job]}", style="dim")
    assert best["take"]["rows"] == best["bare"]["rows"] == shown.shelf.rows
    ratio = best["bare"]["seconds"] / best["take"]["seconds"]
    console.print(
        f"sharing all of them as an Arrow stream: {ratio:.2f} x the speed of bare "
        f"Polars (goal {STREAM_GOAL})"
    )


def _shown(shared: Shared) -> ShownRows:
    """What the reader may see, over the shelf that the server reads as well."""
    house = open_house(Settings(home=shared.home, city=str(CITY), now=KNOWN))
    who = consumer_who(house.control.engine, "bench")
    ask = Ask(dataset=TABLE, at=KNOWN, form="api")
    allowed = decide(who, ask, Rulebook.of(house.city))
    assert isinstance(allowed, Allowed)
    newest = Releases(house.control.engine).newest()
    assert newest is not None
    pinned = next(one for one in newest.datasets if one.dataset == TABLE)
    shelf = build_shelf(house, pinned)
    house.control.close()
    key = join_key(master(shared.home), "bench", "bench")
    return ShownRows(shelf, allowed, key)


def _program(given: Path | None) -> list[str] | None:
    if given is not None:
        return [str(given)]
    return [sys.executable, "-m", "datasette"] if find_spec("datasette") else None
