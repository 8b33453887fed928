"""`hub policy`: assessment policies, and whether they make sense.

What lives here: listing, showing and judging policy files. What does not: what a
policy may say (`hub.scoring`), months that are scored by one (`hub assessment`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from hub.cli.call import Call, HubGroup
from hub.cli.partner import problems_in, verdict_lines

if TYPE_CHECKING:
    from pathlib import Path

    from hub.cli.printing import Page
    from hub.scoring import BestChiefs, Policy


@click.group(cls=HubGroup)
def policy() -> None:
    """Assessment policies: what is scored, by which rules, and who signed them."""


@policy.command("list", examples=("hub policy list --city wuhan",))
def list_policies(call: Call) -> None:
    """List the city's policies, and which of them still need a signature."""
    from hub.errors import DeclarationError
    from hub.flow.policies import policy_files, vocabulary
    from hub.scoring import load_any

    told = []
    for path in policy_files(_city_folder(call)):
        try:
            told.append(_shape(load_any(path, vocabulary())))
        except DeclarationError:
            told.append(_broken(path))

    def show(page: Page) -> None:
        page.table(
            ("policy", "version", "level", "名称", "title", "approved by"),
            (
                (
                    one["policy"],
                    one["version"],
                    one["level"] or "broken",
                    one["title_zh"],
                    one["title_en"],
                    one["approved_by"] or one["sign_off"],
                )
                for one in told
            ),
            empty="The city has no policies yet.",
        )

    call.answer(told, show)
    if any(one["level"] is None for one in told):
        call.note("`hub policy check` says what is wrong with broken ones.")


@policy.command(
    "check", examples=("hub policy check", "hub policy check policies/other.toml")
)
@click.argument("names", metavar="[POLICY|FILE]…", nargs=-1)
def check_policies(call: Call, names: tuple[str, ...]) -> int:
    """Judge policy files: everything that is wrong, and what is allowed instead."""
    from hub.errors import DeclarationError
    from hub.flow.policies import find_policy_file, policy_files, vocabulary
    from hub.scoring import load_any

    city = _city_folder(call)
    files = [find_policy_file(city, name) for name in names] or policy_files(city)
    told: list[dict[str, object]] = []
    for path in files:
        one: dict[str, object] = {"policy": path.stem, "file": str(path)}
        try:
            found = load_any(path, vocabulary())
        except DeclarationError as error:
            one |= {"ok": False, "sign_off": None, "problems": problems_in(error)}
        else:
            one |= {"ok": True, "sign_off": found.sign_off[1], "problems": []}
        told.append(one)

    def show(page: Page) -> None:
        page.table(
            ("policy", "", "problem, else signature 签批", "remedy"),
            (
                (one["policy"], word, problem or (one["sign_off"] or ""), remedy)
                for one in told
                for word, problem, remedy in verdict_lines(one["problems"])
            ),
            empty="The city has no policies yet.",
        )

    call.answer(told, show)
    return 0 if all(one["ok"] for one in told) else 1


@policy.command("show", examples=("hub policy show default-district",))
@click.argument("name", metavar="POLICY|FILE")
def show_policy(call: Call, name: str) -> None:
    """Show a policy as the hub reads it: dimensions, items, rules, and signature."""
    from hub.flow.policies import find_policy_file, vocabulary
    from hub.scoring import load_any

    found = load_any(find_policy_file(_city_folder(call), name), vocabulary())
    shape = found.model_dump(mode="json", by_alias=True)
    told = shape | {"sign_off": found.sign_off[1], "sign_off_zh": found.sign_off[0]}
    call.answer(told, lambda page: _show(page, found))


def _city_folder(call: Call) -> Path:
    from hub.partners.loader import load_city

    return load_city(call.settings()).folder


def _shape(found: Policy | BestChiefs) -> dict[str, object]:
    """One sound policy in the list."""
    return {
        "policy": found.id,
        "version": found.version,
        "level": found.level,
        "title_zh": found.title_zh,
        "title_en": found.title_en,
        "valid_from": found.valid_from.isoformat(),
        "approved_by": found.approved_by,
        "sign_off": found.sign_off[1],
    }


def _broken(path: Path) -> dict[str, object]:
    """One policy whose file is wrong."""
    unknown = dict.fromkeys(
        ("version", "level", "title_zh", "title_en", "valid_from", "approved_by")
    )
    return {"policy": path.stem, **unknown, "sign_off": None}


def _show(page: Page, found: Policy | BestChiefs) -> None:
    from hub.scoring import Policy

    page.line(f"{found.id} {found.version} · {found.title_zh}", style="bold")
    page.line(found.title_en)
    page.facts(
        [
            ("level", found.level),
            ("valid from", found.valid_from.isoformat()),
            ("source", found.source),
            ("signature", " · ".join(found.sign_off)),
        ]
    )
    if isinstance(found, Policy):
        for title, lines in _dimensions(found):
            page.title(title)
            page.table(("item", "名称", "looks at", "rule"), lines)
        return
    page.title("criteria")
    page.table(
        ("criterion", "名称", "looks at", "weight"),
        ((one.id, one.title_zh, one.value.name, one.weight) for one in found.criteria),
    )
    page.title("tests")
    page.facts(
        [
            ("fewest cases", found.min_cases),
            ("least share in post", found.min_in_post),
            *(("disqualifies", one.title_zh) for one in found.disqualifiers),
        ]
    )


def _dimensions(found: Policy) -> Iterator[tuple[str, list[tuple[object, ...]]]]:
    """Heading and lines of every dimension."""
    for one in found.dimensions:
        weight = "no weight yet" if one.weight is None else f"weight {one.weight}"
        counted = weight if one.is_counted else "shown, not counted"
        yield (
            f"{one.title_zh} {one.title_en} ({one.full} points, {counted})",
            [
                (item.id, item.title_zh, item.measure.name, rule_text(item.rule))
                for item in one.items
            ],
        )


def rule_text(rule: object) -> str:
    """A rule in a cell: its kind and the parameters that it names."""
    from hub.scoring.rules import Rule

    assert isinstance(rule, Rule)
    given = rule.model_dump(mode="json", exclude_defaults=True, by_alias=True)
    kind = given.pop("kind")
    return ", ".join([kind, *(f"{name} {value}" for name, value in given.items())])


COMMANDS = (policy,)
