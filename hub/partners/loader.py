"""From a city folder to a typed city with its partners.

What lives here: finding the folder, reading `city.toml` and every partner file,
and putting all problems of a file into one error. What does not: the steps on
the way, which are `toml_text` → `merge` → `shape` → `typed` → `check`.

A partner file that is wrong does not take the others down: the city holds the
sound partners and, beside them, what is wrong with the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType

import hub.cities
from hub.errors import DeclarationError
from hub.partners.check import check
from hub.partners.city import City
from hub.partners.city_file import read_city_file
from hub.partners.merge import PROFILES, with_profile
from hub.partners.problems import FaultyDeclaration, Problem, nearest
from hub.partners.shape import Shaped, spell_out
from hub.partners.spec import Partner
from hub.partners.toml_text import read_tables
from hub.partners.typed import read_typed
from hub.settings import Settings

SHIPPED = Path(next(iter(hub.cities.__path__)))
KEPT = 8  # cities in memory; more than one only in tests
_known: dict[Path, tuple[bytes, City]] = {}


def load_city(place: Settings | str | Path, *, strict: bool = False) -> City:
    """The city of that name or folder, with its partners.

    Args:
        place: settings that name a city, a shipped city's name, or a folder.
        strict: raise for a partner file that is wrong, instead of keeping its
            error in `City.broken`.

    Raises:
        DeclarationError: no such city, `city.toml` or reference data are wrong,
            or (`strict`) a partner file is.
    """
    folder = find_folder(place.city if isinstance(place, Settings) else place)
    if strict:
        return _read_city(folder, strict=True)
    digest = _digest_of(folder)
    known = _known.get(folder)
    if known is None or known[0] != digest:
        if len(_known) >= KEPT:
            _known.clear()
        known = _known[folder] = (digest, _read_city(folder, strict=False))
    return known[1]


def _digest_of(folder: Path) -> bytes:
    """What every file of a city and every profile says, in one number.

    Reading them all takes a tenth of what judging them takes, and unlike dates of
    files it cannot miss a change.
    """
    seen = sha256()
    for path in _files_of(folder):
        content = path.read_bytes()
        seen.update(f"{path}\n{len(content)}\n".encode())
        seen.update(content)
    return seen.digest()


def _files_of(folder: Path) -> Iterator[Path]:
    for root in (folder, PROFILES):
        yield from sorted(path for path in root.rglob("*") if path.is_file())


def _read_city(folder: Path, *, strict: bool) -> City:
    files = sorted((folder / "partners").glob("*.toml"))
    city = replace(
        read_city_file(folder, frozenset(path.stem for path in files)),
        partner_ids=frozenset(path.stem for path in files),
    )
    partners: dict[str, Partner] = {}
    broken: dict[Path, DeclarationError] = {}
    for path in files:
        try:
            partners[path.stem] = load_partner(path, city)
        except DeclarationError as error:
            if strict:
                raise
            broken[path] = error
    return replace(
        city,
        partners=MappingProxyType(partners),
        broken=MappingProxyType(broken),
    )


def find_folder(place: str | Path) -> Path:
    """The folder of a shipped city or the folder itself.

    Raises:
        DeclarationError: neither is there, or the folder has no `city.toml`.
    """
    shipped = {path.parent.name: path.parent for path in SHIPPED.glob("*/city.toml")}
    if isinstance(place, str) and place in shipped:
        return shipped[place]
    folder = Path(place)
    if (folder / "city.toml").is_file():
        return folder.absolute()
    guess = nearest(str(place), shipped)
    meant = f' Did you mean "{guess}"?' if guess else ""
    raise DeclarationError(
        f'find the city "{place}"',
        seen="there is no folder of that name with a city.toml in it",
        next_step=f"Name a folder, or one of: {', '.join(sorted(shipped))}.{meant}",
    )


def load_partner(path: Path, city: City) -> Partner:
    """One partner file as a typed declaration that makes sense in its city.

    Args:
        path: `<id>.toml`.
        city: the city whose formats, divisions and other partners it may name.

    Raises:
        FaultyDeclaration: with every problem of the file, one per line.
    """
    partner = path.stem
    problems: list[Problem] = []
    own = read_tables(path, partner=partner)
    shaped = spell_out(with_profile(own, path, problems, partner=partner))
    problems += _name_problems(shaped, path)
    typed = read_typed(shaped, partner)
    found = [*typed.problems, *problems]
    if typed.model is not None:
        found += typed.told(check(city, typed.model))
    if found:
        raise FaultyDeclaration(path, list(dict.fromkeys(found)), partner=partner)
    assert typed.model is not None
    return typed.model


def _name_problems(shaped: Shaped, path: Path) -> list[Problem]:
    given = shaped.tables.get("id")
    if given is None or given == path.stem:
        return []
    return [
        Problem(
            "partner → id",
            f'is "{given}", and the file is called {path.name}',
            "a partner is found by its file: give both the same name",
        )
    ]
