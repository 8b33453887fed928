"""Sums and findings behind a dataset, against a count made one by one."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from hub.flow.lineage import FeedEdge, Lineage
from hub.schemas.rules import RULES
from hub.sharing.catalogue.entry import Counts
from hub.sharing.catalogue.standing import Told, last_batch, quality_of
from hub.storage.delivery_counts import FeedCounts, FeedFinding
from hub.storage.releases import Release, Source

FEEDS = [("p", "a"), ("p", "b"), ("q", "a")]
DATASETS = ("issue", "review", "area")
COUNT = st.integers(0, 9)
feeds = st.sampled_from(FEEDS)


@st.composite
def counts(draw: st.DrawFn) -> FeedCounts:
    """Sums of one feed that balance."""
    partner, feed = draw(feeds)
    ended = [draw(COUNT) for _ in range(4)]
    return FeedCounts(partner, feed, draw(COUNT), sum(ended), *ended, None)


findings = st.builds(
    lambda feed, rule, dataset, count: FeedFinding(
        *feed, rule, "reject", dataset, count
    ),
    feeds,
    st.sampled_from(sorted(RULES)[:3]),
    st.sampled_from(("", *DATASETS)),
    st.integers(1, 9),
)
edges = st.builds(
    lambda feed, dataset: FeedEdge(feed[0], feed[0], feed[1], dataset, enters=True),
    feeds,
    st.sampled_from(DATASETS),
)


@settings(max_examples=60)
@given(
    st.lists(counts(), unique_by=lambda one: (one.partner, one.feed)),
    st.lists(findings, max_size=6),
    st.lists(edges, unique=True, max_size=5),
    st.sampled_from(DATASETS),
)
def test_a_dataset_has_the_sums_of_its_own_feeds(
    sums: list[FeedCounts],
    found: list[FeedFinding],
    given_edges: list[FeedEdge],
    name: str,
) -> None:
    by_feed = {(one.partner, one.feed): one for one in sums}
    told = Told(total=by_feed, latest={}, findings=tuple(found))
    lineage = Lineage(feeds=tuple(given_edges), own=(), metrics=())

    quality = quality_of(told, lineage, (name,))

    own = {(e.partner, e.feed) for e in given_edges if e.dataset == name}
    expected = dict.fromkeys(Counts.__dataclass_fields__, 0)
    for feed in own & set(by_feed):
        for field in expected:
            expected[field] += getattr(by_feed[feed], field)
    assert quality.total == Counts(**expected)
    ended = (quality.total.accepted, quality.total.quarantined,
             quality.total.duplicate, quality.total.refused)  # fmt: skip
    assert quality.total.received == sum(ended)
    assert quality.latest == Counts()
    broken: dict[str, int] = {}
    for one in found:
        if (one.partner, one.feed) in own and one.dataset in ("", name):
            broken[one.rule] = broken.get(one.rule, 0) + one.count
    assert {one.rule: one.count for one in quality.findings} == broken
    counted = [one.count for one in quality.findings]
    assert counted == sorted(counted, reverse=True)


def test_the_last_batch_is_the_greatest_that_a_source_names() -> None:
    def release(*pairs: tuple[int | None, int | None]) -> Release:
        sources = tuple(
            Source("p", str(at), (), good=good, attempt=attempt)
            for at, (good, attempt) in enumerate(pairs)
        )
        return Release(1, "c", "d", None, (), sources)  # type: ignore[arg-type]

    assert last_batch(release((3, 7), (9, 8), (None, None))) == 9
    assert last_batch(release()) == 0
