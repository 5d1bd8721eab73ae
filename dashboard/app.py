"""Entry point of `streamlit run`: which release is shown, the filters, and the page asked for."""

from __future__ import annotations

import sys
from pathlib import Path

# Streamlit runs this file as a script; its package lies one folder up, in a checkout as in a wheel.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from collections.abc import Callable
from dataclasses import dataclass

import duckdb
import streamlit as st

from dashboard import markup, wording
from dashboard.filters import sidebar
from dashboard.release import Library, Release, library
from dashboard.screens import figures, overview, people, places, quality, reader, statements
from dashboard.session import Context, Screen
from pipelines.settings import load_settings
from pipelines.views.build import are_current


@dataclass(frozen=True)
class _Entry:
    screen: Screen
    title: str
    icon: str
    path: str
    used: frozenset[str]


def _entries() -> list[_Entry]:
    modules = (
        (overview, "Overview", ":material/newspaper:"),
        (figures, "Figures", ":material/tag:"),
        (statements, "Statements", ":material/format_quote:"),
        (people, "People", ":material/group:"),
        (places, "Map and timeline", ":material/public:"),
        (reader, "Reader", ":material/chrome_reader_mode:"),
        (quality, "Data quality", ":material/fact_check:"),
    )
    return [
        _Entry(module.page, title, icon, module.__name__.rpartition(".")[2], frozenset(module.FILTERS))
        for module, title, icon in modules
    ]


def main() -> None:
    """Draw one page."""
    st.set_page_config(page_title="Dateline", page_icon="📰", layout="wide")
    shelf = library(str(load_settings().home.path))
    with shelf.reading() as release:
        if release is None:
            _nothing_published(shelf)
            return
        entries = _entries()
        context = Context(release, shelf.home)
        pages = {
            e.path: st.Page(
                _run(e, context), title=e.title, icon=e.icon, url_path=e.path, default=e.path == "overview"
            )
            for e in entries
        }
        context.pages.update(pages)
        chosen = st.navigation(list(pages.values()))
        path = next(e.path for e in entries if e.title == chosen.title)
        try:
            context.filters = sidebar(release, next(e.used for e in entries if e.path == path))
            _say_release(release)
            _watch(shelf, release)
            st.title(chosen.title)
            chosen.run()
        except (duckdb.BinderException, duckdb.CatalogException):
            with release.cursor() as cursor:
                if are_current(cursor):
                    raise
            _other_version(shelf)


def _run(entry: _Entry, context: Context) -> Callable[[], None]:
    def draw() -> None:
        entry.screen(context)

    draw.__name__ = entry.path
    return draw


def _nothing_published(shelf: Library) -> None:
    st.title("Dateline")
    st.info("Nothing is published here yet.", icon=":material/info:")
    st.text("Read some reports first. In a terminal:")
    st.code(f"dateline run FOLDER_OR_FEED\n\n# this deployment: {shelf.home.path}", language="shell")
    st.text("This page shows the release as soon as there is one.")
    _watch(shelf, None)


def _other_version(shelf: Library) -> None:
    st.info("This release was published by another version of Dateline.", icon=":material/info:")
    st.text("It lacks what this page reads. The next run publishes it anew, with all of its rows:")
    st.code(f"dateline run\n\n# this deployment: {shelf.home.path}", language="shell")


def _say_release(release: Release) -> None:
    """A quiet line: which release is shown, and whether it has changed since the last look."""
    run = release.one(
        """SELECT finished_at FROM marts.pipeline_health
           WHERE release_id = $id ORDER BY started_at DESC LIMIT 1""",
        id=release.release_id,
    )
    before = st.session_state.get("release_shown")
    st.session_state["release_shown"] = release.release_id
    if before not in (None, release.release_id):
        st.toast("A new release is out: this page shows it now.", icon=":material/update:")
    published = run.get("finished_at")
    with st.sidebar:
        markup.show(
            markup.line(
                f"Release of {wording.moment(published)}" if published else f"Release {release.release_id}",
                wording.ago(published),
                css="meta",
            ),
        )


@st.fragment(run_every="20s")
def _watch(shelf: Library, shown: Release | None) -> None:
    """Look now and then whether another release is out, and start the page over if so."""
    if shelf.published() != (shown.release_id if shown else None):
        st.rerun()


main()
