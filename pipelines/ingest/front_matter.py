"""Front matter: `key: value` lines between two rules at the head of a Markdown file.

Web clippers and site generators write a document's title, address, author and date there.
"""

from __future__ import annotations

import re
from functools import cache

from pipelines.reference import read_table

_BLOCK = re.compile(
    r"\s{0,4}(?P<rule>---|\+\+\+)[ \t]*\r?\n(?P<body>(?:[^\r\n]{0,500}\r?\n){1,60}?)(?P=rule)[ \t]*"
    r"(?:\r?\n|$)"
)
_PAIR = re.compile(r"(?P<key>[A-Za-z][\w -]{0,30}?)[ \t]*[:=][ \t]*(?P<value>.*)")
_ITEM = re.compile(r"[ \t]*-[ \t]+(?P<value>.+)")


def front_matter_end(text: str) -> int:
    """Offset behind the front matter; 0 where there is none."""
    match = _BLOCK.match(text)
    if match is None:
        return 0
    lines = [line for line in match["body"].splitlines() if line.strip()]
    return match.end() if lines and all(_PAIR.match(line) or line[:1] in " \t-#" for line in lines) else 0


def front_matter(text: str) -> dict[str, str]:
    """Title, url, outlet, published, byline, language: those of them that front matter gives."""
    found: dict[str, list[str]] = {}
    field = None
    for line in text[: front_matter_end(text)].splitlines():
        if pair := _PAIR.match(line):
            field = _fields().get(pair["key"].casefold())
            if field and field not in found:
                found[field] = _values(pair["value"])
        elif field and (item := _ITEM.match(line)):
            found[field].extend(_values(item["value"]))
    joined = {field: ", ".join(values) for field, values in found.items() if values}
    # "source" may name a paper, "site" an address.
    return {field: value for field, value in joined.items() if _is_address(value) == (field == "url")}


def _is_address(value: str) -> bool:
    return re.match(r"https?://", value) is not None


@cache
def _fields() -> dict[str, str]:
    rows = read_table("front_matter_keys", ("form", "field"))
    return {row["form"].casefold(): row["field"] for row in rows}


def _values(text: str) -> list[str]:
    """The values of one line: quotes, brackets of a list and of a wiki link taken off."""
    inner = text.strip().removeprefix("[").removesuffix("]") if not text.strip().startswith("[[") else text
    pieces = inner.split(",") if inner is not text and "," in inner else [inner]
    values = (
        re.sub(r"\[\[(?:[^\]|]*\|)?([^\]]*)\]\]", r"\1", piece.strip().strip("\"'")) for piece in pieces
    )
    return [" ".join(value.split()) for value in values if value.strip()]
