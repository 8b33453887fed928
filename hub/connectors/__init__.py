"""Connectors: everything a partner can be fetched with, and nothing about why.

What lives here: the words that the flow uses. REST in `rest`, databases in `sql`,
folders in `files`, message queues in `queue`, reading what they landed in `decode`.
What does not: Dagster, mapping, storage: a connector hands over parts and forgets
them.
"""

from hub.connectors.base import Connector, Delivery, Part, PartMeta
from hub.connectors.kinds import connect

__all__ = ["Connector", "Delivery", "Part", "PartMeta", "connect"]
