"""Personal data and secrets that were planted everywhere are found nowhere else.

Every consumer asks for everything in every form; then all that the server said, wrote
and logged is searched, and every file of the home that is not in a list with a reason.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import orjson
import pytest
from support import canaries
from support.served import Served, served_from
from support.served_city import ServedCity
from support.thorough import THOROUGH
from support.told_bytes import as_text, file_text, found_in

from hub.flow.warehouse import load_warehouse
from hub.schemas import DATASETS
from hub.sharing.catalogue.book import workbook
from hub.sharing.catalogue.build import catalogue_of
from hub.sharing.catalogue.dcat import dcat
from hub.sharing.catalogue.shape import catalogue_shape

# Where personal data lie in the home, and why. Everything else is searched.
MAY_LIE = {
    "raw/": "as the partner sent it, kept whole (DESIGN §1)",
    "lake/staged/": "every observation; core is worked out from them (§6)",
    "lake/core/": "stored data stay whole and are masked on the way out (sharing §4)",
    "lake/quarantine/": "the row as sent, for whoever corrects it",
    "serving/": "shelves: the rows of a release, masked on the way out",
}
FORMS = (
    "application/json",
    "application/x-ndjson",
    "text/csv",
    "application/vnd.apache.arrow.stream",
    "application/vnd.apache.parquet",
)
# What the one consumer with a basis to see values whole is handed so.
WHOLE = {
    *canaries.REPORTERS, *canaries.CALLS, *canaries.PEOPLE, *canaries.MOBILES,
    *canaries.SPOKEN, canaries.IDENTITY, canaries.PLATE, canaries.HOUSE_NO,
}  # fmt: skip
ASKERS = ("nobody", "wrong", "expired", "study", "narrow", "east", "whole")
ABOUT = (
    "//openapi.json", "//metrics", "//healthz", "//readyz", "/catalog", "/datasets",
    "/releases", "/releases/r000001", "/metrics", "/metrics/on_time_handling_rate",
    "/metrics/duty_action_rate", "/metrics/nothing",
    "/metrics/on_time_handling_rate/evidence?period=2026-09",
    "//open311/v2/discovery.json", "//open311/v2/services.xml",
    "//open311/v2/requests.json", "//open311/v2/requests.xml",
    "//open311/v2/servicerequestupdates.json", "//open311/v2/nothing.json",
)  # fmt: skip


@dataclass(frozen=True)
class Heard:
    """What the server said to each consumer, and what it logged meanwhile."""

    served: Served
    told: dict[str, str]
    log: str
    files: dict[str, str]


class Listener(logging.Handler):
    """Keeps what is logged, tracebacks and all."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one record."""
        self.lines.append(logging.Formatter().format(record))


def asked_with(served: Served, who: str) -> Iterator[str]:
    """All that one consumer is told, headers and all."""
    paths = [(path, "application/json") for path in ABOUT]
    paths += [("/catalog", "application/ld+json")]
    for name in (*DATASETS, "figure", "exception"):
        paths += [(f"/datasets/{name}", "application/json")]
        paths += [(f"/datasets/{name}/rows?limit=10000", FORMS[0])]
    for name in ("issue", "issue_event", "handling", "person", "service_object"):
        paths += [(f"/datasets/{name}/rows", form) for form in FORMS[1:]]
    # Values that a reader sends are not said again, nor kept.
    for column in ("reporter_phone", "description", "case_no", "nothing"):
        told = canaries.CALLS[0]
        paths += [(f"/datasets/issue/rows?{column}=eq.{told}", FORMS[0])]
        paths += [(f"/datasets/issue/rows?{column}=like.{told}", FORMS[2])]
    for path, form in paths:
        found = served.get(path, who, headers={"Accept": form})
        assert found.status_code < 500, path
        yield f"{path} {found.headers}\n{as_text(path, found.content)}"


@pytest.fixture(scope="module")
def heard(
    city_taken_in: ServedCity, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Heard]:
    import shutil

    folder = tmp_path_factory.mktemp("canaries")
    shutil.copytree(city_taken_in.folder, folder, dirs_exist_ok=True)
    listener, root = Listener(), logging.getLogger()
    # What tests ask with logs the question, which is not the server's doing.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    before = root.level
    root.addHandler(listener)
    root.setLevel(logging.DEBUG)
    try:
        with served_from(ServedCity(folder)) as served:
            askers = served.keys if THOROUGH else ASKERS
            told = {who: "\n".join(asked_with(served, who)) for who in askers}
            load_warehouse(served.house)
            log = "\n".join(listener.lines)
            yield Heard(served, told, log, texts_of(served.city.home))
    finally:
        root.setLevel(before)
        root.removeHandler(listener)


def texts_of(home: Path) -> dict[str, str]:
    """All that each file of a home tells."""
    return {
        str(path.relative_to(home)): file_text(path)
        for path in home.rglob("*")
        if path.is_file()
    }


def secrets_of(served: Served) -> dict[str, str]:
    """Every secret of the hub by what it is."""
    keys = {f"key of {who}": key for who, key in served.keys.items() if key}
    keys.pop("key of wrong")
    kept = {
        str(file.relative_to(served.city.home)): file.read_text().strip()
        for file in (served.city.home / "keys").iterdir()
        if file.suffix == ".key"
    }
    assert kept
    # Of a file with several lines any of them would give it away.
    lines = {
        f"{name} {nth}": line
        for name, text in kept.items()
        for nth, line in enumerate(text.splitlines())
        if not line.startswith("-----")
    }
    return {**keys, **lines, **{one: one for one in canaries.SECRETS}}


def test_canaries_are_found_where_they_may_be(heard: Heard) -> None:
    """Else the search below would find nothing because it cannot."""
    assert found_in(heard.told["whole"], canaries.PERSONAL) == WHOLE
    drop = heard.served.city.folder / "drop"
    dropped = "\n".join(file_text(one) for one in drop.iterdir())
    assert found_in(dropped, canaries.PERSONAL) == set(canaries.PERSONAL)
    for place in MAY_LIE:
        texts = [text for name, text in heard.files.items() if name.startswith(place)]
        assert any(found_in(text, canaries.PERSONAL) for text in texts), place


def test_no_answer_holds_what_is_not_granted(heard: Heard) -> None:
    for who, told in heard.told.items():
        found = found_in(told, canaries.PERSONAL)
        # What its own question held is no secret to it; nobody else is told it.
        assert found - (WHOLE if who == "whole" else set(canaries.CALLS[:1])) == set()
        # The names on the boards in the street are for everybody.
        is_valid = who not in ("wrong", "expired", "revoked", "planned")
        assert (canaries.BOARD_NAME in told) is is_valid


def test_no_answer_says_a_question_again(heard: Heard) -> None:
    for who in ("nobody", "east", "narrow", "ungranted"):
        for column in ("reporter_phone", "description", "case_no"):
            path = f"/datasets/issue/rows?{column}=eq.{canaries.CALLS[0]}"
            found = heard.served.get(path, who)
            assert canaries.CALLS[0] not in f"{found.headers} {found.text}"


def test_no_answer_and_no_log_holds_a_secret(heard: Heard) -> None:
    secrets = secrets_of(heard.served)
    for text in (*heard.told.values(), heard.log):
        held = {name for name, secret in secrets.items() if secret in text}
        assert not held


def test_the_log_holds_nothing_of_rows(heard: Heard) -> None:
    assert found_in(heard.log, canaries.PERSONAL) == set()


def test_no_other_file_of_the_home_holds_personal_data(heard: Heard) -> None:
    searched = {
        name: text
        for name, text in heard.files.items()
        if not name.startswith(tuple(MAY_LIE))
    }

    for name, text in searched.items():
        assert found_in(text, canaries.PERSONAL) == set(), name
    # Among them are those that matter most.
    assert {"control.db", "warehouse.sqlite"} <= set(searched)
    assert any(name.startswith("lake/metric/") for name in searched)
    assert any(name.startswith("releases/") for name in searched)


def test_no_file_of_the_home_holds_a_secret(heard: Heard) -> None:
    secrets = secrets_of(heard.served)

    for file, text in heard.files.items():
        if not file.startswith("keys/"):
            assert not {name for name, one in secrets.items() if one in text}, file


def test_the_audit_log_tells_of_all_and_holds_no_value(heard: Heard) -> None:
    entries = heard.served.entries()

    assert {one["system"] for one in entries} >= {"anybody", "east", "whole"}
    assert {one["result"] for one in entries} >= {"begun", "delivered", "refused"}
    assert any("reporter_phone" in one["conditions"] for one in entries)
    told = "\n".join(map(str, entries))
    assert found_in(told, canaries.PERSONAL) == set()


def test_the_catalogue_holds_nothing_of_rows(heard: Heard) -> None:
    found = catalogue_of(heard.served.house)
    book = io.BytesIO()
    workbook(found, book)
    told = [
        orjson.dumps(catalogue_shape(found)).decode(),
        orjson.dumps(dcat(found)).decode(),
        as_text("book.xlsx", book.getvalue()),
    ]

    for text in told:
        assert found_in(text, canaries.PERSONAL) == set()
        assert not any(one in text for one in canaries.SECRETS)


def test_a_recorded_run_holds_nothing_of_rows(tmp_path: Path) -> None:
    from support.served_city import made_in

    city = made_in(tmp_path)
    commands = [
        ("run", "--json"), ("doctor",), ("partner", "show", "dark"), ("batch", "list"),
        ("quarantine", "list"), ("warehouse", "load"), ("dataset", "rows", "person"),
    ]  # fmt: skip
    told = {args: city.hub(*args) for args in commands}

    assert told[commands[0]].code == 1  # one partner cannot be reached
    for args, done in told.items():
        text = done.out + done.err
        assert found_in(text, canaries.PERSONAL) == set(), args
        assert not any(one in text for one in canaries.SECRETS), args
    recorded = []
    for name, text in texts_of(city.home).items():
        if not name.startswith((*MAY_LIE, "keys/")):
            assert found_in(text, canaries.PERSONAL) == set(), name
            assert not any(one in text for one in canaries.SECRETS), name
            recorded.append(name)
    assert any("dagster" in name for name in recorded)
