"""`hub docs`: the reference pages, written or compared.

What lives here: putting pages into a folder, and naming those that are stale. What
does not: their text (`pages`, `hub.schemas.pages`, `hub.partners.options_page`).
"""

from __future__ import annotations

from pathlib import Path

import click

from hub.cli.call import Call, HubCommand


@click.command("docs", cls=HubCommand, examples=("hub docs", "hub docs --check"))
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if a page is stale.")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the pages lie; docs/reference of the checkout by default.",
)
def docs(call: Call, folder: Path | None, *, check: bool) -> int:
    """Write the reference pages, or check them.

    They describe datasets, codes, rules, metrics, partner files and commands.
    """
    from hub.cli.pages import reference_pages

    place = folder or default_folder()
    wanted = reference_pages()
    present = (
        {path.relative_to(place).as_posix() for path in place.rglob("*.md")}
        if place.is_dir()
        else set()
    )
    stale = [
        name
        for name, text in wanted.items()
        if name not in present or (place / name).read_text(encoding="utf-8") != text
    ]
    left_over = sorted(present - set(wanted))
    told = {
        "folder": str(place),
        "pages": len(wanted),
        "stale": stale,
        "left_over": left_over,
    }
    if check:
        call.answer(
            told,
            lambda page: page.table(
                ("page", "state"),
                [
                    *((name, "stale") for name in stale),
                    *((name, "left over") for name in left_over),
                ],
                empty=f"{len(wanted)} pages are as they should be.",
            ),
        )
        if stale or left_over:
            call.note("`hub docs` writes them again.")
        return 1 if stale or left_over else 0
    for name in stale:
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(wanted[name], encoding="utf-8")
    call.answer(
        told,
        lambda page: page.line(
            f"{len(stale)} of {len(wanted)} pages written to {place}."
        ),
    )
    for name in left_over:
        call.note(f"{place / name} is no page of the reference: remove it.")
    return 0


def default_folder() -> Path:
    """docs/reference of the checkout that this program runs from, or from here."""
    root = Path(__file__).resolve().parents[2]
    base = root if (root / "pyproject.toml").is_file() else Path()
    return base / "docs" / "reference"


COMMANDS = (docs,)
