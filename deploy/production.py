"""Which of the locked packages a production machine needs.

What lives here: `deploy/requirements.lock`, the part of `requirements.lock` that the
hub, its drivers and Dagster's services need, found by following what the installed
packages declare. Tests, linters and browsers stay behind. What does not: the bundle
made of it (`bundle.py`), resolving (the lock is made elsewhere).

    .venv/bin/python deploy/production.py           writes the file again
    .venv/bin/python deploy/production.py --check   ends with 1 if it is not current
"""

from __future__ import annotations

import re
import sys
import tomllib
from importlib.metadata import requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements.lock"
OWN = ROOT / "deploy" / "requirements.lock"
# Drivers that the lock holds, and Dagster's records in PostgreSQL.
EXTRAS = ("postgres", "sftp", "s3", "mysql")
# A service of production that pyproject.toml lists for developers.
SERVICES = ("dagster-webserver",)
HEAD = "# Made from requirements.lock by `python deploy/production.py`; not edited.\n"


def wanted() -> list[Requirement]:
    """What production asks for by name."""
    tables = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    extras = tables["project"]["optional-dependencies"]
    texts = [
        *tables["build-system"]["requires"],  # an image builds the hub from source
        *tables["project"]["dependencies"],
        *(text for name in EXTRAS for text in extras[name]),
    ]
    services = [t for t in extras["dev"] if Requirement(t).name in SERVICES]
    assert len(services) == len(SERVICES), "pyproject.toml no longer lists a service"
    return [Requirement(text) for text in [*texts, *services]]


def closure(first: list[Requirement]) -> set[str]:
    """The names of those packages and of all that they need here."""
    found: set[tuple[str, frozenset[str]]] = set()
    waiting = list(first)
    while waiting:
        asked = waiting.pop()
        one = canonicalize_name(asked.name), frozenset(asked.extras)
        if one in found:
            continue
        found.add(one)
        for text in requires(asked.name) or []:
            needed = Requirement(text)
            extras = [{"extra": extra} for extra in ("", *asked.extras)]
            if needed.marker is None or any(map(needed.marker.evaluate, extras)):
                waiting.append(needed)
    return {name for name, _ in found}


def entries(lock: str) -> dict[str, str]:
    """Package → its lines in a lock, hashes and all."""
    texts = re.split(r"(?<!\\)\n", lock)
    return {
        canonicalize_name(text.partition("==")[0]): text
        for text in texts
        if "==" in text
    }


def production_lock() -> str:
    """The text of `deploy/requirements.lock` as it should be."""
    locked = entries(LOCK.read_text("utf-8"))
    return HEAD + "".join(f"{locked[name]}\n" for name in sorted(closure(wanted())))


def main() -> int:
    """Write the file, or say whether it is current."""
    text = production_lock()
    if "--check" in sys.argv[1:]:
        current = OWN.exists() and OWN.read_text("utf-8") == text
        if not current:
            sys.stderr.write(f"{OWN.name} is not current: run deploy/production.py\n")
        return int(not current)
    OWN.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
