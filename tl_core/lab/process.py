"""The lab process: one Dask scheduler and its workers on loopback, alive as long as standard input is open.

`python -m tl_core lab` runs it for a person, `tl_core.lab.launch` for the web server. It is a process of its own
because `LocalCluster` spawns its workers, and spawn executes the main module again: inside Streamlit that fails.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence

import dask.config
from dask.system import CPU_COUNT
from distributed import LocalCluster
from distributed.system import MEMORY_LIMIT

THREADS_A_WORKER = 2  # one for a training, one that answers queries meanwhile
TRAIN_SLOT = {"train": 1}
GIBIBYTE = 2**30

# Dask's nanny trims the workers' heap at 64 KiB, and glibc maps big blocks anew each time. Measured on the default
# race: 2.3 million page faults and 14.6 s, against 5.5 s with both switched off. One thread a maths library, because
# two threads on two busy cores were 5 to 30 times slower than one.
WORKER_ENVIRONMENT = {
    "MALLOC_TRIM_THRESHOLD_": "4000000000",
    "MALLOC_MMAP_THRESHOLD_": "1000000000",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}

SETTINGS = {
    "distributed.nanny.pre-spawn-environ": WORKER_ENVIRONMENT,
    # A worker joins when its preload is through, so every worker that the scheduler knows is warm.
    "distributed.worker.preload": ["tl_core.lab.worker"],
    # Attempts are counted by the lab, which tells the viewer; Dask's own three silent retries would hide them.
    "distributed.scheduler.allowed-failures": 0,
    # The cluster strikes out for good a worker whose name is missing 15 s after a death, though its nanny is starting
    # it again: one that died twice in 15 s, or needed longer to warm up, never came back and left no line in a log.
    "distributed.deploy.lost-worker-timeout": "1000 days",
    # Jobs are placed by the lab, so Dask's own balancing, profiling and monitoring are off: two workers and their
    # scheduler take 3.6 % of a core while nothing runs (tests/lab/measure.py, 2 cores).
    "distributed.scheduler.http.routes": [],
    "distributed.scheduler.work-stealing": False,
    "distributed.scheduler.active-memory-manager.start": False,
    "distributed.worker.profile.enabled": False,
    "distributed.admin.system-monitor.gil.enabled": False,
    "distributed.admin.system-monitor.disk": False,
    "distributed.admin.system-monitor.log-length": 60,
    "distributed.admin.tick.interval": "500ms",
    "distributed.admin.low-level-log-length": 100,
    # Nothing is kept on workers, so there is nothing to spill; pausing at 80 % and ending at 95 % stay.
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
}


def main(arguments: Sequence[str] = ()) -> int:
    """Run the lab until standard input closes. Prints one line of JSON, `{"scheduler": …}`, when it is warm.

    `TL_WORKERS` says how many workers (default: one a core and GiB of memory), `TL_WORKER_MEMORY` how much
    memory each may use («2GiB»; default: its share of the machine's). The end of input is what ends it, because
    a pipe closes however the other end goes, `kill -9` included.
    """
    workers = int(os.environ.get("TL_WORKERS", max(1, min(CPU_COUNT, MEMORY_LIMIT // GIBIBYTE))))
    dask.config.set(SETTINGS)
    with LocalCluster(
        n_workers=workers,
        threads_per_worker=THREADS_A_WORKER,
        processes=True,
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",  # with no routes and no dashboard: None would take port 8787 for good
        scheduler_kwargs={"dashboard": False},
        resources=TRAIN_SLOT,
        memory_limit=os.environ.get("TL_WORKER_MEMORY", "auto"),
    ) as cluster:
        sys.stdout.write(json.dumps({"scheduler": cluster.scheduler_address, "workers": workers}) + "\n")
        sys.stdout.flush()
        _wait_for_end_of_input()
    return 0


def _wait_for_end_of_input() -> None:
    try:
        while sys.stdin.buffer.read(4096):
            pass
    except KeyboardInterrupt:  # a person who started it in a terminal ends it so
        return


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
