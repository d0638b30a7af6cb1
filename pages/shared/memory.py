"""What the server holds for good is not looked through again after every run of a script."""

import gc

_seen: set[str] = set()


def keep_loaded(page: str) -> None:
    """Once a page: count all that it has loaded, code above all, as held for good.

    Streamlit collects garbage after each run, and while it looks through nearly two hundred thousand objects that never go,
    about a tenth of a second, nothing else goes on: no other viewer's page, and not the sending of this one's last charts.
    """
    if page not in _seen:
        _seen.add(page)
        gc.collect()
        gc.freeze()
