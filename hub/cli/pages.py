"""The reference pages, each made from what it describes.

What lives here: the list of pages, and those about commands and metrics. What does
not: pages of datasets, codes and rules (`hub.schemas.pages`), of partner files
(`hub.partners.options_page`), alarms (`hub.alarms.page`), policies
(`hub.scoring.policy_page`) and traps (`trap_page`); guides, which people write.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from inspect import cleandoc

import click

from hub.alarms.page import alarm_page
from hub.cli.call import HubCommand, shared_options
from hub.cli.trap_page import trap_page
from hub.demo.traps import traps_seen
from hub.metrics.calibers import CALIBERS, others
from hub.metrics.exceptions.lists import LISTS, RULES
from hub.metrics.reasons import REASONS
from hub.metrics.registry import METRICS
from hub.partners.options_page import reference_page
from hub.schemas import DATASETS
from hub.schemas.derive import code_page, dictionary_page, rule_page
from hub.scoring.policy_page import policy_page

MADE = "Made by `hub docs`; do not edit."


def reference_pages() -> dict[str, str]:
    """Path below the reference folder → text of every page."""
    pages = {
        "alarms.md": alarm_page(),
        "codes.md": code_page(),
        "command-line.md": command_page(),
        "metrics.md": metric_page(),
        "partner-files.md": reference_page(),
        "policy-files.md": policy_page(),
        "rules.md": rule_page(),
        "traps.md": trap_page(traps_seen()),
    }
    pages |= {f"datasets/{ds.name}.md": dictionary_page(ds) for ds in DATASETS.values()}
    return {"README.md": index_page()} | pages


def index_page() -> str:
    """What there is, with links."""
    parts = [
        "# Reference",
        MADE,
        "- [Command line](command-line.md)\n"
        "- [Partner files and city files](partner-files.md)\n"
        "- [Policy files 考核办法](policy-files.md)\n"
        "- [Metrics 指标](metrics.md)\n"
        "- [Code lists 代码表](codes.md)\n"
        "- [Rules 校验规则](rules.md)\n"
        "- [Traps 来源系统陷阱](traps.md)\n"
        "- [Alarms 报警](alarms.md)",
        "## Datasets 数据集",
        _table(
            ("dataset", "名称", "about"),
            (
                (f"[`{ds.name}`](datasets/{ds.name}.md)", ds.title, ds.description)
                for ds in DATASETS.values()
            ),
        ),
    ]
    return "\n\n".join(parts) + "\n"


def command_page() -> str:
    """Every command with its help, options and examples."""
    from hub.cli.program import program

    root = click.Context(program, info_name="hub")
    parts = [
        "# Command line",
        MADE,
        *cleandoc(str(program.help)).split("\n\n"),
        "Every command takes these options; `hub --home DIR …` is the same as `--home` "
        "at its end.",
        _table(("option", "meaning"), _options(shared_options(), root)),
    ]
    for path, command in commands(program, root):
        parts += [f"## `{path.command_path}`", *_described(command, path)]
    return "\n\n".join(parts) + "\n"


def commands(
    group: click.Group, ctx: click.Context
) -> Iterator[tuple[click.Context, click.Command]]:
    """Every command that does something, in alphabetical order."""
    for name in group.list_commands(ctx):
        command = group.commands[name]
        inner = click.Context(command, info_name=name, parent=ctx)
        if isinstance(command, click.Group):
            yield from commands(command, inner)
        else:
            yield inner, command


def _described(command: click.Command, ctx: click.Context) -> Iterator[str]:
    yield " ".join((command.help or "").split())
    usage = " ".join([ctx.command_path, *command.collect_usage_pieces(ctx)])
    yield f"```\n{usage}\n```"
    shared = {one.name for one in shared_options()}
    own = list(_options([p for p in command.params if p.name not in shared], ctx))
    if own:
        yield _table(("option", "meaning"), own)
    if isinstance(command, HubCommand):
        examples = "\n".join(command.examples)
        yield f"```sh\n{examples}\n```"


def _options(
    parameters: Iterable[click.Parameter], ctx: click.Context
) -> Iterator[tuple[str, str]]:
    """Options as they are written, and what they mean; arguments stand in usage."""
    for parameter in parameters:
        record = parameter.get_help_record(ctx)
        if record is not None and isinstance(parameter, click.Option):
            yield f"`{record[0]}`", record[1]


def metric_page() -> str:
    """Every metric, caliber, list of exceptions and reason, in both languages."""
    parts = [
        "# Metrics 指标",
        MADE,
        "[Calibers](#calibers-口径) · [Exceptions](#exceptions-清单) · "
        "[Reasons](#reasons-原因). A metric of cases is counted under each caliber "
        "that stands beside its own and under each of the four bases as well; the "
        "first named is the usual one.",
    ]
    for one in METRICS.values():
        parts += [
            f"## `{one.id}` {one.name_zh}",
            f"{one.name_en}, version {one.version}.",
            "\n".join(
                [
                    f"- Formula 公式: {one.formula_zh} · {one.formula_en}",
                    f"- Numerator 分子: {one.numerator_zh} · {one.numerator_en}",
                    f"- Denominator 分母: {one.denominator_zh} · {one.denominator_en}",
                    f"- Basis 归期: `{one.basis}`",
                    f"- Calibers 口径: {', '.join(map(_choice, one.calibers))}",
                    f"- Levels 层级: {', '.join(one.levels)}",
                    f"- Source 依据: {one.source}",
                ]
            ),
        ]
    parts += [
        "## Calibers 口径",
        _table(
            ("caliber", "version", "口径说明", "text", "source"),
            (
                (f"`{c.id}`", str(c.version), c.text_zh, c.text_en, c.source)
                for c in CALIBERS.values()
            ),
        ),
        "## Exceptions 清单",
        "`hub metric exceptions` lists them. Findings of the rules "
        f"{', '.join(f'`{code}`' for code in RULES)} are listed too, in the words of "
        "[the rules](rules.md).",
        _table(
            ("kind", "rows are", "事项", "text"),
            (
                (f"`{one.kind}`", one.subject, one.note_zh, one.note_en)
                for one in LISTS.values()
            ),
        ),
        "## Reasons 原因",
        _table(
            ("reason", "原因", "text"),
            ((f"`{code}`", zh, en) for code, (zh, en) in REASONS.items()),
        ),
    ]
    return "\n\n".join(parts) + "\n"


def _choice(caliber: str) -> str:
    """A caliber, and what may take its place."""
    instead = ", ".join(f"`{one}`" for one in others(caliber))
    return f"`{caliber}`" + (f" (or {instead})" if instead else "")


def _table(head: Iterable[str], lines: Iterable[Iterable[str]]) -> str:
    names = list(head)
    rows = [names, ["---"] * len(names), *lines]
    return "\n".join(f"| {' | '.join(map(_cell, row))} |" for row in rows)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "&#124;")
