"""`hub catalog`: what data there is, for whom, how fresh and how good.

What lives here: the commands. What does not: the catalogue (`hub.sharing.catalogue`),
its look on a terminal (`catalog_page`).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from hub.cli.call import Call, HubGroup
from hub.errors import MisuseError

if TYPE_CHECKING:
    from hub.sharing.catalogue.entry import Catalogue

FORMS = ("dcat", "package", "xlsx", "html", "svg")
LANGUAGES = ("zh-CN", "en")
SPOKEN = ("xlsx", "html", "svg")


@click.group(cls=HubGroup)
def catalog() -> None:
    """The data catalogue 目录: datasets, classes, lineage, freshness, quality."""


@catalog.command(
    "show",
    examples=(
        "hub catalog show",
        "hub catalog show issue",
        "hub catalog show figure --json",
    ),
)
@click.argument("name", metavar="[DATASET]", required=False)
@click.option("--release", metavar="R", help="Another than the newest.")
def show(call: Call, name: str | None, release: str | None) -> None:
    """Show the catalogue, or the entry of one dataset; `figure` holds the metrics.

    What only the city can say comes from its catalogue.toml; a word that is missing
    there is told as 未定. Without a hub it shows what is declared.
    """
    from hub.cli.catalog_page import show_entry, show_list
    from hub.sharing.catalogue.shape import catalogue_shape, entry_shape

    found = _catalogue(call, release)
    if name is None:
        call.answer(catalogue_shape(found), lambda page: show_list(page, found))
        return
    names = [one.name for one in found.entries]
    if name not in names:
        raise MisuseError(
            f"find the dataset {name}",
            seen="the catalogue has none of that name",
            next_step=f"There are {', '.join(names)}.",
        )
    call.answer(
        entry_shape(found, name),
        lambda page: show_entry(page, found, found.entry(name)),
    )


@catalog.command(
    "export",
    examples=(
        "hub catalog export --format xlsx --out catalogue.xlsx",
        "hub catalog export --format html --out dictionary.html",
        "hub catalog export --format dcat --base https://data.example.org/ "
        "--out catalogue.jsonld",
        "hub catalog export --format package --out datapackage.json",
    ),
)
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMS),
    required=True,
    help="dcat: JSON-LD. package: Frictionless descriptor. xlsx: government catalogue. "
    "html: data dictionary. svg: lineage.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    required=True,
    help="File to write; an older one is replaced.",
)
@click.option("--release", metavar="R", help="Another than the newest.")
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    help="Language of html, xlsx and svg; Chinese by default.",
)
@click.option(
    "--base",
    metavar="URL",
    help="dcat: where `hub serve` answers; before the city's own word.",
)
def export(
    call: Call,
    form: str,
    out: Path,
    release: str | None,
    language: str | None,
    base: str | None,
) -> None:
    """Write the catalogue to a file: for machines, for the authority, for readers.

    No form of it holds a value of any row.
    """
    from hub.cli.files import written_aside

    if (base is not None and form != "dcat") or (language and form not in SPOKEN):
        raise MisuseError(
            f"write the catalogue as {form}",
            seen="an option was given that this form does not know",
            next_step="--base goes with dcat, --language with html, xlsx and svg.",
        )
    if not out.absolute().parent.is_dir():
        raise MisuseError(
            f"write {out.name}",
            seen=f"there is no folder {out.absolute().parent}",
            next_step="Make it, or name another file with --out.",
        )
    found = _catalogue(call, release)
    with written_aside(out) as file:
        _write(found, form, file, language or LANGUAGES[0], base)
    told = {
        "file": str(out),
        "format": form,
        "release": found.release,
        "datasets": len(found.entries),
        "columns": sum(len(one.items) for one in found.entries),
        "metrics": len(found.metrics),
    }
    call.answer(
        told,
        lambda page: page.line(
            f"{told['datasets']} datasets with {told['columns']} columns and "
            f"{told['metrics']} metrics in {out}."
        ),
    )


def _catalogue(call: Call, release: str | None) -> Catalogue:
    """The catalogue of the hub, or of the city alone where there is no hub yet."""
    from hub.sharing.catalogue.build import catalogue_of, declared_catalogue

    house = call.house() if release is not None else call.house_if_there()
    if house is not None:
        return catalogue_of(house, release)
    from hub.partners.loader import load_city

    return declared_catalogue(load_city(call.settings().city))


def _write(
    found: Catalogue, form: str, file: BinaryIO, language: str, base: str | None
) -> None:
    import orjson

    from hub.sharing.catalogue.book import workbook
    from hub.sharing.catalogue.dcat import dcat
    from hub.sharing.catalogue.package import data_package
    from hub.sharing.catalogue.page import dictionary, lineage_svg

    match form:
        case "dcat":
            file.write(orjson.dumps(dcat(found, base), option=orjson.OPT_INDENT_2))
        case "package":
            file.write(orjson.dumps(data_package(found), option=orjson.OPT_INDENT_2))
        case "xlsx":
            workbook(found, file, language)
        case "html":
            file.write(dictionary(found, language).encode())
        case _:
            file.write(lineage_svg(found, language).encode())


COMMANDS = (catalog,)
