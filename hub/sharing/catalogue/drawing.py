"""The lineage as a picture: where each box stands and how the lines run.

What lives here: numbers for an SVG with three columns (partners, datasets, what
metrics count), in units of its own viewBox. Feeds of one partner share its box, metrics
of one subject share theirs. What does not: the markup (`lineage.svg.j2`), the edges.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hub.sharing.catalogue.entry import Catalogue, Entry
from hub.sharing.catalogue.words import Words

WIDTH, TOP, STEP, BOX = 1080, 40, 30, 24
LEFTS = (0, 440, 860)
WIDTHS = (330, 250, 220)
OWN = "HUB"
SIGN = 6  # width of a Latin letter of the picture; a Chinese sign has two of it


@dataclass(frozen=True)
class Box:
    """A box with its text; `mark` is the class of a dataset or empty."""

    left: int
    top: int
    width: int
    height: int
    text: str
    full: str
    mark: str = ""

    @property
    def middle(self) -> int:
        """Where lines meet its sides."""
        return self.top + self.height // 2

    @property
    def right(self) -> int:
        """Its right side."""
        return self.left + self.width


@dataclass(frozen=True)
class Line:
    """A curve between two boxes; dashed where rows are compared only."""

    path: str
    title: str
    is_dashed: bool = False


@dataclass(frozen=True)
class Picture:
    """Boxes and lines, and the size of it all."""

    width: int
    height: int
    heads: tuple[tuple[int, str], ...]
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]


def picture_of(catalogue: Catalogue, words: Words) -> Picture:
    """The drawing of a catalogue's lineage in one language."""
    lineage = catalogue.lineage
    names = [one.name for one in catalogue.entries if one.kind != "metric"]
    titles = {one.partner: one.title for one in lineage.feeds}
    titles[OWN] = words("own_folder")
    enters: dict[tuple[str, str], bool] = defaultdict(bool)
    for edge in lineage.feeds:
        enters[edge.partner, edge.dataset] |= edge.enters
    for name in lineage.own:
        enters[OWN, name] = True
    uses = sorted({(edge.dataset, edge.subject) for edge in lineage.metrics})
    counts = Counter(one.subject for one in catalogue.metrics)
    place = {name: row for row, name in enumerate(names)}
    partners = _by_weight(titles, enters, place)
    subjects = _by_weight(counts, [(s, d) for d, s in uses], place)
    share = {one.name: one.share for one in catalogue.entries}
    labels = {one.name: _named(one, words) for one in catalogue.entries}
    tall = max(len(partners), len(names), len(subjects))
    left = _boxes(0, {one: titles[one] for one in partners}, tall)
    middle = _boxes(1, {one: labels[one] for one in names}, tall, share)
    right = _boxes(
        2,
        {
            one: f"{words(f'subject_{one}')} · {words.metrics(counts[one])}"
            for one in subjects
        },
        tall,
    )
    lines = [
        _line(left[p], middle[d], words, is_dashed=not into)
        for (p, d), into in sorted(enters.items())
        if d in middle
    ] + [_line(middle[d], right[s], words) for d, s in uses if d in middle]
    return Picture(
        width=WIDTH,
        height=TOP + tall * STEP,
        heads=tuple(
            zip(
                LEFTS,
                map(
                    words,
                    ("lineage_partners", "lineage_datasets", "lineage_subjects"),
                ),
                strict=True,
            )
        ),
        boxes=(*left.values(), *middle.values(), *right.values()),
        lines=tuple(lines),
    )


def _named(one: Entry, words: Words) -> str:
    """A dataset in its box; the English name is the identifier in words."""
    title = words.title(one)
    return f"{title} {one.name}" if words.language == "zh-CN" else title


def _by_weight(
    names: Iterable[str], edges: Iterable[tuple[str, str]], place: Mapping[str, int]
) -> list[str]:
    """Names in the order of the middle of what they are joined to: fewer crossings."""
    rows: dict[str, list[int]] = defaultdict(list)
    for name, dataset in edges:
        if dataset in place:
            rows[name].append(place[dataset])
    return sorted(
        names,
        key=lambda one: (sum(rows[one]) / len(rows[one]) if rows[one] else 0, one),
    )


def _boxes(
    column: int,
    texts: Mapping[str, str],
    tall: int,
    marks: Mapping[str, str] | None = None,
) -> dict[str, Box]:
    """Boxes of one column, spread over the height of the tallest."""
    gap = tall * STEP / max(len(texts), 1)
    return {
        name: Box(
            left=LEFTS[column],
            top=round(TOP + row * gap + (gap - STEP) / 2),
            width=WIDTHS[column],
            height=BOX,
            text=_cut(text, WIDTHS[column]),
            full=text,
            mark=(marks or {}).get(name, ""),
        )
        for row, (name, text) in enumerate(texts.items())
    }


def _cut(text: str, width: int) -> str:
    """A text that fits a box of that width."""
    most, wide = (width - 16) // SIGN, 0
    for at, sign in enumerate(text):
        wide += 1 if sign.isascii() else 2
        if wide > most:
            return f"{text[: at - 1]}…"
    return text


def _line(start: Box, end: Box, words: Words, *, is_dashed: bool = False) -> Line:
    half = (start.right + end.left) // 2
    title = f"{start.full} → {end.full}"
    return Line(
        path=f"M{start.right} {start.middle}C{half} {start.middle} "
        f"{half} {end.middle} {end.left} {end.middle}",
        title=f"{title} ({words('compared_only')})" if is_dashed else title,
        is_dashed=is_dashed,
    )
