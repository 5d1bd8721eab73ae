"""One spelling for one url, so that a document keeps its id however the link was copied.

Scheme and host in lower case, without a default port, a fragment, or tracking parameters
(`tracking_parameters.csv`); other parameters keep their order. A path's percent escapes are in upper case,
an empty path is `/`, and any other path loses its trailing slashes: `/a/` and `/a` are one page.
http and https, and www or not, stay apart.
"""

from __future__ import annotations

import re
from functools import cache
from urllib.parse import urlsplit, urlunsplit

from pipelines.reference import words

_DEFAULT_PORTS = {"http": 80, "https": 443}


def canonical_url(url: str) -> str:
    """The url in its one spelling; what is no http(s) url comes back with outer white space gone."""
    url = url.strip()
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:  # a broken port or address: no url, but still somebody's name for the document
        return url
    scheme = parts.scheme.lower()
    if scheme not in _DEFAULT_PORTS or not host:
        return url
    netloc = f"[{host}]" if ":" in host else host
    if port is not None and port != _DEFAULT_PORTS[scheme]:
        netloc = f"{netloc}:{port}"
    if "@" in parts.netloc:
        netloc = f"{parts.netloc.rpartition('@')[0]}@{netloc}"
    path = re.sub(r"%[0-9a-fA-F]{2}", lambda m: m.group().upper(), parts.path).rstrip("/") or "/"
    return urlunsplit((scheme, netloc, path, _without_tracking(parts.query), ""))


def host_of(url: str) -> str | None:
    """The host of a url without `www.`, or None."""
    try:
        host = urlsplit(url.strip()).hostname
    except ValueError:
        return None
    return host.removeprefix("www.") or None if host else None


def _without_tracking(query: str) -> str:
    return "&".join(part for part in query.split("&") if part and not _is_tracking(part.partition("=")[0]))


def _is_tracking(name: str) -> bool:
    name = name.casefold()
    exact, prefixes = _tracking()
    return name in exact or name.startswith(prefixes)


@cache
def _tracking() -> tuple[frozenset[str], tuple[str, ...]]:
    table = "tracking_parameters"
    return words(table, "form", {"match": "exact"}), tuple(words(table, "form", {"match": "prefix"}))
