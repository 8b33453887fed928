"""Masks: what becomes of personal values on their way out; stored data stays whole."""

from __future__ import annotations

from hub.sharing.masks.apply import (
    Masked,
    apply_masks,
    keyed_of,
    masks_of,
    normal_of,
    reads,
)
from hub.sharing.masks.registry import MASKS, Mask

__all__ = [
    "MASKS",
    "Mask",
    "Masked",
    "apply_masks",
    "keyed_of",
    "masks_of",
    "normal_of",
    "reads",
]
