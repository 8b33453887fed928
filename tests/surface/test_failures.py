"""Partners that fail: each is named in one sentence, and the others come in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest
from support.broken_partners import CANARY, broken_partners
from support.file_city import NAME, Done, FileCity

FAILURES = {
    "keyless/notes": ("secret_missing", "KEYLESS_TOKEN", "Set KEYLESS_TOKEN"),
    "closed/notes": ("source_unavailable", "could not be reached", "Try again"),
    "portal/locked": ("source_rejected", "HTTP 401", "environment variables"),
    "portal/page": ("source_rejected", "an HTML page", "credentials and path"),
    "base/notes": ("source_rejected", "refused our login", "Check the url and login"),
    "sheets/gb": ("batch_refused", "the bytes read as gb18030", "Correct encoding"),
    "sheets/utf": ("batch_refused", "the bytes are UTF-8 text", "Correct encoding"),
}
ATTEMPTS = {
    "keyless/notes": "read the secret KEYLESS_TOKEN from the environment",
    "closed/notes": "read /n from 127.0.0.1",
    "portal/locked": "read /locked from 127.0.0.1",
    "portal/page": "read /page",
    "base/notes": "read the database",
    "sheets/gb": "read the file gb_1.csv",
    "sheets/utf": "read the file utf_1.csv",
}
LEAK = re.compile(f"{CANARY}|{NAME}|Traceback|://[^/]*@")


@dataclass(frozen=True)
class Broken:
    """A city in which almost everything fails, after its run."""

    city: FileCity
    run: Done

    def batch(self, where: str) -> dict[str, Any]:
        """The one batch of a feed."""
        (found,) = (
            one
            for one in self.run.json["batches"]
            if f"{one['partner']}/{one['feed']}" == where
        )
        assert isinstance(found, dict)
        return found


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Broken:
    city = FileCity.made_in(tmp_path_factory.mktemp("broken"))
    city.drop_first_day()
    with broken_partners(city) as surroundings:
        return Broken(city, city.program("run", "--json", **surroundings))


@pytest.mark.parametrize("where", FAILURES)
def test_a_failure_is_one_sentence_with_all_it_takes(
    broken: Broken, where: str
) -> None:
    code, seen, step = FAILURES[where]

    batch = broken.batch(where)

    error = batch["error"]
    partner, feed = where.split("/")
    assert set(error) == {"code", "message", "partner", "feed", "next"}
    assert (error["code"], error["partner"], error["feed"]) == (code, partner, feed)
    message = error["message"]
    assert message.startswith(f"{where}: could not {ATTEMPTS[where]}: ")
    assert seen in message
    assert message.endswith(error["next"])
    assert step in error["next"]
    assert "\n" not in message
    assert batch["state"] == ("refused" if code == "batch_refused" else "failed")
    assert batch["datasets"] == {}


def test_a_person_reads_the_same_sentence(broken: Broken) -> None:
    batch = broken.batch("base/notes")

    shown = broken.city.hub("batch", "show", batch["batch"], COLUMNS="400")

    assert batch["error"]["message"] in shown.out
    assert not LEAK.search(shown.out + shown.err)


def test_a_partner_file_with_an_unknown_key_is_left_out_and_named(
    broken: Broken,
) -> None:
    (warning,) = (
        one for one in broken.run.json["warnings"] if one["code"] == "declaration"
    )

    assert (warning["partner"], warning["feed"]) == ("misspelt", None)
    assert "could not load partners/misspelt.toml" in warning["message"]
    assert 'source: unknown key "pasword"; allowed: auth' in warning["message"]
    assert "hub partner check misspelt" in warning["next"]


def test_nothing_that_is_said_or_kept_holds_a_secret_or_a_row(broken: Broken) -> None:
    kept = [
        path.relative_to(broken.city.home)
        for path in broken.city.home.rglob("*")
        if path.is_file() and CANARY.encode() in path.read_bytes()
    ]

    assert LEAK.findall(broken.run.out + broken.run.err) == []
    assert kept == []


def test_the_sound_partner_comes_in_as_if_it_were_alone(
    broken: Broken, delivered
) -> None:
    alone = delivered.first.json
    with_others = broken.run.json

    sound = [one for one in with_others["batches"] if one["partner"] == "district"]
    assert broken.run.code == 1
    assert delivered.first.code == 0
    assert [_content(one) for one in sound] == [
        _content(one) for one in alone["batches"]
    ]
    assert with_others["ledger"] == alone["ledger"]
    assert _digests(broken.city) == _digests(delivered.city)


def _content(batch: dict[str, Any]) -> dict[str, Any]:
    """What a batch brought, without the number that the order of processes gave."""
    return {name: value for name, value in batch.items() if name != "batch"}


def _digests(city: FileCity) -> dict[str, tuple[int, str]]:
    shown = city.hub("release", "show", "--json").json["datasets"]
    return {name: (one["rows"], one["digest"]) for name, one in shown.items()}
