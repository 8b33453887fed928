"""Rows of a shelf as a decision shows them, whatever mix of masks it names."""

from __future__ import annotations

import pytest
from support.open311_home import SECRET, View

from hub.sharing.api.shown import ShownRows
from hub.sharing.asks import Allowed, Shown
from hub.sharing.join_keys import JoinKey
from hub.sharing.masks import apply_masks
from hub.sharing.seen_rows import ALL_ROWS

KEY = JoinKey("1-test", "ab" * 32)
MASKS = {
    "issue_id": None,
    "reported_at": None,
    "description": "scrub",  # held by the shelf
    "handling_org_id": "pseudonym",  # made for the recipient
    "reporter_name": "name",  # stricter than nothing, but not the schema's
}


@pytest.mark.parametrize(
    "columns",
    [
        tuple(MASKS),
        tuple(MASKS)[::-1],
        ("handling_org_id",),
        ("reporter_name", "handling_org_id"),
        ("description",),
        ("issue_id", "handling_org_id"),
    ],
)
@pytest.mark.parametrize("numbers", [[], [3], [5, 1, 4]])
def test_columns_come_masked_in_their_order(
    view: View, columns: tuple[str, ...], numbers: list[int]
) -> None:
    shelf = view.service.hand.shelf(view.service.hand.all()[0], "issue")
    told = tuple(Shown(name, MASKS[name]) for name in columns)
    allowed = Allowed(dataset="issue", form="api", columns=told, rows=ALL_ROWS)

    found = ShownRows(shelf, allowed, KEY).rows(numbers)

    whole = shelf.take(numbers, list(shelf.schema))
    masks = {name: MASKS[name] for name in columns}
    assert found.equals(apply_masks(whole, masks, KEY).frame)
    assert (tuple(found.columns), len(found)) == (columns, len(numbers))
    for name in columns:
        if MASKS[name] is not None and name in SECRET and numbers:
            assert SECRET[name] not in found.get_column(name).to_list()
