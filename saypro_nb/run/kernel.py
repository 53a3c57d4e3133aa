"""The kernel of one notebook: an IPython kernel in a process of its own, reached through a pipe instead of sockets.

It is ipykernel's own kernel, so that displays, widgets, magics and tracebacks are those of Jupyter. Three things
differ: messages go through the pipe, what is printed keeps its order, and nothing of it runs in a thread.
"""

import asyncio
import inspect
import json
import logging
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterable
from io import TextIOBase
from multiprocessing import parent_process
from multiprocessing.connection import Connection
from types import SimpleNamespace
from typing import Any

from ipykernel.eventloops import enable_gui
from ipykernel.ipkernel import IPythonKernel
from ipykernel.zmqshell import ZMQInteractiveShell
from jupyter_client.session import Session
from traitlets.config import Config

from saypro_nb.run import reads

Message = dict[str, Any]

LINES_SENT = 20  # of each cell at once, so that a process which dies has said its last words; later lines are held
SECONDS_HELD = 0.05  # to send many lines as one message
_CONFIG = Config(HistoryManager={"enabled": False})  # no notebook needs the history of another


class PipeSession(Session):
    """Sends every message of the kernel through the pipe."""

    def attach(self, pipe: Connection) -> None:
        """Say where messages go."""
        self._pipe, self._lock, self.owner = pipe, threading.RLock(), os.getpid()
        self.printed: tuple[Printed, ...] = ()

    def send(  # noqa: PLR0913, PLR0917 - the signature is jupyter_client's
        self,
        stream: object,  # noqa: ARG002 - there is only one way out
        msg_or_type: Message | str,
        content: Message | None = None,
        parent: Message | None = None,
        ident: object = None,  # noqa: ARG002
        buffers: Iterable[bytes] | None = None,
        track: bool = False,  # noqa: ARG002, FBT001, FBT002
        header: Message | None = None,
        metadata: Message | None = None,
    ) -> Message:
        """Send a message, after whatever was printed before it, and return it."""
        message = msg_or_type if isinstance(msg_or_type, dict) else None
        message = message or self.msg(str(msg_or_type), content, parent, header, metadata)
        for printed in self.printed:
            printed.flush()
        self.dispatch(message, buffers or message.get("buffers") or ())
        return message

    def dispatch(self, message: Message, buffers: Iterable[bytes] = ()) -> None:
        """Send a message at once; a process that the notebook forked has no say."""
        if os.getpid() == self.owner:
            packed = (self.pack(message), [bytes(buffer) for buffer in buffers])
            with self._lock:
                self._pipe.send(packed)


def unpacked(packed: tuple[bytes, list[bytes]]) -> Message:
    """Return the message that `PipeSession` sent."""
    text, buffers = packed
    message: Message = json.loads(text)
    message["buffers"] = buffers
    return message


class Printed(TextIOBase):
    """What the notebook prints to stdout or stderr: by Python, and by whatever writes to the file descriptor.

    Programs that the notebook starts, and C code, write to a file in the descriptor's place, which is read whenever
    text is sent; so no thread has to watch it, and nothing can block on a full pipe.
    """

    encoding = "utf-8"

    def __init__(self, name: str, descriptor: int, session: PipeSession) -> None:
        self.name = name
        self._descriptor, self._session = descriptor, session
        self._parent: Message = {}
        self._lock = threading.RLock()
        self._held: list[str] = []
        self._sent, self._left, self._seen = 0.0, LINES_SENT, 0
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the process
        import fcntl  # not on Windows, where this module must still be importable: papermill loads every engine

        fcntl.fcntl(self._file, fcntl.F_SETFL, os.O_APPEND)
        os.dup2(self._file.fileno(), descriptor)

    def fileno(self) -> int:
        """Return the descriptor, whose text is sent as well."""
        return self._descriptor

    def writable(self) -> bool:
        """Say that it can be written to."""
        return True

    def set_parent(self, parent: Message) -> None:
        """Say to which request, and so to which cell, the following text belongs."""
        self._parent, self._left = parent, LINES_SENT

    def write(self, text: str) -> int:
        """Hold the text for a moment, and send it with what follows."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if os.getpid() != self._session.owner:
            return os.write(self._descriptor, text.encode("utf-8", "replace"))
        with self._lock:
            for other in self._session.printed:
                if other is not self and other._held:
                    other.flush()
            self._held += [self._from_descriptor(), text]
            if "\n" in text and (self._left > 0 or time.monotonic() - self._sent > SECONDS_HELD):
                self._left -= 1
                self.flush()
        return len(text)

    def flush(self) -> None:
        """Send what is held."""
        with self._lock:
            held = "".join(self._held)
            self._held.clear()
            text = held + self._from_descriptor()
            if text:
                content = {"name": self.name, "text": text}
                self._session.dispatch(self._session.msg("stream", content, parent=self._parent))
                self._sent = time.monotonic()

    def _from_descriptor(self) -> str:
        size = os.fstat(self._descriptor).st_size
        if size <= self._seen:
            return ""
        written = os.pread(self._descriptor, size - self._seen, self._seen)
        self._seen += len(written)
        return written.decode("utf-8", "replace")


class PipeShell(ZMQInteractiveShell):
    """IPython as ipykernel sets it up, for a kernel that belongs to no application."""

    def enable_gui(self, gui: str | None = None) -> None:
        """Use the event loop of that toolkit; "inline", for pictures, needs none."""
        enable_gui(gui, self.kernel)
        self.active_eventloop = gui


def serve_in(folder: str, environment: dict[str, str], pipe: Connection, inherited: Connection | None) -> None:
    """Serve where the notebook is to run; a process of the fork server began elsewhere.

    `inherited` is the other end of the pipe, which a fork has as well; unless it is closed, the pipe never ends.
    """
    if inherited is not None:
        inherited.close()
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    serve(pipe)


def serve(pipe: Connection) -> None:
    """Answer the requests that come through `pipe`, until it is closed or this process is ended."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    session = PipeSession()
    session.attach(pipe)
    sys.stdout, sys.stderr = Printed("stdout", 1, session), Printed("stderr", 2, session)
    session.printed = (sys.stdout, sys.stderr)
    # What ipykernel's launcher does: figures become outputs, and modules beside the notebook can be imported.
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    sys.path.insert(0, "")
    # Without channels there is no thread for them, but the kernel asks whose turn it is.
    channels = SimpleNamespace(parent_thread=None)
    log = logging.getLogger("ipykernel")
    kernel = IPythonKernel.instance(
        session=session, config=_CONFIG, shell_class=PipeShell, shell_channel_thread=channels, log=log
    )
    if reads.VARIABLE in os.environ:
        reads.note(os.environ.pop(reads.VARIABLE))
    asyncio.run(_answer(kernel, session, pipe))


async def _answer(kernel: IPythonKernel, session: PipeSession, pipe: Connection) -> None:
    while (request := await _next(pipe)) is not None:
        kernel.set_parent([], request)
        session.send(None, "status", {"execution_state": "busy"}, request)
        answer = kernel.shell_handlers[request["msg_type"]](None, [], request)
        if inspect.isawaitable(answer):
            await answer
        session.send(None, "status", {"execution_state": "idle"}, request)


async def _next(pipe: Connection) -> Message | None:
    """Return the next request; what the notebook left running in the event loop goes on meanwhile."""
    loop, arrived = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(pipe.fileno(), arrived.set)
    try:
        await arrived.wait()
        return dict(pipe.recv())
    except EOFError:
        return None
    finally:
        loop.remove_reader(pipe.fileno())


def _end_with_parent() -> None:
    """Don't go on computing for a process that was killed."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
