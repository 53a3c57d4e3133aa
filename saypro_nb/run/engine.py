"""The papermill engine "saypro": each notebook in a fresh process, forked where that is safe.

A fork of a process that has the heavy libraries in memory is ready in a hundredth of a second, and shares nothing with
its siblings but that memory. Also for plain papermill: ``papermill --engine saypro NOTEBOOK OUT``.

Papermill imports this module while it is itself being imported; import papermill first, never this one.
"""

import asyncio
import os
import sys
import threading
from collections import defaultdict
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection
from pathlib import Path
from queue import Empty
from typing import Any

import nbformat
from jupyter_client.session import Session
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, NBClientEngine
from papermill.iorw import write_ipynb

from saypro_nb.run.kernel import Message, serve_in, unpacked
from saypro_nb.run.nursery import FORKS

PYTHON_KERNELS = ("python3", "python", None)
SECONDS_TO_END = 5.0  # for what a notebook wants to do at exit


class ForkEngine(Engine):
    """Runs Python notebooks in forked processes on Linux, and leaves all others to ordinary kernels.

    The notebook is saved once, when it has ended: by papermill, or here with what was run until a cell took too long
    or the process died.
    """

    @classmethod
    def execute_notebook(
        cls, nb: nbformat.NotebookNode, kernel_name: str | None, output_path: str | None = None, **options: Any
    ) -> nbformat.NotebookNode:
        """Run the notebook; raises CellTimeoutError or DeadKernelError after saving it."""
        if kernel_name not in PYTHON_KERNELS or not FORKS:
            return NBClientEngine.execute_notebook(nb, kernel_name, output_path=output_path, **options)
        try:
            return super().execute_notebook(nb, kernel_name, **options)
        except (CellTimeoutError, DeadKernelError) as error:
            _tell_in_notebook(nb, error)
            if output_path:
                write_ipynb(nb, output_path)
            raise

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,
        *,
        log_output: bool = False,
        execution_timeout: int | None = None,
        start_timeout: int = 60,
        **options: Any,
    ) -> nbformat.NotebookNode:
        """Run every cell, as papermill's own engine does, in a kernel behind a pipe."""
        known = {name: options[name] for name in ("stdout_file", "stderr_file") if name in options}
        client = _Client(
            nb_man,
            km=ForkedKernel(),
            kernel_name=kernel_name,
            timeout=execution_timeout,
            startup_timeout=start_timeout,
            log_output=log_output,
            **known,
        )
        return client.execute(cleanup_kc=True)


class _Client(PapermillNotebookClient):
    """Papermill's client; text of one stream that arrives in several messages is one output, however fast it comes."""

    def output(
        self, outs: list[nbformat.NotebookNode], msg: Message, display_id: str | None, cell_index: int
    ) -> nbformat.NotebookNode | None:
        before = outs[-1] if outs else None
        new = super().output(outs, msg, display_id, cell_index)
        if new is not None and before is not None and outs[-2:] == [before, new] and _is_continued(before, new):
            outs.pop()
            before.text += new.text
        return new


def _is_continued(before: nbformat.NotebookNode, new: nbformat.NotebookNode) -> bool:
    return bool(before.output_type == new.output_type == "stream" and before.name == new.name)


class ForkedKernel:
    """A kernel process, in the terms of jupyter_client's KernelManager as far as nbclient uses it."""

    ipykernel = True

    def __init__(self) -> None:
        self._process: Any = None
        self._pipe: Connection | None = None

    @property
    def has_kernel(self) -> bool:
        """Whether a process was started."""
        return self._process is not None

    def start_kernel(self, **_options: Any) -> None:
        """Start the process: by a fork of this one, or of the fork server where this one has threads."""
        forks = _is_single_threaded()
        context: Any = get_context("fork" if forks else "forkserver")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(
            target=serve_in, args=(str(Path.cwd()), dict(os.environ), theirs, self._pipe if forks else None)
        )
        sys.stdout.flush()
        sys.stderr.flush()
        self._process.start()
        theirs.close()

    def client(self) -> "PipeClient":
        """Return the other end of the pipe."""
        assert self._pipe is not None
        return PipeClient(self, self._pipe)

    def is_alive(self) -> bool:
        """Whether the process lives."""
        alive: bool = self._process.is_alive()
        return alive

    def ending(self) -> str:
        """Return how the process ended, in words."""
        self._process.join(1)
        code = self._process.exitcode
        if code == -9:
            return "the notebook's process was killed; out of memory?"
        return f"the notebook's process ended with code {code} in the middle of a cell"

    def interrupt_kernel(self) -> None:
        """Interrupt what the kernel does, as Ctrl-C would."""
        os.kill(self._process.pid, 2)

    def shutdown_kernel(self, *, now: bool = False) -> None:
        """End the process; unless `now`, it may first do what it registered for its exit."""
        if not now and self._pipe is not None:
            self._pipe.close()
            self._process.join(SECONDS_TO_END)
        self._process.kill()
        self._process.join()

    def cleanup_resources(self) -> None:
        """Close the pipe."""
        if self._pipe is not None:
            self._pipe.close()


class PipeClient:
    """The other end of a kernel's pipe, in the terms of jupyter_client's KernelClient as far as nbclient uses it."""

    allow_stdin = False

    def __init__(self, kernel: ForkedKernel, pipe: Connection) -> None:
        self._kernel, self._pipe = kernel, pipe
        self.session = Session()
        self._queues: dict[str, asyncio.Queue[Message | None]] = defaultdict(asyncio.Queue)
        self.shell_channel = Channel(self, "shell")
        self.iopub_channel = Channel(self, "iopub")

    async def start_channels(self) -> None:
        """Begin to listen."""
        loop = asyncio.get_running_loop()
        loop.add_reader(self._pipe.fileno(), self._receive, loop)
        parent = parent_process()
        if parent is not None:
            loop.add_reader(parent.sentinel, self._give_up)

    async def stop_channels(self) -> None:
        """Stop listening."""
        loop = asyncio.get_running_loop()
        if not self._pipe.closed:
            loop.remove_reader(self._pipe.fileno())

    def wait_for_ready(self, timeout: float | None = None) -> None:
        """Do nothing: a pipe keeps what is sent before the kernel reads it."""

    def is_alive(self) -> bool:
        """Whether the kernel lives."""
        return self._kernel.is_alive()

    def execute(self, code: str, *, store_history: bool = True, stop_on_error: bool = True) -> str:
        """Ask for a cell to be run, and return the id of the request; `stop_on_error` has no queue to stop here."""
        del stop_on_error
        content = {
            "code": code,
            "silent": False,
            "store_history": store_history,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": False,
        }
        return self.request("execute_request", content)

    def kernel_info(self) -> str:
        """Ask for the kernel's language, and return the id of the request."""
        return self.request("kernel_info_request", {})

    def request(self, kind: str, content: Message) -> str:
        """Send a request and return its id."""
        message = self.session.msg(kind, content)
        self.post(message)
        return str(message["header"]["msg_id"])

    def post(self, message: Message) -> None:
        """Send a message to the kernel."""
        try:
            self._pipe.send(message)
        except OSError:
            raise DeadKernelError(self._kernel.ending()) from None

    async def message(self, channel: str, timeout: float | None) -> Message:
        """Return the next message; raises Empty after `timeout` seconds, DeadKernelError when the kernel is gone."""
        try:
            found = await asyncio.wait_for(self._queues[channel].get(), timeout)
        except TimeoutError:
            raise Empty from None
        if found is None:
            raise DeadKernelError(self._kernel.ending())
        return found

    def _receive(self, loop: asyncio.AbstractEventLoop) -> None:
        try:
            message = unpacked(self._pipe.recv())
        except (EOFError, OSError):
            loop.remove_reader(self._pipe.fileno())
            for channel in ("shell", "iopub"):
                self._queues[channel].put_nowait(None)
            return
        self._queues["shell" if message["msg_type"].endswith("_reply") else "iopub"].put_nowait(message)

    def _give_up(self) -> None:
        """End with the process that wanted the notebook: a batch that was killed must not work on in secret."""
        self._kernel.shutdown_kernel(now=True)
        os._exit(1)


class Channel:
    """One kind of a kernel's messages."""

    def __init__(self, client: PipeClient, name: str) -> None:
        self._client, self._name = client, name

    async def get_msg(self, timeout: float | None = None) -> Message:
        """Return the next message; raises Empty after `timeout` seconds."""
        return await self._client.message(self._name, timeout)

    def send(self, message: Message) -> None:
        """Send a message, such as an Output widget's new state."""
        self._client.post(message)


def _is_single_threaded() -> bool:
    """Say whether this process can be forked: a lock that another thread holds would be held in the fork for ever."""
    threads = Path("/proc/self/task")  # also counts those of C libraries
    return (len(list(threads.iterdir())) if threads.is_dir() else threading.active_count()) == 1


def _tell_in_notebook(notebook: nbformat.NotebookNode, error: Exception) -> None:
    """Write the error into the cell that was being run, where the analyst will look for it."""
    running = [
        cell for cell in notebook.cells if cell.cell_type == "code" and cell.metadata.papermill.get("start_time")
    ]
    if running:
        text = str(error).strip().splitlines() or [type(error).__name__]
        output = nbformat.v4.new_output("error", ename=type(error).__name__, evalue=text[0], traceback=text)
        running[-1].outputs.append(output)
        running[-1].metadata.papermill["exception"] = True
