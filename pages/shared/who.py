"""Who writes: the signed-in reader, else a name asked for once a visit."""

import streamlit as st

from data.notes import LONGEST_NAME
from wording import _


def who(key: str) -> str:
    """The name that what is written will carry; "" until one is given. A field asks for it where nobody is signed in."""
    if email := st.user.get("email"):
        return str(email)
    if name := st.session_state.get("my_name"):
        return name
    field = f"my_name_{key}"
    st.text_input(
        _("Your name"), key=field, max_chars=LONGEST_NAME, on_change=_keep, args=(field,),
        help=_("What you write carries it; it is asked for once"),
    )  # fmt: skip
    return ""


def _keep(field: str) -> None:
    st.session_state["my_name"] = st.session_state[field].strip()
