"""The program `hub`: its families of commands, put together.

What lives here: the root of the command line and its entry point. What does not:
commands; each family has a module of its own.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from hub.allocators import give_back_early
from hub.cli import (
    alarm,
    assessment,
    audit,
    batch,
    catalog,
    consumer,
    dataset,
    delivery,
    demo,
    dev,
    docs,
    doctor,
    metric,
    metrics,
    partner,
    policy,
    quarantine,
    reconcile,
    release,
    request,
    retention,
    run,
    serve,
    submission,
    warehouse,
)
from hub.cli.call import HubGroup, surroundings
from hub.cli.failures import ended

YOUNG = 50_000  # objects made between two looks for garbage
FAMILIES = (
    demo,
    dev,
    doctor,
    run,
    alarm,
    reconcile,
    partner,
    batch,
    quarantine,
    submission,
    dataset,
    catalog,
    metric,
    policy,
    assessment,
    release,
    consumer,
    delivery,
    request,
    retention,
    audit,
    warehouse,
    serve,
    metrics,
)


@click.group(
    cls=HubGroup,
    params=surroundings(),
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="city-hub", message="hub %(version)s")
def program(home: Path | None, city: str | None) -> None:
    """Partner systems in, one trustworthy picture of the city out.

    Exit codes: 0 fine, 1 data was refused or a check failed, 2 the call is wrong.
    """


for family in (*FAMILIES, docs):
    for command in family.COMMANDS:
        program.add_command(command)


def main(args: Sequence[str] | None = None) -> int:
    """Run one command line; its exit code."""
    give_back_early()
    # Modules are no garbage: collecting while they load takes a tenth of the start.
    gc.set_threshold(YOUNG)
    given = list(sys.argv[1:] if args is None else args)
    for stream in (sys.stdout, sys.stderr):
        # A terminal that has no Chinese shows a question mark, never a traceback.
        getattr(stream, "reconfigure", dict)(errors="replace")
    return ended(
        lambda: program.main(args=given, prog_name="hub", standalone_mode=False),
        given,
    )
