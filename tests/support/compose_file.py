"""`deploy/compose.yaml` as a machine without Docker can use it.

What lives here: its services, their commands and environment, with paths and hosts of
a container turned into those of this machine. What does not: starting anything.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from dagster._core.workspace.load import load_yaml_from_path
from support.source_tree import ROOT

DEPLOY = ROOT / "deploy"
FILE = DEPLOY / "compose.yaml"
IN_IMAGE = "/opt/hub/deploy"
HOME = "/var/lib/hub"
OWN = ("setup", "code", "webserver", "daemon", "api")  # services that run the hub
VARIABLE = re.compile(r"\$\{(\w+)(?::[-?]([^}]*))?\}")


def services() -> dict[str, Any]:
    """Every service, anchors resolved."""
    told = load_yaml_from_path(str(FILE))
    assert isinstance(told, dict)
    return dict(told["services"])


def command_of(name: str) -> list[str]:
    """The exact command of a service; only the image's folder is the repository's."""
    words = services()[name]["command"]
    return [str(word).replace(IN_IMAGE, str(DEPLOY)) for word in words]


def environment_here(home: Path, database: str, records: str) -> dict[str, str]:
    """The environment of the services, over a home and databases of this machine.

    Args:
        home: takes the place of the volume.
        database: the control database.
        records: the database of Dagster's records.
    """
    told = {
        name: str(value).replace(HOME, str(home))
        for name, value in services()["code"]["environment"].items()
    }
    return told | {
        "HUB_CODE_SERVER": "127.0.0.1",
        "HUB_DATABASE_URL": database,
        "HUB_DAGSTER_DATABASE_URL": records,
    }
