"""`hub quarantine replay`: a corrected declaration, without asking the partner."""

from __future__ import annotations

from support.file_city import FileCity


def test_a_corrected_table_brings_the_rows_in(city: FileCity) -> None:
    city.partner_file.write_text(
        city.partner_file.read_text().replace(
            '"待派遣" = "REGISTERED"', '"待派遣" = "REGISTERED"\n"没听过" = "HANDLED"'
        )
    )
    (city.folder / "drop" / "cases_1.csv").unlink()

    done = city.hub("quarantine", "replay", "district/cases", "--json")

    assert done.code == 0, done
    replay = done.json["batches"][0]
    assert (replay["kind"], replay["parent"]) == ("replay", "b00000001")
    assert (replay["received"], replay["quarantined"]) == (5, 1)
    assert replay["datasets"]["issue"]["inserted"] == 1
    assert done.json["ledger"]["received"] == 7
    (left,) = city.hub("quarantine", "list", "district/cases", "--json").json
    assert (left["batch"], left["rules"]) == (replay["batch"], {"F09": 1})


def test_a_batch_of_another_feed_is_misuse(city: FileCity) -> None:
    done = city.hub(
        "quarantine", "replay", "district/cases", "--batch", "b00000002", "--json"
    )

    assert done.code == 2
    assert done.error["partner"] == "district"
