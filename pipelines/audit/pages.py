"""Making a Great Expectations page load nothing: no script, frame, image, font or style from anywhere."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from html.parser import HTMLParser

# Elements that load or run something, or do nothing without a script: left out with all they hold.
_DROPPED = frozenset(
    {
        "applet",
        "audio",
        "base",
        "button",
        "canvas",
        "embed",
        "footer",
        "form",
        "frame",
        "frameset",
        "iframe",
        "image",
        "img",
        "input",
        "link",
        "math",
        "noscript",
        "object",
        "picture",
        "script",
        "select",
        "source",
        "svg",
        "template",
        "textarea",
        "track",
        "video",
    }
)
_VOID = frozenset(
    {
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "image",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "wbr",
        "frame",
    }
)
_ATTRIBUTES = frozenset(
    {
        "align",
        "charset",
        "class",
        "colspan",
        "content",
        "hidden",
        "href",
        "id",
        "lang",
        "name",
        "role",
        "rowspan",
        "style",
        "title",
    }
)
_URL = re.compile(r"url\s*\([^)]*\)|image-set\s*\([^)]*\)", re.IGNORECASE)
_IMPORT = re.compile(r"@import[^;]*;?", re.IGNORECASE)
_LINK = re.compile(r"(?:https?://|#|[\w.][\w./~%+-]*(?:#|$)|$)", re.IGNORECASE)

# The page may load nothing: a browser that reads this refuses even what was overlooked.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 75rem; padding: 1rem; }
nav.navbar { height: auto !important; }
.navbar-brand a::before { content: "Data Docs"; font-weight: 600; }
.sticky { position: static; }
ol.breadcrumb { list-style: none; padding: 0; }
ol.breadcrumb li { display: inline; margin-right: .5rem; }
table { border-collapse: collapse; margin: .5rem 0; }
td, th { border: 1px solid #8885; padding: .25rem .6rem; text-align: left; vertical-align: top; }
.alert, .card { border: 1px solid #8885; border-radius: 4px; margin: .5rem 0; padding: .5rem .8rem; }
.alert { background: #8882; }
.badge { background: #8883; border-radius: 4px; padding: 0 .35rem; }
.nav-tabs, .card:has(.btn-group-toggle) { display: none; }
.text-success { color: #2e7d32; }
.text-danger { color: #c62828; }
.fas { font-style: normal; }
.fa-check-circle::before { content: "✓"; }
.fa-times::before { content: "✗"; }
.fa-exclamation-triangle::before { content: "⚠"; }
.fa-comment::before { content: "Why"; }
h5, h6 { font-size: 1rem; margin: .2rem 0; }
"""


def clean(page: str, tables: Sequence[str] = ()) -> str:
    """The page without anything that loads, runs or posts; text stays as it is.

    `tables`: what goes into the page's empty tables, in order, which scripts fill as shipped.
    """
    writer = _Writer(list(tables))
    writer.feed(page)
    writer.close()
    return "".join(writer.parts)


def clean_style(style: str) -> str:
    """CSS that loads nothing."""
    # An escape could spell `url` or `@import` in other letters.
    return _IMPORT.sub("", _URL.sub("none", re.sub(r"\\[0-9a-fA-F]{1,6}\s?", "", style)))


class _Writer(HTMLParser):
    def __init__(self, tables: list[str]) -> None:
        super().__init__(convert_charrefs=False)
        self.parts: list[str] = []
        self._tables = tables
        self._dropping: list[str] = []
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _DROPPED:
            if tag not in _VOID:
                self._dropping.append(tag)
            return
        if self._dropping:
            return
        kept = "".join(f' {name}="{html.escape(value)}"' for name, value in _attributes(tag, attrs))
        self.parts.append(f"<{tag}{kept}>")
        self._in_style = tag == "style"
        if tag == "head":
            policy = f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
            self.parts.append(f'<meta charset="utf-8">{policy}<link rel="icon" href="data:,">')
        # The index page's tables are empty and named so; other tables come filled.
        names = dict(attrs).get("class") or ""
        if tag == "table" and "ge-index-page-" in names and self._tables:
            self.parts.append(self._tables.pop(0))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._dropping:
            if tag == self._dropping[-1]:
                self._dropping.pop()
            return
        if tag in _DROPPED or tag in _VOID:
            return
        self._in_style = False
        if tag == "head":
            self.parts.append(f"<style>{_STYLE}</style>")
        self.parts.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self._dropping:
            # A "<" that opened no tag here (behind an open comment, say) opens none in a browser either.
            self.parts.append(clean_style(data) if self._in_style else data.replace("<", "&lt;"))

    def handle_entityref(self, name: str) -> None:
        if not self._dropping:
            self.parts.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        if not self._dropping:
            self.parts.append(f"&#{name};")

    def handle_decl(self, decl: str) -> None:
        self.parts.append(f"<!{decl}>")


def _attributes(tag: str, attrs: list[tuple[str, str | None]]) -> list[tuple[str, str]]:
    kept = []
    for name, value in attrs:
        given = value or ""
        if name not in _ATTRIBUTES or (tag == "meta" and name == "charset"):
            continue
        if name == "href" and (tag != "a" or not _LINK.match(given)):
            continue
        kept.append((name, clean_style(given) if name == "style" else given))
    return kept
