"""Rows of a release at hand: found by an index, read from memory-mapped columns."""

from __future__ import annotations

from hub.sharing.shelf.build import build_shelf
from hub.sharing.shelf.conditions import (
    AnyOf,
    Condition,
    Order,
    read_condition,
    read_order,
)
from hub.sharing.shelf.shelf import Shelf, TooSlow, TornShelf

__all__ = [
    "AnyOf",
    "Condition",
    "Order",
    "Shelf",
    "TooSlow",
    "TornShelf",
    "build_shelf",
    "read_condition",
    "read_order",
]
