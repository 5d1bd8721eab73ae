"""A person's ruling on a quote or a number: all that the dashboard writes, and into the ledger alone.

The same code as `dateline correct` makes it; the next run applies it.
"""

from __future__ import annotations

import getpass
from collections.abc import Callable
from contextlib import closing

import streamlit as st

from dashboard import markup
from dashboard.release import Row
from dashboard.session import Context
from pipelines.model import Ruling
from pipelines.warehouse import rulings
from pipelines.warehouse.ledger import Ledger
from pipelines.warehouse.rulings import Desk, RulingError

_FIELDS = {
    "value": "Its value",
    "unit": "Its unit (‘none’ for a count)",
    "bound": "Its hedge",
    "noun": "What is counted, in words of the report (or ‘none’)",
    "category": "Its category (or ‘none’)",
    "reject": "It is no claim: take the row out",
}


def form(context: Context, row: Row) -> None:
    """Draw the form for a row of kind quote or claim, and record what is sent."""
    with st.expander("Correct this row", icon=":material/gavel:"), st.form(f"ruling-{row['row_id']}"):
        if row["kind"] == "quote":
            name = st.text_input("Who said it", placeholder="A name; ‘unknown’ where nobody knows")
            what, value = "speaker", name
        else:
            what = st.selectbox("What is wrong", list(_FIELDS), format_func=_FIELDS.__getitem__)
            value = st.text_input("What it should be", placeholder="Not needed to take the row out")
        who = st.text_input("Your name", value=_login())
        why = st.text_input("Why", placeholder="Kept with the ruling, for whoever asks")
        if st.form_submit_button("Record the ruling", type="primary"):
            _record(context, row, what, value.strip(), who=who.strip(), why=why.strip())


def _record(context: Context, row: Row, what: str, value: str, *, who: str, why: str) -> None:
    if not who or not why or (what != "reject" and not value):
        st.error("Fill in what it should be, your name, and why.")
        return

    def make(desk: Desk) -> Ruling:
        if what == "speaker":
            return rulings.correct_speaker(desk, row["row_id"], value)
        if what == "reject":
            return rulings.reject_claim(desk, row["row_id"])
        return rulings.correct_claim(desk, row["row_id"], what, value)

    try:
        made = _write(context, make, who, why)
    except RulingError as error:
        st.error("This ruling cannot be made.")
        st.text(str(error))
        return
    st.success("Recorded. It is in force from the next run on: dateline run")
    markup.show(
        markup.line(
            f"Ruling {made.ruling_id} by {who}",
            f"undo: dateline correct undo {made.ruling_id} --why …",
            css="meta",
        )
    )


def _write(context: Context, make: Callable[[Desk], Ruling], who: str, why: str) -> Ruling:
    with context.release.cursor() as cursor, closing(Ledger(context.home.ledger)) as ledger:
        return make(Desk(ledger, cursor, who, why))


def _login() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""
