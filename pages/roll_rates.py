"""Roll rates: where the book is rolling to, and which slice got worse."""

from pages.shared.view import current_view
from wording import _

view = current_view()

view.head.title(_("Roll rates"))
