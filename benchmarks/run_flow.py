"""One measured run of the flow, in a process of its own so that memory is its own.

What lives here: the child that `python -m benchmarks` starts. It prints one JSON
line with seconds by step and the peak of its resident memory.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

from hub.demo.issue_files import READ_AT
from hub.flow.city_run import link_core
from hub.flow.house import open_house
from hub.flow.run import Window, run_partner
from hub.settings import Settings


def main(city: str, home: str) -> None:
    house = open_house(Settings(home=Path(home), city=city, now=READ_AT))
    begun = time.perf_counter()
    batches = run_partner(house, house.city.partners["bulk"], Window())
    merged = time.perf_counter()
    link_core(house)
    linked = time.perf_counter()
    states = sorted({batch.state for batch in batches})
    told = {
        "states": states,
        "accepted": sum(batch.accepted or 0 for batch in batches),
        "merge": merged - begun,
        "link": linked - merged,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
