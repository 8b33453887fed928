"""`hub serve`: the HTTP interface.

What lives here: the command. What does not: the interface (`hub.sharing.api`).
"""

from __future__ import annotations

import sys

import click

from hub.cli.call import Call, HubCommand
from hub.errors import MisuseError

LOOPBACK = ("127.0.0.1", "::1", "localhost")


@click.command(
    cls=HubCommand,
    examples=(
        "hub serve",
        "hub serve --port 8400 --workers 2",
    ),
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address.")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=8400,
    show_default=True,
    help="Port.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Server processes.",
)
@click.option(
    "--per-minute",
    type=click.IntRange(min=1),
    default=1200,
    show_default=True,
    help="Requests of one caller a minute, per process.",
)
@click.option(
    "--at-once",
    type=click.IntRange(min=1),
    default=100,
    show_default=True,
    help="Requests worked on at the same time, per process.",
)
def serve(
    call: Call, host: str, port: int, workers: int, per_minute: int, at_once: int
) -> None:
    """Serve released datasets and figures to those they are granted to.

    The newest release is made ready first; later ones while it serves. Encryption is
    for a reverse proxy in front of it.
    """
    import uvicorn
    from uvicorn.config import LOGGING_CONFIG

    from hub.settings import ServeSettings, lent
    from hub.sharing.api.hand import Hand
    from hub.sharing.shelf.sweep import sweep_shelves
    from hub.storage.releases import Releases

    house = call.house()
    settings = house.settings
    newest = Releases(house.control.engine).newest()
    if newest is None:
        call.note(
            "There is no release yet; `hub run` makes one, and it is served then."
        )
    else:
        sweep_shelves(house, [newest], half_made=True)
        try:
            with click.progressbar(
                length=len(newest.datasets),
                label=f"Making {newest.id} ready",
                item_show_func=lambda name: name,
                file=sys.stderr,
            ) as bar:
                Hand(house).prepare(newest, lambda name, *_: bar.update(1, name))
        except OSError as problem:
            raise MisuseError(
                f"make release {newest.id} ready",
                seen=f"the disk did not take it ({type(problem).__name__})",
                next_step="See to the disk of the home; `hub doctor` tells more.",
            ) from None
        call.note(f"Release {newest.id} is ready.")
    house.control.close()
    if host not in LOOPBACK:
        call.note("Keys travel in clear text here: put a TLS proxy in front of it.")
    told = {
        "url": f"http://{host}:{port}",
        "release": None if newest is None else newest.id,
    }
    call.answer(told, lambda page: page.line(f"{told['url']}/openapi.json"))
    call.note("Ctrl-C ends it.")
    variables = {
        **ServeSettings(per_minute=per_minute, at_once=at_once).variables(),
        "HUB_HOME": str(settings.home.absolute()),
        "HUB_CITY": settings.city,
        # Requests share the cores already; threads inside each only wait.
        "POLARS_MAX_THREADS": "1",
    }
    with lent(variables):
        uvicorn.run(
            "hub.sharing.api.app:app_of_environment",
            factory=True,
            host=host,
            port=port,
            workers=workers,
            log_level="warning",
            access_log=False,
            # Lines of the server itself join ours where lines are asked for.
            log_config=None if settings.log else LOGGING_CONFIG,
            server_header=False,
            date_header=True,
            timeout_keep_alive=30,
            timeout_graceful_shutdown=20,
        )


COMMANDS = (serve,)
