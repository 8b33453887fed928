"""`hub assessment bulletin`: a month as a page to print and a workbook.

What lives here: the command, its JSON and the names of the files. What does not: the
bulletin (`hub.bulletin`), months (`hub.flow.assessment`).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hub.cli.call import Call, HubCommand
from hub.errors import MisuseError

if TYPE_CHECKING:
    from hub.bulletin.content import BulletinContent, Head

LANGUAGES = ("zh-CN", "en")
ABOUT = {"DISTRICT_UNIT": "district", "STREET_UNIT": "street"}


@click.command(
    "bulletin",
    cls=HubCommand,
    examples=(
        "hub assessment bulletin --period 2026-10 --out bulletins",
        "hub assessment bulletin --period 2026-10 --revision 1 --out bulletins",
        "hub assessment bulletin --period 2026-10 --policy default-district --out .",
    ),
)
@click.option("--period", metavar="YYYY-MM", required=True, help="The month.")
@click.option(
    "--revision",
    type=click.IntRange(min=1),
    metavar="N",
    help="Revision of the frozen month; the one in force by default.",
)
@click.option(
    "--policy",
    "policies",
    metavar="ID|FILE",
    multiple=True,
    help="Draft the month under this policy instead of reading a frozen one.",
)
@click.option("--release", metavar="R", help="Release of a draft; the newest one.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    required=True,
    help="Folder of the files; made where it is missing.",
)
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    default=LANGUAGES[0],
    help="Language of the words; names of places stay as they are.",
)
def bulletin(
    call: Call,
    period: str,
    revision: int | None,
    policies: tuple[str, ...],
    release: str | None,
    out: Path,
    language: str,
) -> None:
    """Write the bulletin 通报 of a month: HTML to print, XLSX to work on with.

    It tells a frozen month. With --policy it is a draft, and says so. Files of each
    level of units have names of their own.
    """
    if policies and revision is not None:
        raise MisuseError(
            "write a bulletin",
            seen="a revision and a policy for a draft were both named",
            next_step="Name one of them.",
        )
    if release is not None and not policies:
        raise MisuseError(
            "write a bulletin",
            seen="a release was named, and no policy for a draft",
            next_step="A frozen month rests on its own release: leave --release out.",
        )
    contents = _contents(call, period, revision, policies, release)
    if not contents:
        raise MisuseError(
            f"write the bulletin of {period}",
            seen="no policy scored that month",
            next_step="Name one with --policy for a draft, or freeze with one.",
        )
    out.mkdir(parents=True, exist_ok=True)
    told = [_write(content, out, language) for content in contents]
    call.answer(
        told,
        lambda page: page.table(
            ("level", "edition", "units", "file"),
            (
                (one["level"], _edition(one["revision"]), one["units"], file)
                for one in told
                for file in one["files"]
            ),
        ),
    )


def _contents(
    call: Call,
    period: str,
    revision: int | None,
    policies: tuple[str, ...],
    release: str | None,
) -> list[BulletinContent]:
    from hub.bulletin.gather import of_draft, of_revision

    house = call.house()
    if policies:
        from hub.flow.assessment.draft import draft_month
        from hub.flow.assessment.policies import find_policy

        given = [find_policy(house, name) for name in policies]
        return of_draft(
            house, draft_month(house, period, policies=given, release=release)
        )
    from hub.flow.assessment.revisions import find_revision

    return of_revision(house, find_revision(house, period, revision))


def _write(content: BulletinContent, out: Path, language: str) -> dict[str, Any]:
    from hub.bulletin.book import workbook
    from hub.bulletin.page import bulletin as page_of
    from hub.cli.files import written_aside

    stem = _stem(content.head, language)
    html, xlsx = out / f"{stem}.html", out / f"{stem}.xlsx"
    with written_aside(html) as file:
        file.write(page_of(content, language).encode())
    with written_aside(xlsx) as file:
        workbook(content, file, language)
    head = content.head
    return {
        "period": head.period,
        "level": head.level,
        "revision": head.revision,
        "release": head.release,
        "policy": head.policy_id,
        "needs_sign_off": head.approved_by is None,
        "language": language,
        "units": content.totals["unit_code"].n_unique(),
        "broken_loops": content.broken.height,
        "exceptions": content.exceptions.height,
        "files": [str(html), str(xlsx)],
    }


def _stem(head: Head, language: str) -> str:
    edition = "draft" if head.revision is None else f"r{head.revision}"
    tongue = "" if language == LANGUAGES[0] else f"-{language}"
    level = ABOUT.get(head.level, head.level.lower())
    return f"bulletin-{head.period}-{edition}-{level}{tongue}"


def _edition(revision: object) -> str:
    return "draft 草稿" if revision is None else f"revision {revision}"
