"""Lineage: every edge that declarations make, and none beside."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from support.catalogues import WORDS, shipped
from support.small_city import CITY, PLATFORM, ROSTER, write_city

from hub.flow.lineage import lineage_of
from hub.flow.metric_rows import INPUTS
from hub.metrics.registry import METRICS
from hub.partners.loader import load_city
from hub.schemas import DATASETS
from hub.sharing.catalogue.drawing import LEFTS, WIDTHS, picture_of
from hub.sharing.catalogue.words import words_of


def test_feeds_of_partner_files_lead_to_what_they_emit() -> None:
    city = load_city("wuhan")
    found = {(one.partner, one.feed, one.dataset) for one in shipped().lineage.feeds}

    assert found == {
        (partner.id, feed.name, emit.dataset)
        for partner in city.partners.values()
        for feed in partner.feeds
        for emit in feed.emits
    }


def test_datasets_lead_to_the_metrics_that_count_them() -> None:
    lineage = shipped().lineage

    for name in DATASETS:
        expected = {one.id for one in METRICS.values() if name in INPUTS[one.subject]}
        assert set(lineage.out_of(name)) == expected
        assert len(lineage.out_of(name)) == len(expected)


def test_every_dataset_comes_from_somewhere() -> None:
    lineage = shipped().lineage

    assert all(lineage.into(name) or name in lineage.own for name in DATASETS)


def test_rows_of_a_partner_who_does_not_lead_are_compared_only(tmp_path: Path) -> None:
    other = ROSTER.replace('id = "roster"', 'id = "other"')
    folder = write_city(tmp_path / "city", platform=PLATFORM, roster=ROSTER)
    (folder / "partners" / "other.toml").write_text(other)
    (folder / "catalogue.toml").write_text(WORDS)
    assert "[lead]" in CITY

    found = lineage_of(load_city(folder))

    enters = {(one.partner, one.dataset): one.enters for one in found.feeds}
    assert enters["roster", "area"]
    assert not enters["other", "area"]


def test_boxes_do_not_overlap_and_lines_end_at_boxes() -> None:
    picture = picture_of(shipped(), words_of("zh-CN"))

    for left, width in zip(LEFTS, WIDTHS, strict=True):
        column = sorted(one.top for one in picture.boxes if one.left == left)
        assert column
        assert all(b - a >= 24 for a, b in pairwise(column))
        assert left + width <= picture.width
        assert column[-1] + 24 <= picture.height
    starts = {f"M{one.right} {one.middle}" for one in picture.boxes}
    ends = {f"{one.left} {one.middle}" for one in picture.boxes}
    for line in picture.lines:
        start, _, rest = line.path.partition("C")
        assert start in starts
        assert " ".join(rest.split()[-2:]) in ends
    assert {one.mark for one in picture.boxes} == {"", "OPEN", "CONDITIONAL"}


def test_texts_fit_their_boxes_and_nothing_is_lost_for_a_pointer() -> None:
    for language in ("zh-CN", "en"):
        for one in picture_of(shipped(), words_of(language)).boxes:
            wide = sum(6 if sign.isascii() else 12 for sign in one.text)
            assert wide <= one.width - 4
            assert one.full.startswith(one.text.removesuffix("…"))
