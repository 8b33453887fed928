"""`hub metrics`: the hub's figures about itself, where no server tells them.

What lives here: the command. What does not: the figures (`hub.watching`), figures of
the city (`metric`), writing a file whole (`files`).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hub.cli.call import Call, HubCommand
from hub.errors import MisuseError

if TYPE_CHECKING:
    from hub.cli.printing import Page

READABLE = 0o644  # node_exporter runs as somebody else; no figure tells of a person


@click.command(
    "metrics",
    cls=HubCommand,
    examples=(
        "hub metrics",
        "hub metrics --out /var/lib/node_exporter/textfile/hub.prom",
    ),
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="File ending in .prom in the folder of node_exporter's textfile collector.",
)
def metrics(call: Call, out: Path | None) -> None:
    """Tell figures per feed and stage in Prometheus' text format.

    `hub serve` has the same under /metrics; this is for machines without it.

    Raises:
        MisuseError: the file's name is one that nobody would read.
    """
    from prometheus_client.parser import text_string_to_metric_families

    from hub.cli.files import written_aside
    from hub.watching import exposition

    if out is not None and out.suffix != ".prom":
        raise MisuseError(
            f"write figures to {out}",
            seen="node_exporter reads no other files than those ending in .prom",
            next_step=f"Name it {out.with_suffix('.prom').name}.",
        )
    house = call.house()
    text = exposition(house).decode("utf-8")
    if out is not None:
        with written_aside(out, before=lambda whole: whole.chmod(READABLE)) as file:
            file.write(text.encode("utf-8"))
    told: list[dict[str, Any]] = [
        {"name": sample.name, "labels": dict(sample.labels), "value": sample.value}
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    ]

    def show(page: Page) -> None:
        if out is None:
            click.echo(text, nl=False)  # as it is: no line may be folded
        else:
            page.line(f"{len(told)} figures in {out}")

    call.answer(told, show)


COMMANDS = (metrics,)
