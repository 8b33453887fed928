"""`hub assessment simulate`: the same month under another policy.

What lives here: the command. What does not: scoring (`hub.scoring`).
"""

from __future__ import annotations

import click

from hub.cli.call import Call, HubCommand


@click.command(
    "simulate",
    cls=HubCommand,
    examples=("hub assessment simulate --period 2026-10 --policy other.toml",),
)
@click.option("--period", metavar="YYYY-MM", required=True, help="The month.")
@click.option("--policy", metavar="ID|FILE", required=True, help="The other policy.")
def simulate_policy(call: Call, period: str, policy: str) -> None:
    """Show who would move where under another policy, and why. Nothing is kept."""
