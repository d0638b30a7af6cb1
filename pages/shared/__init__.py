"""What pages share: the view they are given, the filter bar, the book and the language.

A page file served by itself has `pages` first on the path, where data.py hides the package of that name. Here
the project comes first again, so that such a page can still say where it belongs: import this before `data`.
"""

import sys
from pathlib import Path

_HOUSE, _PAGES = (str(Path(__file__).resolve().parents[up]) for up in (2, 1))
if sys.path[0] == _PAGES:
    sys.path[0] = _HOUSE
