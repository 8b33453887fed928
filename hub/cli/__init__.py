"""The command line: every command is a thin call into a room of the hub.

What lives here: words and shapes on the way in and out, one module per family of
commands. What does not: work; a command opens a room, asks, and prints. Rooms are
imported inside the commands, so that help costs next to nothing.
"""

from __future__ import annotations

from hub.cli.program import main

__all__ = ["main"]
