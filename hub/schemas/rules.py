"""The catalogue of rules: what every code means and what to do about it.

What lives here: one entry per code, read once from `rule_texts/*.toml`. Codes are
stable and never reused; wording may improve. What does not: deciding whether a
row breaks a rule (`hub.pipeline`, `hub.flow`), and messages about one row.

Families: F what a row refers to, K counts and order, P single values and the
layout of rows, B bounds of a delivery, S what the hub derives, T traps with a finding
of their own.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import Literal

Severity = Literal["reject", "warn", "refuse"]
TEXTS = ("references", "cardinality", "values", "deliveries", "derivations", "traps")


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One entry of the catalogue.

    Attributes:
        code: stable code.
        severity: `reject` puts the row into quarantine, `warn` records a finding
            beside the row, `refuse` keeps the whole delivery out. A rule with a
            milder case states the stricter severity here, the finding its own.
        meaning_en: what is wrong, for engineers.
        meaning_zh: what is wrong, for the staff of a district.
        remedy_en: what to do, for engineers.
        remedy_zh: what to do, for the staff of a district.
        source: what the rule rests on: model rule, trap (T), policy clause (R).
    """

    code: str
    severity: Severity
    meaning_en: str
    meaning_zh: str
    remedy_en: str
    remedy_zh: str
    source: str


def _read() -> dict[str, Rule]:
    rules: dict[str, Rule] = {}
    for name in TEXTS:
        text = files("hub.schemas").joinpath("rule_texts", f"{name}.toml")
        entries = tomllib.loads(text.read_text(encoding="utf-8"))
        rules |= {code: Rule(code=code, **entry) for code, entry in entries.items()}
    return rules


RULES: Mapping[str, Rule] = MappingProxyType(_read())


def rule(code: str) -> Rule:
    """The rule of that code; KeyError lists the codes there are."""
    if code not in RULES:
        raise KeyError(f"no rule {code!r}; there are {', '.join(RULES)}")
    return RULES[code]
