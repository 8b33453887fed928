"""Declarations for tests, with as little ceremony as possible."""

from __future__ import annotations

from typing import Any

from hub.partners.spec import Feed, Partner, Source


def feed(**given: Any) -> Feed:
    """A feed of issues that maps two fields."""
    plain: dict[str, Any] = {
        "name": "cases",
        "key": ("id",),
        "emits": (
            {
                "dataset": "issue",
                "columns": {"case_no": {"field": "no"}, "topic": {"field": "topic"}},
            },
        ),
    }
    return Feed.model_validate(plain | given)


def partner(source: dict[str, Any], *feeds: Feed, **given: Any) -> Partner:
    """A partner in Wuhan's clock with one source."""
    plain = {"id": "qiaokou", "title": "硚口区", "timezone": "Asia/Shanghai"}
    return Partner.model_validate(
        plain | {"source": Source.model_validate(source), "feeds": feeds} | given
    )
