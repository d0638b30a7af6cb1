"""Bad debt: is the ratio better because of collections, accounting or growth."""

from pages.shared.view import current_view
from wording import _

view = current_view()

view.head.title(_("Bad debt"))
