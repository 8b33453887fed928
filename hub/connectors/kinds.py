"""Kind of source → connector: the closed list.

What lives here: the one place that knows all manners of fetching. What does not:
any of them. Each is imported when it is first needed, so that reading a folder
does not load a database driver.
"""

from __future__ import annotations

from hub.connectors.base import Connector
from hub.partners.spec import Partner
from hub.settings import Settings


def connect(partner: Partner, settings: Settings) -> Connector:
    """The connector of a partner, not connected to anything yet.

    Use it as a context manager, so that connections and temporary files go away.

    Args:
        partner: the declaration.
        settings: clock and secrets.

    Raises:
        DeclarationError: the declaration lacks an address.
        SecretMissing: it names a variable that is not set.
    """
    kind = partner.source.connector
    if kind == "rest":
        from hub.connectors.rest import RestConnector

        return RestConnector(partner, settings)
    if kind == "sql":
        from hub.connectors.sql import SqlConnector

        return SqlConnector(partner, settings)
    if kind == "queue":
        from hub.connectors.queue import QueueConnector

        return QueueConnector(partner, settings)
    if kind == "push":
        from hub.connectors.push import PushConnector

        return PushConnector(partner, settings)
    from hub.connectors.files import FilesConnector

    return FilesConnector(partner, settings)
