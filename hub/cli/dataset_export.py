"""`hub dataset export`: rows of a release in a file, for the operator or a consumer.

What lives here: the command and its two ways. What does not: writing a file
(`export_file`), what a consumer may have (`hub.sharing`).
"""

from __future__ import annotations

from functools import reduce
from operator import and_
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hub.cli.call import Call, HubCommand
from hub.cli.dataset_choice import find_dataset, note_left_out, selection
from hub.cli.export_file import layout_of, told_of, write_file, write_own
from hub.errors import MisuseError

if TYPE_CHECKING:
    from hub.flow.house import House
    from hub.sharing.shelf.conditions import Condition
    from hub.storage.audit_entries import ToldCondition
    from hub.storage.releases import Release

ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "gbk")
FIGURES = "figure"
ENDINGS = (".parquet", ".csv", ".jsonl", ".xlsx")


@click.command(
    "export",
    cls=HubCommand,
    examples=(
        "hub dataset export issue issues.parquet",
        "hub dataset export division divisions.csv --columns division_code",
        "hub dataset export issue cases.csv --for qiaokou --encoding gb18030",
        "hub dataset export issue cases.xlsx --for qiaokou --purpose 月度考核",
    ),
)
@click.argument("name", metavar="NAME")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@selection
@click.option(
    "--for",
    "consumer",
    metavar="CONSUMER",
    help="Exactly what this consumer's grants allow, with an entry in the audit.",
)
@click.option(
    "--purpose", metavar="TEXT", help="With --for: what for; its only one by default."
)
@click.option(
    "--encoding",
    type=click.Choice(ENCODINGS),
    help="Of a .csv; utf-8 by default, utf-8-sig has the mark that Excel looks for.",
)
def export(
    call: Call,
    name: str,
    file: Path,
    consumer: str | None,
    purpose: str | None,
    encoding: str | None,
    **chosen: Any,
) -> None:
    """Write rows of a dataset to a file: the operator's own, or a consumer's.

    The ending of FILE decides the form: .parquet, .csv, .jsonl or .xlsx. It is there as
    a whole or not at all. With --for, NAME may also be `figure`.
    """
    from hub.cli.files import ending_of
    from hub.flow.release import release_for_readers

    ending = ending_of(file, ENDINGS)
    _refuse_mixed(ending, consumer, purpose, encoding, chosen["everything"])
    house = call.house()
    release = release_for_readers(house, chosen.pop("release_id"))
    if consumer is not None:
        told = _export_for(
            house, release, name, file, encoding, consumer, purpose, chosen
        )
    else:
        told = _export_own(call, house, release, name, file, encoding, chosen)
    call.answer(
        told,
        lambda page: page.line(
            f"{told['rows']} rows of release {release.id} in {file}."
        ),
    )


def _export_own(
    call: Call,
    house: House,
    release: Release,
    name: str,
    file: Path,
    encoding: str | None,
    chosen: dict[str, Any],
) -> dict[str, Any]:
    """The operator's own file."""
    from hub.cli.rows import choose, chosen_rows

    if name == FIGURES:
        return _export_figures(house, release, file, encoding, chosen)
    ds = find_dataset(name)
    wanted = choose(ds, house.city.timezone, **chosen)
    kinds = {one: ds.polars_schema()[one] for one in wanted.columns}
    layout = layout_of(name, kinds, encoding, release)
    frames = chosen_rows(house, ds, release, wanted)
    written = write_own(file, layout, frames)
    note_left_out(call, ds, wanted.left_out, everything=wanted.everything)
    return told_of(name, release, file, written, wanted.columns)


def _export_figures(
    house: House,
    release: Release,
    file: Path,
    encoding: str | None,
    chosen: dict[str, Any],
) -> dict[str, Any]:
    """The operator's own file of the figures, which have no closed column."""
    from hub.sharing.handing import subject_rows, subject_schema

    kinds = subject_schema(FIGURES)
    columns = kinds if chosen["columns"] is None else chosen["columns"].split(",")
    unknown = [one for one in columns if one not in kinds]
    if unknown or chosen["wheres"]:
        raise MisuseError(
            "export the figures",
            seen=f"they have no column {unknown[0]}" if unknown else "a filter is set",
            next_step=f"Their columns are {', '.join(kinds)}; they know no --where.",
        )
    layout = layout_of(FIGURES, {one: kinds[one] for one in columns}, encoding, release)
    frames = subject_rows(house, release, FIGURES, list(columns))
    written = write_own(file, layout, frames)
    return told_of(FIGURES, release, file, written, columns)


def _export_for(
    house: House,
    release: Release,
    name: str,
    file: Path,
    encoding: str | None,
    consumer: str,
    purpose: str | None,
    chosen: dict[str, Any],
) -> dict[str, Any]:
    """A consumer's file."""
    from hub.sharing.file_handing import FileAsk, decide_file, hand_over
    from hub.sharing.handing import handed_rows

    conditions = _conditions(house, name, chosen["wheres"])
    told = tuple(_told(house, one) for one in conditions)
    named = chosen["columns"]
    asked = FileAsk(
        consumer=consumer,
        dataset=name,
        purpose=purpose,
        columns=None if named is None else tuple(named.split(",")),
        conditions=told,
    )
    given = decide_file(house, asked, release)
    where = reduce(and_, (one.holds() for one in conditions)) if conditions else None
    looks_at = [one.column for one in conditions]
    rows = handed_rows(house, given, where=where, looks_at=looks_at)
    layout = layout_of(name, given.schema, encoding, release)
    written, entry = hand_over(
        house, given, told, lambda finish: write_file(file, layout, rows, finish)
    )
    allowed = given.allowed
    columns = [one.name for one in allowed.columns]
    return told_of(name, release, file, written, columns) | {
        "consumer": consumer,
        "purpose": allowed.purpose,
        "grants": list(allowed.grants),
        "masks": allowed.masks,
        "audit": entry,
    }


def _conditions(house: House, name: str, wheres: tuple[str, ...]) -> list[Condition]:
    from hub.cli.filters import condition

    if not wheres:
        return []
    return [condition(find_dataset(name), one, house.city.timezone) for one in wheres]


def _told(house: House, one: Condition) -> ToldCondition:
    from hub.sharing.audit_log import filter_key, told_condition

    key = filter_key(house.settings.home.absolute())
    return told_condition(one.column, one.operator, one.told, key=key)


def _refuse_mixed(
    ending: str,
    consumer: str | None,
    purpose: str | None,
    encoding: str | None,
    everything: bool,
) -> None:
    problems = (
        (
            encoding is not None and ending != ".csv",
            "--encoding is for .csv; the other forms have an encoding of their own",
        ),
        (purpose is not None and consumer is None, "--purpose goes with --for"),
        (
            everything and consumer is not None,
            "--all-columns is for the operator; a consumer gets what it was granted",
        ),
    )
    for is_wrong, seen in problems:
        if is_wrong:
            raise MisuseError(
                "export a dataset", seen=seen, next_step="Leave one of the two out."
            )
