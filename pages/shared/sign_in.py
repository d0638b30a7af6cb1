"""Who may see anything at all: where the server has `[auth]` in its secrets, those who sign in there; behind a proxy that names its
readers, those it names; with `[access]`, of these only whom it lets in. A server with none of them is for who sits before it.
"""

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NoReturn

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

from wording import _


def require_reader() -> None:
    """Go on for a reader who may; for anyone else end this run with the way in, or with the reason why there is none."""
    secrets = _secrets()
    signs_in = "auth" in secrets
    if not signs_in and not st.get_option("server.trustedUserHeaders"):
        return
    if signs_in and not st.user.get("is_logged_in") and not st.user.get("email"):
        _ask_to_sign_in(secrets["auth"])
    email = str(st.user.get("email") or "")
    if not email:
        _turn_away(_("The proxy in front of Recoup did not say who you are. Ask who runs it."), signs_in)
    allowed = secrets.get("access", {}).get("emails")
    if allowed is not None and not is_allowed(email, allowed):
        _turn_away(_("{email} is not among those who may see this book. Ask who runs it.", email=email), signs_in)
    if signs_in:
        _show_reader(email)


def is_allowed(email: str, allowed: Sequence[str]) -> bool:
    """Whether an address is one of these, or of a form among them, such as *@lender.example; case does not matter."""
    return any(fnmatchcase(email.casefold(), form.casefold()) for form in allowed)


def _secrets() -> Mapping:
    """What the server keeps to itself. A file of it that cannot be read lets nobody in: it may have said who may."""
    try:
        return st.secrets.to_dict()
    except StreamlitSecretNotFoundError:
        if any(Path(file).exists() for file in st.get_option("secrets.files")):
            _turn_away(_("The secrets of this server cannot be read, so nobody is let in. Ask who runs it."), False)
        return {}


def _ask_to_sign_in(auth: Mapping) -> NoReturn:
    st.navigation([st.Page(lambda: None, title=_("Sign in"), url_path="sign_in", default=True)], position="hidden")
    st.title("Recoup", anchor=False)
    st.write(_("Sign in to see the book."))
    named = [name for name, value in auth.items() if isinstance(value, Mapping)]
    with st.container(horizontal=True, key="sign_in"):
        for name in named:
            label = _("Sign in with {provider}", provider=name.capitalize())
            st.button(label, type="primary", icon=":material/login:", key=f"sign_in_{name}", on_click=st.login, args=(name,))  # fmt: skip
        if not named:
            st.button(_("Sign in"), type="primary", icon=":material/login:", key="sign_in_default", on_click=st.login)
    st.stop()


def _turn_away(reason: str, signs_in: bool) -> NoReturn:
    st.navigation([st.Page(lambda: None, title=_("No access"), url_path="no_access", default=True)], position="hidden")
    st.title("Recoup", anchor=False)
    st.error(reason, icon=":material/lock:")
    if signs_in:
        st.button(_("Sign in as someone else"), icon=":material/logout:", key="sign_out", on_click=st.logout)
    st.stop()


def _show_reader(email: str) -> None:
    with st.sidebar.container(key="reader"):
        st.caption(email)
        st.button(_("Sign out"), type="tertiary", icon=":material/logout:", key="sign_out", on_click=st.logout)
