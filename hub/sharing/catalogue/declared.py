"""What only the city can say of its datasets, read from `catalogue.toml`.

What lives here: the typed file and its reading. Every word may be missing: the
catalogue then says 未定 and why, and guesses nothing. What does not: anything that the
schemas, the partner files or a release already say (`build`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Literal

from pydantic import Field, ValidationError

from hub.partners.base import Strict
from hub.partners.city import City
from hub.partners.problems import FaultyDeclaration, Problem, not_allowed, path_of
from hub.partners.toml_text import parse_tables, text_of
from hub.partners.wording import Steps, problems_of

FILE = "catalogue.toml"
NEXT = "Correct the file, then run `hub catalog show`."
USCC = "uscc"
ADDRESS = re.compile(r"https?://[^\s#?<>\"{}|\\^`]+/")
PARTS = (r"\d", r"\d{2}", r"\d{3}", r"\d+")

Means = Literal["服务接口", "批量交换", "文件下载"]
Cycle = Literal["实时", "每日", "每周", "每月", "每季", "每年"]
Openness = Literal["不予开放", "有条件开放", "无条件开放"]


class ResourceClass(Strict):
    """Where a resource stands in the government's tree: 类, 项, 目, 细目."""

    digits: tuple[str, str, str, str]
    """Class digits: one, two, three, and as many as needed, as texts."""
    names: tuple[str, str, str, str]
    """The four names in the same order."""


class Words(Strict):
    """What may be said of one dataset, or in `[catalogue]` of all of them."""

    provider: str | None = None
    """提供方: the department that provides it."""
    provider_code: str | None = None
    """提供方代码: its unified social credit code."""
    means: tuple[Means, ...] = ()
    """共享方式: how it is handed over."""
    open: Openness | None = None
    """开放属性: whether the public may have it."""
    update_cycle: Cycle | None = None
    """更新周期: how often it changes."""
    published_on: str | None = None
    """发布日期: when the entry was published, as in "2026-10-01"."""


class DatasetWords(Words):
    """What is said of one dataset alone."""

    abstract: str | None = None
    """摘要: what it holds and what it is for, in Chinese."""
    condition: str | None = None
    """共享条件: to whom and for what, where sharing is conditional."""
    basis: str | None = None
    """The clause on which a condition or a refusal rests."""
    resource_class: ResourceClass | None = None
    """信息资源分类: digits and names."""
    sequence: str | None = None
    """Sequence number behind the class digits in 信息资源代码."""


class CatalogueWords(Words):
    """`[catalogue]`: the catalogue as a whole, and what holds for every dataset."""

    publisher: str | None = None
    """Who publishes the catalogue."""
    contact: str | None = None
    """Where questions go: an office and its number, no person."""
    base: str | None = None
    """Address under which the datasets are named, as in "https://data.example.org/"."""
    approved_by: str | None = None
    """Who signed these words; without it all of them are assumed."""


class CatalogueFile(Strict):
    """The file."""

    catalogue: CatalogueWords = CatalogueWords()
    dataset: dict[str, DatasetWords] = Field(default_factory=dict)

    def of(self, name: str) -> DatasetWords:
        """The words for a dataset; what it does not say, `[catalogue]` may."""
        own = self.dataset.get(name, DatasetWords())
        given = {
            key: getattr(self.catalogue, key)
            for key in Words.model_fields
            if not getattr(own, key)
        }
        return own.model_copy(update=given)


def read_words(city: City, datasets: Collection[str]) -> CatalogueFile:
    """The city's words; an empty file where the city has none.

    Args:
        city: whose folder may hold the file.
        datasets: names that the file may speak of.

    Raises:
        FaultyDeclaration: with every problem of the file, one per line.
    """
    path = city.folder / FILE
    if not path.exists():
        return CatalogueFile()
    tables = parse_tables(text_of(path), path, next_step=NEXT)
    try:
        file = CatalogueFile.model_validate(tables)
    except ValidationError as error:
        found = problems_of(error, CatalogueFile, tables, _path)
        raise FaultyDeclaration(path, found, next_step=NEXT) from None
    problems = list(_problems(file, datasets, city.formats))
    if problems:
        raise FaultyDeclaration(path, problems, next_step=NEXT)
    return file


def _path(steps: Steps) -> str:
    return path_of(*map(str, steps)) or FILE


def _problems(
    file: CatalogueFile, datasets: Collection[str], formats: Mapping[str, str]
) -> Iterator[Problem]:
    """What is wrong beyond keys and types."""
    base = file.catalogue.base
    if base is not None and not ADDRESS.fullmatch(base):
        yield Problem(
            "catalogue → base", "is no address", 'write "https://…/", ending in /'
        )
    yield from _word_problems("catalogue", file.catalogue, formats)
    codes: dict[str, str] = {}
    for name, words in file.dataset.items():
        where = path_of("dataset", name)
        if name not in datasets:
            yield not_allowed("dataset", kind="dataset", given=name, allowed=datasets)
        yield from _word_problems(where, words, formats)
        yield from _class_problems(where, words)
        code = resource_code(words)
        if code is not None and code in codes:
            yield Problem(
                path_of(where, "sequence"),
                f"gives the code that {codes[code]} has",
                "give each dataset a sequence number of its own",
            )
        codes.setdefault(code or "", name)


def _word_problems(
    where: str, words: Words, formats: Mapping[str, str]
) -> Iterator[Problem]:
    code, pattern = words.provider_code, formats.get(USCC)
    if code is not None and pattern is not None and not re.fullmatch(pattern, code):
        yield Problem(
            path_of(where, "provider_code"),
            "is no unified social credit code",
            "write its 18 signs, without I, O, S, V and Z",
        )
    if words.published_on is not None and not _is_day(words.published_on):
        yield Problem(
            path_of(where, "published_on"), "is no day", 'write it like "2026-10-01"'
        )


def _class_problems(where: str, words: DatasetWords) -> Iterator[Problem]:
    if words.resource_class is not None:
        given = zip(PARTS, words.resource_class.digits, strict=True)
        if not all(re.fullmatch(pattern, digits) for pattern, digits in given):
            yield Problem(
                path_of(where, "resource_class", "digits"),
                "are not 1, 2, 3 and n digits",
                'write them like ["1", "02", "003", "0004"]',
            )
    if words.sequence is not None and not words.sequence.isdecimal():
        yield Problem(
            path_of(where, "sequence"), "is no number", "write its digits in quotes"
        )


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == len("2026-10-01")


def resource_code(words: DatasetWords) -> str | None:
    """信息资源代码: class digits, "/" and a sequence number; None if either lacks."""
    if words.resource_class is None or words.sequence is None:
        return None
    return f"{''.join(words.resource_class.digits)}/{words.sequence}"
