"""`hub init` and `hub doctor`: making a hub, and seeing whether it is well.

What lives here: both commands. What does not: the single checks (`checks`).
"""

from __future__ import annotations

import click

from hub.cli.call import Call, HubCommand


@click.command(
    "init", cls=HubCommand, examples=("hub init", "hub init --home /srv/hub")
)
def init(call: Call) -> None:
    """Create the hub's home and its databases.

    These are the control database and the Dagster instance.
    What is there already stays as it is.
    """
    from hub.assets.recording import init_instance
    from hub.flow.house import open_house

    settings = call.settings()
    is_new = call.house_if_there() is None
    house = open_house(settings)
    folder = init_instance(settings)
    told = {
        "home": str(settings.home.absolute()),
        "city": house.city.id,
        "control": house.control.engine.url.render_as_string(hide_password=True),
        "dagster": str(folder),
        "created": is_new,
    }
    call.answer(told, lambda page: page.facts(told.items()))
    call.note("`hub doctor` looks it over; `hub run` asks the partners.")


@click.command("doctor", cls=HubCommand, examples=("hub doctor",))
def doctor(call: Call) -> int:
    """Look the hub over and change nothing.

    Versions, home, control database, lake, city, and whether secrets are set.
    """
    from hub.cli.checks import examine

    found = examine(call.settings())
    call.answer(
        [
            {"check": c.name, "ok": c.ok, "found": c.found, "next": c.next_step}
            for c in found
        ],
        lambda page: page.table(
            ("check", "", "found", "next step"),
            (
                (c.name, "ok" if c.ok else "problem", c.found, c.next_step or "")
                for c in found
            ),
        ),
    )
    return 0 if all(one.ok for one in found) else 1


COMMANDS = (init, doctor)
