"""`hub release files`: the files of a released table, for Spark and other engines.

What lives here: the command. What does not: finding the files (`hub.flow`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from hub.cli.call import Call, HubCommand
from hub.errors import MisuseError

if TYPE_CHECKING:
    from hub.cli.printing import Page


@click.command(
    "files",
    cls=HubCommand,
    examples=(
        "hub release files r000002 issue",
        "hub release files r000002 figure --json",
    ),
)
@click.argument("name", metavar="R")
@click.argument("dataset", metavar="DATASET")
def files(call: Call, name: str, dataset: str) -> None:
    """List the Parquet files that make a dataset or metric table of a release.

    They are the operator's: closed and personal columns are in them. Engines that know
    Delta Lake read the folder at the version; others read the files.
    """
    from hub.flow.release import release_for_readers
    from hub.flow.release_files import files_of

    house = call.house()
    release = release_for_readers(house, name)
    pinned = [one.dataset for one in release.datasets]
    if dataset not in pinned:
        raise MisuseError(
            f"list the files of {dataset}",
            seen=f"{release.id} has no such dataset",
            next_step=f"It has {', '.join(pinned)}.",
        )
    found = files_of(house, release, dataset)
    told = {
        "release": release.id,
        "dataset": dataset,
        "folder": str(found.folder),
        "version": found.version,
        "only_where_null": found.only_where_null,
        "files": [
            {
                "path": str(found.folder / one.path),
                "rows": one.rows,
                "bytes": one.size,
                "partition": dict(one.partition),
            }
            for one in found.files
        ],
    }

    def show(page: Page) -> None:
        page.facts([("folder", found.folder), ("version", found.version)])
        page.line()
        page.table(
            ("file", "rows", "bytes"),
            ((one.path, one.rows, one.size) for one in found.files),
            empty="It has no files.",
        )
        if found.only_where_null:
            page.line(f"Rows count where {found.only_where_null} is null.")

    call.answer(told, show)
