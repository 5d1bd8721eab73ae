"""Whatever a page holds, its cleaned form loads nothing and keeps its text."""

from __future__ import annotations

import html
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from pipelines.audit.pages import clean

PIECES = st.sampled_from(
    [
        *(
            "<script>",
            "</script>",
            "<img src=x>",
            "<svg onload=y>",
            "</svg>",
            "<style>",
            "</style>",
            "<p>",
            "</p>",
        ),
        *(
            "<a href='",
            "//e.example",
            "http://e.example",
            "javascript:x",
            "'>",
            "</a>",
            '"',
            "'",
            ">",
            "<",
            "/>",
        ),
        *(
            "url(http://e.example)",
            "@import 'x';",
            "<link href=x>",
            "<iframe src=x>",
            "<!--",
            "-->",
            "<![CDATA[",
        ),
        *(
            " onclick=z",
            " style='background:url(x)'",
            "&lt;",
            "&#60;",
            "<base href=x>",
            "<table class=",
            "<head>",
        ),
    ]
)


class Loading(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name for name, _ in attrs}
        if tag in {"script", "img", "iframe", "svg", "base", "object", "embed"} or {"src", "srcset"} & names:
            self.found.append(tag)
        if any(name.startswith("on") for name in names):
            self.found.append(f"{tag} {names}")
        if tag == "link" and dict(attrs).get("href") != "data:,":
            self.found.append("link")
        href = dict(attrs).get("href") or ""
        if tag == "a" and href.startswith(("//", "javascript")):
            self.found.append(href)


@given(st.lists(PIECES | st.text(max_size=4), max_size=25))
def test_a_cleaned_page_loads_nothing(pieces: list[str]) -> None:
    reader = Loading()
    reader.feed(clean("".join(pieces)))
    reader.close()
    assert reader.found == []


@given(st.text())
def test_escaped_text_is_kept(text: str) -> None:
    page = f"<p>{html.escape(text)}</p>"
    assert html.unescape(clean(page)) == html.unescape(page)
