"""Past one machine: the same tasks on a Dask cluster, whose workers share the workspace by its path.

A worker builds a page as the batch does on one machine: in a process of its own, forked from the worker's fork server.
"""

import multiprocessing
from typing import TYPE_CHECKING, Any

from saypro_nb.agree.errors import WorkbenchError
from saypro_nb.run.build import Outcome, Task, build, lost
from saypro_nb.run.nursery import Nursery

if TYPE_CHECKING:
    from distributed import Client, Future

SECONDS_TO_CONNECT = 15


class ClusterWorkers:
    """Builds pages on the cluster whose scheduler has that `address`, as many at a time as it has threads."""

    def __init__(self, address: str) -> None:
        self._client = _connected(address)
        self._tasks: dict[Any, Task] = {}

    def submit(self, task: Task) -> None:
        """Begin to build a page."""
        name = f"{task.department}-{task.name}"
        future = self._client.submit(build_on_worker, task, key=(name, id(task)), pure=False)
        self._tasks[future] = task

    def finished(self, seconds: float) -> list[tuple[Task, Outcome]]:
        """Return what has ended by now, or within `seconds`; Dask gives the pages of a lost worker to another."""
        from distributed import wait

        try:
            done = wait(list(self._tasks), timeout=seconds, return_when="FIRST_COMPLETED").done
        except TimeoutError:
            return []
        return [(task := self._tasks.pop(future), _outcome(task, future)) for future in done]

    def room(self) -> bool:
        """Say whether another page can begin."""
        return bool(len(self._tasks) < max(1, sum(self._client.nthreads().values())))

    def stop(self) -> None:
        """Give up whatever is being built, and leave the cluster."""
        self._client.cancel(list(self._tasks))
        self._client.close()


def build_on_worker(task: Task) -> Outcome:
    """Build a page in a process of its own, beside the worker's."""
    if not task.notebook.is_file():
        raise WorkbenchError(f"the worker sees no {task.notebook}: share the workspace at that path")
    # Dask's nanny starts workers as daemons, which may have no children, lest they survive them. Ours don't.
    multiprocessing.current_process().daemon = False
    outcome: Outcome = Nursery().call(build, task)
    return outcome


def _outcome(task: Task, future: "Future") -> Outcome:
    if future.status != "finished":
        return lost(task, future.exception())
    outcome: Outcome = future.result()
    return outcome


def _connected(address: str) -> "Client":
    try:
        from distributed import Client
    except ImportError:
        raise WorkbenchError("--scheduler needs Dask. Install it: pip install 'saypro-nb[cluster]'.") from None
    try:
        return Client(address, timeout=SECONDS_TO_CONNECT)
    except (OSError, ValueError) as error:
        raise WorkbenchError(
            f"No Dask scheduler answers at {address} ({type(error).__name__}). Start one with 'dask scheduler', and "
            "give the address that it prints, such as tcp://host:8786."
        ) from None
