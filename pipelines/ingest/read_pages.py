"""HTML pages: the article's text by trafilatura, and what the page says of itself.

The extracted text is what offsets point into; the page itself is kept in landing by its hash.
"""

from __future__ import annotations

import re
from typing import Any

import lxml.etree
import lxml.html

from pipelines.ingest.encodings import DecodingError, decode
from pipelines.ingest.records import Metadata, Reading, Record, Rejection, clean, merged

# The HTML standard has a browser look for a charset in the first kilobyte.
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_:.-]{2,40})""", re.IGNORECASE)
_LOOK_FOR_CHARSET = 4096
_LOOKS_LIKE_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head)\b", re.I | re.S
)
# Where pages state the time of publication, the most exact first (Open Graph, schema.org, Dublin Core).
_PUBLISHED = (
    "//meta[@property='article:published_time']/@content",
    "//meta[@itemprop='datePublished']/@content",
    "//time[@itemprop='datePublished']/@datetime",
    "//meta[@name='parsely-pub-date' or @name='pubdate' or @name='publish-date']/@content",
    "//meta[@name='dc.date' or @name='DC.date.issued' or @name='dcterms.created']/@content",
)
_JSON_LD_DATE = re.compile(r'"datePublished"\s*:\s*"([^"]{8,40})"')


def looks_like_html(data: bytes) -> bool:
    """Whether bytes without a telling name begin as a page does."""
    return bool(_LOOKS_LIKE_HTML.match(data[:_LOOK_FOR_CHARSET]))


def read_page(
    data: bytes, record_no: int | None, reading: Reading, url: str | None = None
) -> Record | Rejection:
    """The article of one page. `url` is where it was found, where that is known (a web archive)."""
    if len(data) > reading.max_bytes:
        return Rejection(record_no, "too_long", f"{len(data)} bytes, more than {reading.max_bytes}")
    try:
        text, encoding = _decoded(data)
    except DecodingError as error:
        return Rejection(record_no, error.reason, error.detail)
    try:
        tree = lxml.html.document_fromstring(text.encode("utf-8"), parser=_parser())
        published = _published(tree)
        language = clean(next(iter(tree.xpath("/html/@lang")), None))
        article = _article(tree, url)
    except (lxml.etree.LxmlError, ValueError, RecursionError, AttributeError, TypeError) as error:
        return Rejection(
            record_no, "unreadable_page", " ".join(str(error).split())[:200] or type(error).__name__
        )
    body = _plain(article.text if article else None)
    if not body:
        return Rejection(record_no, "no_text", "no article on the page")
    found = Metadata(
        title=clean(_plain(article.title)),
        url=clean(url or _web(article.url)),
        outlet=clean(_plain(article.sitename)),
        published=clean(published or article.date),
        byline=clean(_plain(article.author)),
        language=language,
        outlet_method="page" if article.sitename else None,
    )
    return Record(record_no, body, encoding, merged(reading.beside, found, reading.outlet))


def _decoded(data: bytes) -> tuple[str, str]:
    named = _CHARSET.search(data[:_LOOK_FOR_CHARSET])
    if named:
        try:
            name = named[1].decode("ascii")
            return data.decode(name), name.casefold()
        except (LookupError, UnicodeDecodeError):
            pass
    found = decode(data)
    return found.text, found.encoding


def _parser() -> Any:
    return lxml.html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, huge_tree=False)


def _article(tree: Any, url: str | None) -> Any:
    # Importing it takes half a second, which runs over plain text need not spend.
    from trafilatura import bare_extraction

    return bare_extraction(
        tree,
        url=url,
        favor_precision=True,
        include_comments=False,
        include_tables=False,
        with_metadata=True,
        # A date that the page does not state is no date: no guessing from other text.
        date_extraction_params={"extensive_search": False, "original_date": True},
    )


def _published(tree: Any) -> str | None:
    for path in _PUBLISHED:
        for value in tree.xpath(path):
            if value.strip():
                return str(value).strip()
    for script in tree.xpath("//script[@type='application/ld+json']/text()"):
        match = _JSON_LD_DATE.search(script)
        if match:
            return match[1]
    return None


def _web(url: str | None) -> str | None:
    return url if url and url.casefold().startswith(("http://", "https://")) else None


def _plain(value: str | None) -> str | None:
    """Text that the database and every encoding can hold."""
    if not value:
        return None
    text = value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
    return text if text.strip() else None
