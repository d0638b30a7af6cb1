"""Data: what is loaded, how fresh and how clean it is, and what each number means."""

from pages.shared.view import current_view
from wording import _

view = current_view()

view.head.title(_("Data"))
