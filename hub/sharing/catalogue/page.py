"""The data dictionary as one HTML page: printable, readable on a phone, of one piece.

What lives here: filling `dictionary.html.j2`, and the lineage as an SVG of its own.
Every value is escaped by the template engine; the page holds no script and asks nothing
of any network. What does not: what stands on it (`entry`), its words (`words`).
"""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from hub.metrics.calibers import CALIBERS, Caliber
from hub.sharing.catalogue.drawing import picture_of
from hub.sharing.catalogue.entry import Catalogue
from hub.sharing.catalogue.words import words_of


def dictionary(catalogue: Catalogue, language: str = "zh-CN") -> str:
    """The catalogue and data dictionary as a complete HTML document.

    Args:
        catalogue: what it tells.
        language: zh-CN or en; names of sources, and what the city itself said of a
            dataset, stay as they are.

    Raises:
        MisuseError: there is no such language.
    """
    words = words_of(language, catalogue.zone)
    entries = catalogue.entries
    items = [item for one in entries for item in one.items]
    missing = {
        (feed.partner, feed.feed) for one in entries for feed in one.freshness.missing
    }
    return (
        _environment()
        .get_template("dictionary.html.j2")
        .render(
            t=words,
            of=catalogue,
            picture=picture_of(catalogue, words),
            calibers=_calibers(catalogue),
            names={one.id: one.name for one in catalogue.metrics},
            tiles=[
                (words("datasets"), words.count(len(entries))),
                (words("columns"), words.count(len(items))),
                (
                    words("closed_columns"),
                    words.count(sum(one.share == "CLOSED" for one in items)),
                ),
                (words("metrics"), words.count(len(catalogue.metrics))),
                (
                    words("missing_feeds"),
                    words.count(len(missing) if catalogue.release else None),
                ),
                (words("gaps"), words.count(sum(len(one.gaps) for one in entries))),
            ],
            counts=("deliveries", "received", "accepted", "quarantined", "duplicate",
                    "refused"),
        )
    )  # fmt: skip


def lineage_svg(catalogue: Catalogue, language: str = "zh-CN") -> str:
    """The lineage as an SVG document.

    Raises:
        MisuseError: there is no such language.
    """
    words = words_of(language, catalogue.zone)
    template = _environment().get_template("lineage.svg.j2")
    return template.render(t=words, picture=picture_of(catalogue, words))


def _calibers(catalogue: Catalogue) -> list[Caliber]:
    """What the metrics are counted by, each once: their ids alone say nothing."""
    used = {name for one in catalogue.metrics for name in one.calibers}
    return [one for name, one in sorted(CALIBERS.items()) if name in used]


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("hub.sharing.catalogue", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
