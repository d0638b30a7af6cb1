"""Overview: how we are doing, what moved and why."""

from pages.shared.view import current_view
from wording import _

view = current_view()

view.head.title(_("Overview"))
