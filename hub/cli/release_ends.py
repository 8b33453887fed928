"""`hub release sign`, `recall`, `prune` and `script`: what becomes of a release.

What lives here: the commands that write something about a release, or for those who
get one. What does not: reading releases (`release`), the rules (`hub.sharing`).
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hub.cli.call import Call, HubCommand

if TYPE_CHECKING:
    from hub.cli.printing import Page


@click.command("sign", cls=HubCommand, examples=("hub release sign r000001",))
@click.argument("name", metavar="R")
def sign(call: Call, name: str) -> None:
    """Sign a release that was made before releases were signed.

    Newer ones are signed as they are made.
    """
    from hub.cli.release_page import show_standing
    from hub.cli.shapes import release_shape
    from hub.flow.manifest import sign_release
    from hub.flow.release import find_release

    house = call.house()
    signed = sign_release(house, find_release(house, name))
    call.answer(release_shape(signed), lambda page: show_standing(page, signed))


@click.command(
    "recall",
    cls=HubCommand,
    examples=("hub release recall r000002 --reason 误发 --author 张三",),
)
@click.argument("name", metavar="R")
@click.option("--reason", metavar="TEXT", required=True, help="Why; readers see it.")
@click.option("--author", metavar="NAME", required=True, help="Who decided.")
def recall(call: Call, name: str, reason: str, author: str) -> None:
    """Take a release back: readers get it no more.

    What it pins stays readable to the hub itself, since frozen months may rest on
    it. Of the newest one the next `hub run` publishes another.
    """
    from hub.cli.release_page import show_standing
    from hub.cli.shapes import release_shape
    from hub.sharing.recall import recall_release
    from hub.storage.releases import Releases

    house = call.house()
    was = Releases(house.control.engine).newest()
    gone = recall_release(house, name, reason=reason, author=author)
    call.answer(release_shape(gone), lambda page: show_standing(page, gone))
    if was is not None and was.id == gone.id:
        call.note("`hub run` publishes a new release.")


@click.command(
    "prune",
    cls=HubCommand,
    examples=(
        "hub release prune --keep 30",
        "hub release prune --older-than 365 --yes",
    ),
)
@click.option("--keep", type=int, metavar="N", help="Keep the N made last.")
@click.option(
    "--older-than", "days", type=int, metavar="DAYS", help="Expire those before."
)
@click.option("--yes", is_flag=True, help="Do it; without it nothing is written.")
def prune(call: Call, keep: int | None, days: int | None, *, yes: bool) -> None:
    """Mark releases as expired, and list the files that nothing pins any more.

    Never the newest, and never one that a frozen month rests on. Manifests stay.
    The files are listed and not deleted: something may still be reading them.
    """
    from hub.sharing.retention import plan_pruning, prune_releases

    house = call.house()
    age = None if days is None else timedelta(days=days)
    plan = plan_pruning(house, keep=keep, older_than=age)
    expired = prune_releases(house, plan) if yes else list(plan.expiring)
    told = {
        "done": yes,
        "expired": [one.id for one in expired],
        "kept": [{"release": one.id, "reason": why} for one, why in plan.kept],
        "files": [asdict(one) for one in plan.freed],
        "bytes": sum(one.bytes for one in plan.freed),
    }

    def show(page: Page) -> None:
        page.table(
            ("release", "published", "what"),
            [
                *((one.id, one.published_at, "expires 过期") for one in plan.expiring),
                *(
                    (one.id, one.published_at, f"stays: {why}")
                    for one, why in plan.kept
                ),
            ],
            empty="No release is beyond the rule.",
        )
        page.line(
            f"{len(plan.freed)} files, {told['bytes']} bytes, are pinned by nothing "
            "else then; --json lists them. They are not deleted."
        )

    call.answer(told, show)
    if plan.expiring and not yes:
        call.note("Nothing is written yet: add --yes.")


@click.command(
    "script", cls=HubCommand, examples=("hub release script verify_release.py",)
)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def script(call: Call, file: Path) -> None:
    """Write the program with which others check a release without the hub.

    It needs Python 3.11, pyarrow and cryptography, and the public key, which they
    should get by another way than the files.
    """
    import hashlib
    from importlib.resources import files

    from hub.cli.files import written_aside

    content = (files("hub.sharing") / "verify_release.py").read_bytes()
    with written_aside(file) as out:
        out.write(content)
    told = {
        "file": str(file),
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    call.answer(told, lambda page: page.facts(told.items()))
