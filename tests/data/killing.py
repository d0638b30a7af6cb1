"""A process in which everything is imported already: for each line it is sent it forks an import, and kills it when asked.

A line is JSON: words (of the command line), lines (of progress to wait for), delay (seconds after them to the kill; null:
let it end), die ("before" or "after" the rename that publishes; null: do not). The answer is a line of JSON, too: status
(minus the signal's number when killed) and seen (a pair of step and seconds since the fork for each line of progress).
"""

import json
import os
import signal
import sys
import time

import recoup


def main() -> None:
    for line in sys.stdin:
        print(json.dumps(_run(**json.loads(line))), flush=True)


def _run(words: list[str], lines: int, delay: float | None, die: str | None) -> dict:
    reading, writing = os.pipe()
    began = time.monotonic()
    child = os.fork()
    if child == 0:
        os.dup2(writing, sys.stderr.fileno())
        os.dup2(os.open(os.devnull, os.O_RDWR), sys.stdin.fileno())
        if die:
            sys.addaudithook(_dying(die))
        os._exit(recoup.main(words))
    os.close(writing)
    seen: list[tuple[str, float]] = []
    with os.fdopen(reading, encoding="utf-8") as progress:
        while not (delay is not None and len(seen) >= lines) and (line := progress.readline()):
            if line.startswith("{") and "step" in (told := json.loads(line)):
                seen.append((told["step"], time.monotonic() - began))
        if delay is not None:
            time.sleep(delay)
            os.kill(child, signal.SIGKILL)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return {"status": status, "seen": seen}


def _dying(when: str):
    """A hook that kills its own process at the rename that publishes, or at the first thing done after it."""
    renamed = False

    def hook(event: str, arguments: tuple) -> None:
        nonlocal renamed
        if event == "os.kill":  # our own
            return
        publishing = event == "os.rename" and str(arguments[1]).endswith(".duckdb")
        if renamed or (publishing and when == "before"):
            os.kill(os.getpid(), signal.SIGKILL)
        renamed = publishing

    return hook


if __name__ == "__main__":
    main()
