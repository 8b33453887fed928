"""Every word that the catalogue may need is there, in both languages."""

from __future__ import annotations

from typing import get_args

import pytest
from support.catalogues import shipped

from hub.schemas import DATASETS
from hub.schemas.columns import DTYPES
from hub.sharing.catalogue.declared import Cycle, Means, Openness
from hub.sharing.catalogue.entry import GapField
from hub.sharing.catalogue.words import LANGUAGES, words_of

KEYS = (
    *(f"type_{name}" for name in DTYPES),
    *(f"mask_{c.mask}" for ds in DATASETS.values() for c in ds.columns if c.mask),
    *(f"note_{name}" for name in get_args(GapField)),
    *(f"field_{name}" for name in get_args(GapField)),
    *(f"cycle_{name}" for name in get_args(Cycle)),
    *(f"means_{name}" for name in get_args(Means)),
    *(f"open_{name}" for name in get_args(Openness)),
    *(f"subject_{one.subject}" for one in shipped().metrics),
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_a_word(language: str) -> None:
    words = words_of(language)

    assert all(words(key) for key in KEYS)


def test_the_fields_of_the_government_catalogue_are_never_blank() -> None:
    for language in LANGUAGES:
        words = words_of(language)
        for one in shipped().entries:
            told = words.fields(one)
            assert all(told.values())
            gaps = {key for key in get_args(GapField) if told[key] == words.gap(key)}
            english = {"abstract"} if language == "en" else set()
            assert gaps == set(one.gaps) - english
