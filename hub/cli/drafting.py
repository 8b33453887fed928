"""`hub partner new` and `hub partner infer`: the first lines of a partner file.

What lives here: the two commands. What does not: what a draft says
(`hub.onboarding`), how its summary looks (`drafting_page`), judging it
(`hub partner check`).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from hub.cli.call import Call, HubCommand
from hub.errors import MisuseError

if TYPE_CHECKING:
    import polars as pl

    from hub.onboarding.sample import Sample
    from hub.settings import Settings

NAME = r"^[a-z][a-z0-9_]{1,39}$"


@click.command(
    "new",
    cls=HubCommand,
    examples=(
        "hub partner new huashan --connector files",
        "hub partner new jiangxia2 --profile egova --out jiangxia2.toml",
    ),
)
@click.argument("name", metavar="PARTNER")
@click.option(
    "--connector",
    type=click.Choice(["rest", "sql", "files", "push"]),
    help="How the partner is reached; a profile says so itself.",
)
@click.option("--profile", metavar="P", help="Vendor profile that the file builds on.")
@click.option(
    "--dataset",
    "dataset_name",
    metavar="D",
    default="issue",
    show_default=True,
    help="What the rows of the first feed turn into.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="File to write; the city's partners folder without it.",
)
def new(
    call: Call,
    name: str,
    connector: str | None,
    profile: str | None,
    dataset_name: str,
    out: Path | None,
) -> None:
    """Write the skeleton of a partner file; an existing file is never touched."""
    from hub.onboarding.skeleton import connector_of, write_skeleton
    from hub.partners.loader import load_city
    from hub.partners.merge import profile_names

    _check_name(name)
    _check_known("profile", profile, profile_names())
    _check_dataset(dataset_name)
    if profile is not None:
        connector = connector_of(profile)
    if connector is None:
        raise MisuseError(
            f"make the file of {name}",
            seen="neither a connector nor a profile is named",
            next_step="Add --connector rest, sql, files or push, or --profile.",
        )
    city = load_city(call.settings())
    made = write_skeleton(
        name, city, connector=connector, profile=profile, dataset_name=dataset_name
    )
    path = out or city.folder / "partners" / f"{name}.toml"
    write_new(path, made)
    told = {"partner": name, "file": str(path), "connector": connector}
    call.answer(told, lambda page: page.line(f"Made {path}"))
    call.note(f"Fill in what is marked, then: hub partner check {name}")


@click.command(
    "infer",
    cls=HubCommand,
    examples=(
        "hub partner infer cases_20260701.csv",
        "hub partner infer https://partner.example/api/cases --token env:TOKEN",
        "hub partner infer postgresql://reader@host/exchange/ex_result --out east.toml",
    ),
)
@click.argument("source", metavar="FILE|URL|DSN")
@click.option("--partner", metavar="ID", help="Id of the partner; else from the name.")
@click.option(
    "--dataset", "dataset_name", metavar="D", help="The dataset, where it is known."
)
@click.option(
    "--rows",
    type=click.IntRange(min=1, max=100_000),
    default=1000,
    show_default=True,
    help="How many rows are looked at.",
)
@click.option(
    "--token", metavar="env:NAME", help="Variable with a bearer token, for a URL."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="File to write; standard output without it.",
)
def infer(
    call: Call,
    source: str,
    partner: str | None,
    dataset_name: str | None,
    rows: int,
    token: str | None,
    out: Path | None,
) -> None:
    """Draft a partner file from a sample, with a reason for each line."""
    from hub.cli.drafting_page import show_draft, summary
    from hub.onboarding.draft import infer as infer_draft
    from hub.onboarding.writing import name_for, write_draft
    from hub.partners.loader import load_city

    if dataset_name is not None:
        _check_dataset(dataset_name)
    settings = call.settings()
    city = load_city(settings)
    sample = _read(source, settings, token, rows)
    if sample.rows.is_empty():
        raise MisuseError(
            f"draft a file from {sample.name}",
            seen="it has no rows",
            next_step="Name a sample with a day's rows; 50 tell more than 5.",
        )
    named = out.stem if out else name_for(sample.name, "partner")
    name = partner or name_for(named, "partner")
    _check_name(name)
    draft = infer_draft(sample, city, dataset=dataset_name, anchors=_anchors(call))
    made = write_draft(draft, city, partner=name, feed=draft.choice.dataset)
    if out is not None:
        write_new(out, made)
    told = {**summary(draft, name), "file": str(out) if out else None, "toml": made}
    if call.as_json:
        call.answer(told, lambda _page: None)
        return
    if out is None:
        click.echo(made, nl=False)
    show_draft(draft)
    call.note(f"Fill in and confirm, then: hub partner check {name}")


def _anchors(call: Call) -> pl.DataFrame | None:
    """Where streets lie, as far as the hub that is there has published areas."""
    house = call.house_if_there()
    if house is None:
        return None
    from hub.flow.published import published
    from hub.onboarding.places import anchors_of
    from hub.schemas import dataset

    columns = ["street_code", "boundary"]
    return anchors_of(published(house, dataset("area"), columns=columns))


def _read(source: str, settings: Settings, token: str | None, rows: int) -> Sample:
    """The sample that an argument means: an address with a scheme, or a file."""
    scheme, is_address, _ = source.partition("://")
    if not is_address:
        from hub.onboarding.sample import read_file

        return read_file(Path(source), rows=rows)
    if scheme in {"http", "https"}:
        from hub.onboarding.sample_web import read_page

        return read_page(source, settings, token=token, rows=rows)
    from hub.onboarding.sample_table import read_table

    return read_table(source, settings, rows=rows)


def write_new(path: Path, content: str) -> None:
    """Write a file that is not there yet.

    Raises:
        MisuseError: there is one, or the folder is missing.
    """
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(content)
    except FileExistsError:
        raise MisuseError(
            f"write {path.name}",
            seen="there is a file of that name, and it is left alone",
            next_step="Name another with --out, or move that one away.",
        ) from None
    except OSError as error:
        raise MisuseError(
            f"write {path.name}",
            seen=f"it cannot be written ({error.strerror})",
            next_step="Name a file in a folder that is there with --out.",
        ) from None


def _check_name(name: str) -> None:
    import re

    if not re.match(NAME, name):
        raise MisuseError(
            f"name a partner {name}",
            seen="an id is 2 to 40 small letters, digits and _, a letter first",
            next_step="Choose another.",
        )


def _check_dataset(name: str) -> None:
    from hub.onboarding.vocabulary import topics

    _check_known("dataset", name, sorted(topics()))


def _check_known(kind: str, name: str | None, known: list[str]) -> None:
    if name is not None and name not in known:
        raise MisuseError(
            f"find the {kind} {name}",
            seen="there is none of that name",
            next_step=f"There is {', '.join(known)}.",
        )
