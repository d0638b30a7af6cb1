"""DuckDB connections as this project wants them: bounded memory, spilling beside the book, progress that can be watched."""

import glob
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

MEMORY_LIMIT = "2500MB"


def connect(database: Path | str, spill: Path, memory_limit: str = MEMORY_LIMIT) -> duckdb.DuckDBPyConnection:
    """A connection for building, which spills to `spill` beyond `memory_limit`."""
    return duckdb.connect(str(database), config={"memory_limit": memory_limit, "temp_directory": str(spill / "spill")})


def paths(files: Iterable[Path]) -> list[str]:
    """File names as DuckDB's readers take them: literally, whatever brackets or stars they contain."""
    return [glob.escape(str(file)) for file in files]


@contextmanager
def watched(con: duckdb.DuckDBPyConnection, on_share: Callable[[float], None]) -> Iterator[None]:
    """Report the running query's progress, 0 to 1, twice a second while the block runs."""
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(0.5):
            share = con.query_progress() / 100
            if 0 <= share <= 1:
                on_share(share)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()
