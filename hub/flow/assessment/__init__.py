"""Months that are closed: drafted, frozen, revised, compared, computed again."""
