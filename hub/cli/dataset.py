"""`hub dataset`: what is published, column by column and row by row.

What lives here: the commands. What does not: choosing rows (`rows`), filters
(`filters`), writing files (`dataset_export`). Rows come from a release, so that two
readers see one city.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from hub.cli.call import Call, HubGroup
from hub.cli.dataset_choice import find_dataset, note_left_out, selection
from hub.cli.dataset_export import export

if TYPE_CHECKING:
    from hub.cli.printing import Page
    from hub.flow.house import House
    from hub.storage.releases import Release


@click.group(cls=HubGroup)
def dataset() -> None:
    """The published datasets: their columns and their rows."""


@dataset.command("list", examples=("hub dataset list",))
def list_datasets(call: Call) -> None:
    """List the datasets with the rows that the newest release publishes."""
    from hub.cli.dataset_page import show_list
    from hub.cli.sources import missing_shapes
    from hub.schemas import DATASETS

    _, release = _newest(call)
    pinned = {one.dataset: one for one in release.datasets} if release else {}
    told = [
        {
            "dataset": ds.name,
            "title": ds.title,
            "share": ds.share,
            "history": ds.history,
            "core": ds.core,
            "rows": pinned[ds.name].rows if ds.name in pinned else None,
            "digest": pinned[ds.name].digest if ds.name in pinned else None,
            "missing": missing_shapes(release, ds.name),
        }
        for ds in DATASETS.values()
    ]
    sources = release.sources if release else ()
    call.answer(told, lambda page: show_list(page, told, sources))
    call.note(
        f"Release {release.id}." if release else "No release yet: `hub run` makes one."
    )


def _newest(call: Call) -> tuple[House | None, Release | None]:
    """The hub and its newest release, as far as there are any."""
    from hub.storage.releases import Releases

    house = call.house_if_there()
    return house, Releases(house.control.engine).newest() if house else None


@dataset.command("show", examples=("hub dataset show issue",))
@click.argument("name", metavar="NAME")
def show_dataset(call: Call, name: str) -> None:
    """Show a dataset's columns: meaning, type, codes, share class and mask."""
    from hub.cli.dataset_page import show_columns
    from hub.cli.sources import missing_shapes

    ds = find_dataset(name)
    _, release = _newest(call)
    rows = {one.dataset: one.rows for one in release.datasets} if release else {}
    sources = release.sources if release else ()
    feeding = [one for one in sources if ds.name in one.datasets]
    told = {
        "dataset": ds.name,
        "title": ds.title,
        "description": ds.description,
        "grain": ds.grain,
        "key": list(ds.key),
        "history": ds.history,
        "share": ds.share,
        "core": ds.core,
        "release": release.id if release else None,
        "rows": rows.get(ds.name),
        "missing": missing_shapes(release, ds.name),
        "columns": [
            {
                "column": one.name,
                "label": one.label,
                "type": one.type,
                "required": one.required,
                "codes": one.code_list,
                "ref": one.ref,
                "share": one.share,
                "mask": one.mask,
                "rule": one.rule,
            }
            for one in ds.all_columns
        ],
    }

    call.answer(told, lambda page: show_columns(page, ds, rows.get(ds.name), feeding))


@dataset.command(
    "rows",
    examples=(
        "hub dataset rows issue --columns case_no,stage_code --limit 5",
        "hub dataset rows issue --where district_code=eq.420104"
        " --where reported_at=gte.2026-10-01",
    ),
)
@click.argument("name", metavar="NAME")
@selection
@click.option(
    "--limit",
    type=click.IntRange(min=1, max=10_000),
    default=20,
    show_default=True,
    help="At most so many, in the order of the key.",
)
def dataset_rows(call: Call, name: str, limit: int, **chosen: Any) -> None:
    """Print published rows of a dataset."""
    import orjson

    from hub.cli.rows import choose, first_rows
    from hub.flow.release import find_release
    from hub.sharing.wire import telling

    house = call.house()
    ds = find_dataset(name)
    release = find_release(house, chosen.pop("release_id"))
    wanted = choose(ds, house.city.timezone, **chosen)
    frame = first_rows(house, ds, release, wanted, limit)
    told = {
        "dataset": ds.name,
        "release": release.id,
        "as_of": release.published_at,
        "columns": list(wanted.columns),
        "rows": orjson.Fragment(telling(frame).write_json()),
    }

    def show(page: Page) -> None:
        page.records(
            frame.columns, telling(frame, nested=False).rows(), empty="No such rows."
        )

    call.answer(told, show)
    note_left_out(call, ds, wanted.left_out, everything=wanted.everything)


dataset.add_command(export)
COMMANDS = (dataset,)
