"""What assessment policies may name, and where a city's policies lie.

What lives here: the registry of metrics in the shape that the scoring room takes, as
neither room knows the other. What does not: reading policies (`hub.scoring`).
"""

from __future__ import annotations

from pathlib import Path

from hub.errors import MisuseError
from hub.metrics.calibers import CALIBERS
from hub.metrics.registry import METRICS
from hub.partners.problems import nearest
from hub.scoring.loader import FOLDER
from hub.scoring.vocabulary import Variant, Vocabulary


def vocabulary() -> Vocabulary:
    """Metrics with their default calibers and basis, and all calibers."""
    return Vocabulary(
        {one.id: Variant(one.calibers, one.basis) for one in METRICS.values()},
        frozenset(CALIBERS),
    )


def policy_files(city: Path) -> list[Path]:
    """Policy files in the folder of a city, by name."""
    return sorted((city / FOLDER).glob("*.toml"))


def find_policy_file(city: Path, name: str) -> Path:
    """A policy of the city by its id, or any file by its path.

    Raises:
        MisuseError: there is none.
    """
    path = Path(name)
    if path.is_file():
        return path
    known = {one.stem: one for one in policy_files(city)}
    if name in known:
        return known[name]
    guess = nearest(name, known)
    meant = f' Did you mean "{guess}"?' if guess else ""
    raise MisuseError(
        f'find the policy "{name}"',
        seen="there is no file and no policy of that name",
        next_step=f"Policies of this city: {', '.join(known) or 'none'}.{meant}",
    )
