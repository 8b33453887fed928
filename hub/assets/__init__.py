"""Dagster's side of the hub.

What lives here: what must come before any of its modules. Code server, daemon and run
processes load the hub by `hub.definitions` and never pass the command line.
"""

from hub.allocators import give_back_early

give_back_early()
