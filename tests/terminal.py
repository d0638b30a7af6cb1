"""A command at a terminal of its own: typing, and reading what is shown."""

import fcntl
import os
import pty
import select
import subprocess
import termios
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

CTRL_C = b"\x03"
WAITS = 30
WAIT_SECONDS = 2


@contextmanager
def at_a_terminal(words: Sequence[str | Path], **more: object) -> Iterator[tuple[subprocess.Popen, Callable[..., str]]]:
    """The process, and `read_until(text, typed)`: type, and read all that is shown until the text comes or the command ends."""
    terminal, its_end = pty.openpty()
    environment = os.environ | {"TERM": "dumb", "COLUMNS": "200", "PYTHONIOENCODING": "utf-8"}
    process = subprocess.Popen(
        [*map(str, words)], stdin=its_end, stdout=its_end, stderr=its_end, env=environment,
        start_new_session=True, preexec_fn=_take_terminal, **more,
    )  # fmt: skip
    os.close(its_end)
    shown = ""

    def read_until(text: str, typed: bytes = b"") -> str:
        nonlocal shown
        os.write(terminal, typed)
        for _ in range(WAITS):
            while text not in shown and select.select([terminal], [], [], WAIT_SECONDS)[0]:
                try:
                    shown += os.read(terminal, 4096).decode(errors="replace")
                except OSError:  # its other end is closed
                    return shown
            if text in shown:
                return shown
            if typed == CTRL_C:  # one that comes just before the command begins to wait is not heard
                os.write(terminal, typed)
        return shown

    try:
        yield process, read_until
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(timeout=30)
        os.close(terminal)


def _take_terminal() -> None:
    """Have Ctrl-C at the terminal reach the command, as in a shell."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
