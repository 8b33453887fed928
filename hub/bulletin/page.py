"""A bulletin as one HTML page: printable, readable on a phone, of one piece.

What lives here: filling `bulletin.html.j2`. Every value is escaped by the template
engine; the page holds no script, its charts are drawn beforehand, and it asks nothing
of any network. What does not: what stands on it (`content` and its neighbours).
"""

from __future__ import annotations

from decimal import Decimal

from jinja2 import Environment, PackageLoader, StrictUndefined

from hub.bulletin.broken import LINKS, broken_counts
from hub.bulletin.charts import course_scale, line_of, scale_of
from hub.bulletin.chiefs import SHOWN_ID
from hub.bulletin.content import BulletinContent
from hub.bulletin.figures_shown import beside_counts, small_print, told
from hub.bulletin.naming import Naming
from hub.bulletin.ranking import Standing, dimensions_of, ranking
from hub.bulletin.units_shown import NOTHING_SHOWN, exception_lists, units_shown
from hub.bulletin.words import Words, is_share, words_of

CLOSED_LOOP = "closed_loop_rate"
CASE = (
    "issue_id", "category", "street_code", "reported_at", "limit_at",
    "first_missing_link",
)  # fmt: skip


def bulletin(content: BulletinContent, language: str = "zh-CN") -> str:
    """The bulletin as a complete HTML document.

    Args:
        content: what it tells.
        language: zh-CN or en; names of units and streets stay as they are.

    Raises:
        MisuseError: there is no such language.
    """
    words = words_of(language)
    environment = Environment(
        loader=PackageLoader("hub.bulletin", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    groups = ranking(content)
    standings = [one for group in groups for one in group.standings]
    dimensions = dimensions_of(content)
    city = told(content, "city")
    courses = [one.course for one in standings]
    lines = course_scale(courses)
    return environment.get_template("bulletin.html.j2").render(
        t=words,
        naming=Naming(content, words),
        head=content.head,
        tiles=_tiles(content, words, standings),
        groups=groups,
        standings=standings,
        is_added_up=not standings or any(one.points is not None for one in standings),
        dimensions=dimensions,
        scales={
            "total": scale_of(one.points for one in standings),
            **{
                name: scale_of(one.dimensions.get(name) for one in standings)
                for name in dimensions
            },
        },
        lines=lines,
        line_of=line_of,
        has_course=any(len(course) > 1 for course in courses),
        units=units_shown(content),
        nothing=NOTHING_SHOWN,
        case_columns=CASE,
        value=lambda one: value_words(words, one.value, one.numerator, one.denominator),
        links=LINKS,
        broken=broken_counts(content),
        is_loop_known=is_loop_known(content),
        city=city,
        calibers=small_print(city),
        exceptions=exception_lists(content),
        has_exceptions=content.has_exceptions,
        beside=beside_counts(content),
        chiefs=content.chiefs,
        shown_id=SHOWN_ID,
        quarantined={k: n for k, n in content.quarantined.items() if n},
    )


def value_words(
    words: Words,
    value: Decimal | None,
    numerator: int | None,
    denominator: int | None,
) -> str:
    """A value of an item: a percentage where it is one, else the number."""
    if value is None:
        return words("no_data")
    if is_share(value, numerator, denominator):
        return words.percent(value)
    plain = f"{value:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def is_loop_known(content: BulletinContent) -> bool:
    """Whether loops were due at all; if not, none broken would be no data as zero."""
    loop = [one for one in told(content, "city") if one.metric == CLOSED_LOOP]
    is_due = bool(loop and loop[0].denominator)
    return content.has_broken and (is_due or not content.broken.is_empty())


def _tiles(
    content: BulletinContent, words: Words, standings: list[Standing]
) -> list[tuple[str, str]]:
    """The month in a few numbers."""
    ranked = sum(one.rank is not None or bool(one.places) for one in standings)
    loop = [one for one in told(content, "city") if one.metric == CLOSED_LOOP]
    found = [
        (words("units_assessed"), words.count(len(standings))),
        (words("units_ranked"), words.count(ranked)),
        (words("units_not_ranked"), words.count(len(standings) - ranked)),
        (words("closed_loop"), words.percent(loop[0].share if loop else None)),
    ]
    broken = content.broken.height if is_loop_known(content) else None
    return [
        *found,
        (words("broken_cases"), words.count(broken)),
        (
            words("exceptions_found"),
            words.count(content.exceptions.height if content.has_exceptions else None),
        ),
    ]
