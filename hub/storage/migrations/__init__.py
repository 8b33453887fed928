"""The control database's revisions, shipped inside the package.

What lives here: the newest revision and the one way to run Alembic, without an
`alembic.ini` on disk. What does not: the tables as the program uses them, see
`hub.storage.tables`; a test keeps both the same.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from hub.errors import MisuseError

HEAD = "0017"


def upgrade(connection: sa.Connection) -> None:
    """Run the missing revisions inside the connection's open transaction.

    Raises:
        MisuseError: the database is at a revision that this hub does not know.
    """
    # Alembic takes a quarter of a second to import; an up-to-date hub never needs it.
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    # Options are interpolated, so a percent sign in the path is doubled.
    folder = str(Path(__file__).parent).replace("%", "%%")
    config.set_main_option("script_location", folder)
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, HEAD)
    except CommandError as problem:
        raise MisuseError(
            "migrate the control database",
            seen="it is at a revision that this hub does not know",
            next_step="Run the newer hub that wrote it, or restore the older backup.",
        ) from problem
