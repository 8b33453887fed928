"""`hub release`: consistent pictures of the city, and what differs between them.

What lives here: the commands. What does not: making releases; `hub run` does.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from hub.cli.call import Call, HubGroup

if TYPE_CHECKING:
    from hub.cli.printing import Page


@click.group(cls=HubGroup)
def release() -> None:
    """Consistent pictures of the city, and what differs."""


@release.command("list", examples=("hub release list",))
def list_releases(call: Call) -> None:
    """List releases, the newest first."""
    from hub.cli.shapes import release_shape
    from hub.flow.sources import missing_sources
    from hub.storage.releases import Releases

    found = Releases(call.house().control.engine).all()
    is_any_missing = any(missing_sources(one.sources) for one in found)
    lacking = ["missing 缺报"] if is_any_missing else []
    call.answer(
        [release_shape(one) for one in found],
        lambda page: page.table(
            ("release", "published", "datasets", "rows", "digest", *lacking),
            (
                (
                    one.id,
                    one.published_at,
                    len(one.datasets),
                    sum(each.rows for each in one.datasets),
                    one.digest[:16],
                    *([len(missing_sources(one.sources))] if lacking else []),
                )
                for one in found
            ),
            empty="No release yet: `hub run` makes the first.",
        ),
    )


@release.command("show", examples=("hub release show", "hub release show r000002"))
@click.argument("name", metavar="[R]", required=False)
def show_release(call: Call, name: str | None) -> None:
    """Show what a release pins and what it lacks, the newest one by default."""
    from hub.cli.shapes import release_shape
    from hub.cli.sources import show_missing
    from hub.flow.release import find_release

    found = find_release(call.house(), name)

    def show(page: Page) -> None:
        page.line(f"{found.id} of {found.city}", style="bold")
        page.facts([("published", found.published_at), ("digest", found.digest)])
        page.line()
        page.table(
            ("dataset", "rows", "version", "digest"),
            (
                (one.dataset, one.rows, one.version, one.digest[:16])
                for one in found.datasets
            ),
        )
        show_missing(page, found.sources)

    call.answer(release_shape(found), show)


@release.command(
    "verify", examples=("hub release verify", "hub release verify r000002")
)
@click.argument("name", metavar="[R]", required=False)
def verify(call: Call, name: str | None) -> int:
    """Compute a release's digests again from its files, checksums included."""
    from hub.flow.release import find_release
    from hub.flow.verify import verify_release

    house = call.house()
    found = find_release(house, name)
    verdicts = list(verify_release(house, found))
    told = {
        "release": found.id,
        "ok": all(one.ok for one in verdicts),
        "datasets": [
            {
                "dataset": one.pinned.dataset,
                "version": one.pinned.version,
                "rows": one.pinned.rows,
                "digest": one.pinned.digest,
                "found_rows": one.rows,
                "found_digest": one.digest,
                "ok": one.ok,
                "problem": one.problem,
            }
            for one in verdicts
        ],
    }

    def show(page: Page) -> None:
        page.table(
            ("dataset", "", "rows", "found", "problem"),
            (
                (
                    one.pinned.dataset,
                    "ok" if one.ok else "problem",
                    one.pinned.rows,
                    one.rows,
                    one.problem or ("" if one.ok else "other content"),
                )
                for one in verdicts
            ),
        )
        page.line(
            f"{found.id} is what it was."
            if told["ok"]
            else f"{found.id} is damaged: restore its files from a backup."
        )

    call.answer(told, show)
    return 0 if told["ok"] else 1


@release.command("diff", examples=("hub release diff r000001 r000002",))
@click.argument("old", metavar="A")
@click.argument("new", metavar="B")
def diff(call: Call, old: str, new: str) -> None:
    """Count the rows that differ between two releases, by dataset."""
    from hub.flow.difference import differences
    from hub.flow.release import find_release

    house = call.house()
    found = differences(house, find_release(house, old), find_release(house, new))
    told = {name: asdict(one) for name, one in found.items()}

    def show(page: Page) -> None:
        moved = {n: d for n, d in found.items() if d.added or d.changed or d.gone}
        page.table(
            ("dataset", "added", "changed", "gone"),
            ((name, *asdict(one).values()) for name, one in moved.items()),
            empty="No row differs.",
        )

    call.answer({"datasets": told}, show)


COMMANDS = (release,)
