"""The catalogue of traps: what real source systems do, and what the hub does then.

What lives here: one entry per trap, read once from `trap_texts/*.toml`, one file per
family. Numbers are fixed and never reused. What does not: doing anything about a trap;
`tests/traps` proves each entry, in `test_<family>.py` under `test_t<number>_…`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import Literal

Counted = Literal[
    "accepted", "warned", "quarantined", "duplicate", "unchanged", "refused", "failed",
    "figures", "release",
]  # fmt: skip
# Family → its name in both languages, in the order of the numbers.
FAMILIES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "paging": ("Interfaces and paging", "接口与分页"),
        "status": ("States and repetition", "状态与重复推送"),
        "time": ("Time", "时间"),
        "space": ("Places", "空间"),
        "text": ("Text and encoding", "文本与编码"),
        "roster": ("People and registers", "人员与名册"),
        "metrics": ("Figures", "指标"),
        "pipeline": ("Running every day", "日常运行"),
    }
)


@dataclass(frozen=True, kw_only=True)
class Trap:
    """One entry of the catalogue.

    Attributes:
        id: `T` and its number.
        family: key of `FAMILIES`.
        title_en, title_zh: what it is called.
        comes: what real systems send or do.
        hub: what the hub does then.
        rules: codes of `hub.schemas.rules` under which it is told.
        keys: keys of a partner or city file that concern it, as `table.key`.
        counted: where its rows end, or where it shows.
        missing: what the hub does not do about it yet; empty if nothing is.
    """

    id: str
    family: str
    title_en: str
    title_zh: str
    comes: str
    hub: str
    rules: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    counted: tuple[Counted, ...] = ()
    missing: str = ""

    @property
    def number(self) -> int:
        """The number behind the T."""
        return int(self.id[1:])

    @property
    def status(self) -> Literal["done", "partly"]:
        """Whether the hub does all that it should."""
        return "partly" if self.missing else "done"


def _read() -> dict[str, Trap]:
    traps: dict[str, Trap] = {}
    for family in FAMILIES:
        text = files("hub.schemas").joinpath("trap_texts", f"{family}.toml")
        for id_, entry in tomllib.loads(text.read_text(encoding="utf-8")).items():
            lists = {name: tuple(v) for name, v in entry.items() if isinstance(v, list)}
            traps[id_] = Trap(id=id_, family=family, **{**entry, **lists})
    return traps


TRAPS: Mapping[str, Trap] = MappingProxyType(_read())
