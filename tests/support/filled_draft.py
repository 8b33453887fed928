"""What an engineer does with a draft: fill in what is marked, and check it.

What lives here: filling blanks with the first value that each of them names, and the
check of the loader. Nothing else of a draft is touched.
"""

from __future__ import annotations

import re
from pathlib import Path

from hub.onboarding.toml_words import FILL
from hub.partners.city import City
from hub.partners.loader import load_partner
from hub.partners.problems import FaultyDeclaration

_CONSTANT = re.compile(r"^# (\w+) = \{ value = (\S+) \}(?:   # (\w+).*)?$")
_SYSTEM = re.compile(r"^# (category_system = \")[^\"]*\"$")


def fill(made: str, *, category_system: str = "GBT47678.5-2026") -> str:
    """The text with its blanks filled: required constants, key and category list."""
    lines = []
    for line in made.splitlines():
        constant, system = _CONSTANT.match(line), _SYSTEM.match(line)
        if constant:
            value = f'"{constant[3]}"' if constant[3] else constant[2]
            line = f"{constant[1]} = {{ value = {value} }}"
        elif system:
            line = f'{system[1]}{category_system}"'
        elif line.startswith(f'key = ["{FILL}"]'):
            line = 'key = ["编号"]'
        lines.append(line)
    return "\n".join(lines)


def problems(text: str, city: City, partner: str, folder: Path) -> list[str]:
    """What the loader has against a partner file, one text per problem."""
    path = folder / f"{partner}.toml"
    path.write_text(text, encoding="utf-8")
    try:
        load_partner(path, city)
    except FaultyDeclaration as error:
        return [f"{one.where}: {one.what}" for one in error.problems]
    return []


def check_filled(made: str, city: City, partner: str, folder: Path) -> list[str]:
    """The problems that are left once the blanks are filled."""
    return problems(fill(made), city, partner, folder)
