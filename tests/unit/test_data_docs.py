"""Data Docs: every page is there, linked, and loads nothing from anywhere."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import audit_rows
import duckdb
import hostile
import pyarrow as pa
import pytest

from pipelines.audit.data_docs import DataDocsError, build
from pipelines.audit.pages import clean, clean_style
from pipelines.model import TABLES, arrow_schema
from pipelines.warehouse.schema import create_schema, qualified

HOSTILE = " ".join(
    [
        "<script>alert('x')</script> <img src=http://evil.example/a.png onerror=alert(1)> $HOME & more",
        *hostile.HOSTILE["html"],
        *hostile.HOSTILE["link"],
        *hostile.HOSTILE["direction"],
    ]
)


def _plain(value: Any) -> Any:
    is_missing = isinstance(value, float) and value != value
    return None if is_missing else int(value) if isinstance(value, float) and value.is_integer() else value


def make_release(folder: Path) -> Path:
    """A release of two documents; an outlet's domain and a label hold markup, which breaks their rules."""
    tables = audit_rows.partition(2)
    tables["outlets"].loc[0, "domain"] = HOSTILE
    tables["entity_mentions"].loc[0, "label"] = HOSTILE
    folder.mkdir()
    with duckdb.connect(str(folder / "dateline.duckdb")) as connection:
        create_schema(connection)
        for name, frame in tables.items():
            rows = [{k: _plain(v) for k, v in row.items()} for row in frame.to_dict("records")]
            connection.register("batch", pa.Table.from_pylist(rows, schema=arrow_schema(name)))
            connection.execute(f"INSERT INTO {qualified(TABLES[name])} SELECT * FROM batch")
    return folder


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("docs")
    audit_rows.write_word_tables(base)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATELINE_REFERENCE", str(base))
        index = build(make_release(base / "release"), base / "site")
    assert index == base / "site" / "index.html"
    return base / "site"


class Elements(HTMLParser):
    """Elements with their attributes, the text, and the CSS of a page, as a browser sees them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.text: list[str] = []
        self.css: list[str] = []
        self._inside = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag
        values = {name: value or "" for name, value in attrs}
        self.found.append((tag, values))
        self.css.append(values.get("style", ""))

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        (self.css if self._inside == "style" else self.text).append(data)


def loads(page: str) -> list[str]:
    """What a browser would fetch or run on opening the page."""
    elements = Elements(page)
    found = [
        tag for tag, _ in elements.found if tag in ("script", "iframe", "object", "embed", "form", "base")
    ]
    for tag, values in elements.found:
        for name, value in values.items():
            if name in ("src", "srcset", "poster", "data", "background", "action") or name.startswith("on"):
                found.append(f"{tag} {name}={value}")
            if name == "href" and tag != "a" and value != "data:,":
                found.append(f"{tag} {name}={value}")
            if name == "href" and re.match(r"\s*(javascript|data|vbscript|//)", value) and tag == "a":
                found.append(f"{tag} {name}={value}")
        if values.get("http-equiv", "").casefold() == "refresh":
            found.append("refresh")
    found += [css for css in elements.css if re.search(r"url\s*\(|@import|image-set|\\[0-9a-f]{2}", css)]
    return found


def pages(site: Path) -> list[Path]:
    return sorted(site.rglob("*.html"))


def test_every_table_has_its_pages(site: Path) -> None:
    names = {p.relative_to(site).as_posix() for p in pages(site)}
    assert {f"expectations/{name}.html" for name in audit_rows.AUDITED} <= names
    assert {name.split("/")[1] for name in names if name.startswith("validations/")} == set(
        audit_rows.AUDITED
    )
    assert {p.suffix for p in site.rglob("*") if p.is_file()} == {".html"}


def test_nothing_is_loaded(site: Path) -> None:
    assert {p.name: found for p in pages(site) if (found := loads(p.read_text("utf-8")))} == {}


def test_nothing_leads_outside_but_a_plain_link(site: Path) -> None:
    for page in pages(site):
        text = page.read_text("utf-8")
        assert text.count('Content-Security-Policy" content="default-src') == 1
        links = [v["href"] for tag, v in Elements(text).found if tag == "a" and "href" in v]
        outside = {link for link in links if re.match(r"[a-z]+:|//", link)}
        assert outside <= {"https://greatexpectations.io"}
        inside = {link.partition("#")[0] for link in links} - outside - {""}
        assert [link for link in inside if not (page.parent / link).is_file()] == []


def test_the_index_names_every_table_with_its_outcome(site: Path) -> None:
    page = (site / "index.html").read_text("utf-8")
    found = re.findall(r"<tr><td>(<i [^>]*></i>)</td><td><a [^>]*>(\w+)</a>", page)
    rows = {name: "fa-check-circle" in status for status, name in found}
    assert rows == {name: name not in ("outlets", "entity_mentions") for name in audit_rows.AUDITED}


def test_text_of_the_data_stays_text(site: Path) -> None:
    for table in ("outlets", "entity_mentions"):
        (page,) = (site / "validations" / table).rglob("*.html")
        assert HOSTILE in "".join(Elements(page.read_text("utf-8")).text)


def test_a_rule_says_why(site: Path) -> None:
    page = (site / "expectations" / "quotes.html").read_text("utf-8")
    assert "quotes_offsets_hold (quarantine). The characters at the offsets must be the surface" in page


def test_pages_are_replaced_and_other_files_are_not(site: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(DataDocsError, match=r"notes\.txt"):
        build(site.parent / "release", tmp_path)
    assert (tmp_path / "notes.txt").read_text() == "mine"
    old = site / "validations" / "gone"
    old.mkdir()
    (old / "old.html").write_text("old")
    build(site.parent / "release", site)
    assert not old.exists()
    assert (site / "index.html").is_file()


def test_without_a_release_there_are_no_pages(tmp_path: Path) -> None:
    with pytest.raises(DataDocsError, match="no published release"):
        build(tmp_path / "current", tmp_path / "site")
    assert not (tmp_path / "site").exists()


def requests_of(page: Path, work: Path) -> set[str]:
    """Addresses that a page makes a browser ask for; the browser's own business is left out."""
    log = work / "net.json"
    command = [
        "chromium",
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        "--host-resolver-rules=MAP * ~NOTFOUND",
        f"--user-data-dir={work / 'profile'}",
        f"--log-net-log={log}",
        "--dump-dom",
        page.as_uri(),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    events = json.loads(log.read_text("utf-8", "replace"))["events"]
    params = [event.get("params", {}) for event in events]
    asked = [p for p in params if str(p.get("url", "")).startswith("http") and "initiator" in p]
    return {p["url"] for p in asked if p["initiator"] != "not an origin"}


@pytest.mark.skipif(shutil.which("chromium") is None, reason="needs chromium")
def test_a_browser_asks_nobody(site: Path, tmp_path: Path) -> None:
    control = tmp_path / "control.html"
    control.write_text("<img src='http://evil.example/a.png'>")
    assert requests_of(control, tmp_path) == {"http://evil.example/a.png"}
    for page in pages(site):
        assert requests_of(page, tmp_path) == set()


# ---------------------------------------------------------------------------------------------
# Cleaning a page
# ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "cleaned"),
    [
        ("<p onclick='go()' class=a>x &lt;b&gt; &amp; &#39;</p>", '<p class="a">x &lt;b&gt; &amp; &#39;</p>'),
        ("a<script>if (a < b) { '</p>' }</script>b", "ab"),
        ("a<img src=http://evil.example/>b<br/>c", "ab<br>c"),
        ("<a href='javascript:go()'>x</a>", "<a>x</a>"),
        ("<a href=' javascript:go()'>x</a>", "<a>x</a>"),
        ("<a href='//evil.example'>x</a>", "<a>x</a>"),
        ("<a href='../a/b.html#c'>x</a>", '<a href="../a/b.html#c">x</a>'),
        ("<iframe src=x><p>inside</p></iframe>out", "out"),
        ("<p style=\"background: url('http://evil.example')\">x</p>", '<p style="background: none">x</p>'),
        (
            "<meta http-equiv=refresh content='0;http://evil.example'>",
            '<meta content="0;http://evil.example">',
        ),
        ("<!-- <script> -->x", "x"),
    ],
)
def test_a_page_is_cleaned(page: str, cleaned: str) -> None:
    assert clean(page) == cleaned


@pytest.mark.parametrize(
    ("style", "cleaned"),
    [
        ("a { background: URL( //evil.example/x ) no-repeat; }", "a { background: none no-repeat; }"),
        ("@import 'http://evil.example'; p { color: red }", " p { color: red }"),
        (r"a { background: \75 rl(http://evil.example) }", "a { background: rl(http://evil.example) }"),
    ],
)
def test_a_style_is_cleaned(style: str, cleaned: str) -> None:
    assert clean_style(style) == cleaned


def test_empty_tables_of_the_index_are_filled_in_order() -> None:
    page = '<table class="x"></table><table class="ge-index-page-a"></table>'
    filled = '<table class="x"></table><table class="ge-index-page-a"><tr></tr></table>'
    assert clean(page, ["<tr></tr>"]) == filled
