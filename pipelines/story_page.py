"""One story as one HTML file that a person can mail: figures, statements, sources, the sentence behind each.

No script, no picture, no request to anywhere; every text is escaped, and what would turn a line around is
shown instead of obeyed. A sentence is quoted with its span marked, and a link leads to the source: the
publisher's text itself stays out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from typing import Any

import duckdb

from pipelines.explain import Passage, explain
from pipelines.terminal import safe

# What of a story is shown: the figures and statements that most sources carry.
MOST_FIGURES, MOST_STATEMENTS, MOST_PASSAGES = 24, 24, 12
# What is quoted around a span: a sentence, and no more of a long one.
_AROUND = 220

_STORY = "FROM marts.story_overview WHERE starts_with(story_id, $id) ORDER BY story_id LIMIT 2"
_FIGURES = """
    SELECT figure_id FROM main.figures WHERE story_id = $id
    ORDER BY agreement = 'conflict' DESC, independent_source_count DESC, claim_count DESC, figure_id"""
_STATEMENTS = """
    SELECT statement_id FROM main.statements WHERE story_id = $id
    ORDER BY independent_source_count DESC, wording_count DESC, speaker_name IS NULL, statement_id"""
_VALUES = """
    SELECT claim_id, value, coalesce(value_low, value), coalesce(value_high, value), bound, unit, noun
    FROM marts.figure_comparison WHERE figure_id = $id"""
_SOURCES = """
    SELECT source_label, title, published_on, source_uri, duplicate_of_document_id IS NOT NULL
    FROM main.documents WHERE story_id = $id ORDER BY published_on NULLS LAST, source_label, document_id"""

_AGREEMENT = {
    "conflict": "sources conflict",
    "agree": "sources agree",
    "round_equal": "sources agree when rounded",
    "single": "one source",
}


class StoryError(ValueError):
    """An id that names no story, or several."""


@dataclass(frozen=True, slots=True)
class _Value:
    value: float
    low: float
    high: float
    bound: str
    unit: str | None
    noun: str | None


def story_page(connection: duckdb.DuckDBPyConnection, story_id: str, release: str) -> str:
    """The page of the story with that id, or the only one whose id starts so. Raises StoryError."""
    story = _story(connection, story_id)
    css = files("pipelines").joinpath("story_page.css").read_text(encoding="utf-8")
    return "\n".join(
        [
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
            '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
            "style-src 'unsafe-inline'\">",
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{text(story['label'] or 'A story')}</title>\n<style>\n{css}</style>\n</head>\n<body>",
            *body(connection, story, release),
            "</body>\n</html>\n",
        ]
    )


def body(connection: duckdb.DuckDBPyConnection, story: dict[str, Any], release: str) -> Iterator[str]:
    """What stands between the body's tags, piece by piece."""
    yield from _head(story)
    for title, query, most, make in (
        ("Figures", _FIGURES, MOST_FIGURES, _figure),
        ("Statements", _STATEMENTS, MOST_STATEMENTS, _statement),
    ):
        ids = [row[0] for row in connection.execute(query, {"id": story["story_id"]}).fetchall()]
        parts = (part for row_id in ids[:most] for part in make(connection, row_id))
        yield from _section(title, parts, len(ids), most)
    yield "<section>\n<h2>Sources</h2>\n<ol class=sources>"
    for label, title, day, uri, is_copy in connection.execute(_SOURCES, {"id": story["story_id"]}).fetchall():
        note = f"{text(day)}{'; repeats an earlier report' if is_copy else ''}"
        yield f"<li><b>{text(label)}</b> {link(uri, title or uri)} <span class=note>{note}</span></li>"
    yield "</ol>\n</section>"
    yield (
        "<footer><p>Found by rules in the texts named above; no one has checked every row. <b>Low</b> and "
        "<b>high</b> are the lowest and highest number reported, never a confidence interval; <b>best</b> is "
        "empty where sources conflict. Read the source before you quote it.</p>"
        f"<p>Made with Dateline from release {text(release)}; story {text(story['story_id'])}.</p></footer>"
    )


def _story(connection: duckdb.DuckDBPyConnection, story_id: str) -> dict[str, Any]:
    cursor = connection.execute(_STORY, {"id": story_id.strip().casefold()})
    columns = [column[0] for column in cursor.description or []]
    rows = cursor.fetchall()
    if not story_id.strip() or len(rows) != 1:
        raise StoryError(
            f"{story_id}: {'several stories have' if rows else 'no story has'} an id that starts so; "
            "ids are in marts.story_overview"
        )
    return dict(zip(columns, rows[0], strict=True))


def _head(story: dict[str, Any]) -> Iterator[str]:
    where = ", ".join(text(part) for part in (story["place"], story["event_on"]) if part)
    facts = [
        (story["document_count"], "reports"),
        (story["source_count"], "sources"),
        (story["figure_count"], "figures"),
        (story["conflict_count"], "in conflict"),
        (story["statement_count"], "statements"),
    ]
    yield f"<header>\n<p class=note>{where}</p>\n<h1>{text(story['label'] or 'A story')}</h1>\n<dl>"
    yield from (f"<div><dd>{number or 0:,}</dd><dt>{word}</dt></div>" for number, word in facts)
    yield "</dl>\n</header>"


def _section(title: str, parts: Iterator[str], count: int, most: int) -> Iterator[str]:
    if not count:
        return
    yield f"<section>\n<h2>{title}</h2>"
    yield from parts
    if count > most:
        yield f"<p class=note>{count - most} more, carried by fewer sources, are left out.</p>"
    yield "</section>"


def _figure(connection: duckdb.DuckDBPyConnection, figure_id: str) -> Iterator[str]:
    found = explain(connection, "figure", figure_id)
    rows = connection.execute(_VALUES, {"id": figure_id}).fetchall()
    values = {claim_id: _Value(*rest) for claim_id, *rest in rows}
    agreement = found.row["agreement"] or ""
    yield f'<article class="{text(agreement)}">'
    yield f"<h3>{text(found.row['label'] or found.row['category'] or 'A number')}"
    yield f" <span class=tag>{text(_AGREEMENT.get(agreement, agreement))}</span></h3>"
    low, high = found.row["low"], found.row["high"]
    unit = f" {text(found.row['unit'])}" if found.row["unit"] else ""
    if low is not None and high is not None:
        span = number(low) if low == high else f"{number(low)} to {number(high)}"
        best = found.row["best"]
        preferred = f"; best {number(best)}{unit}" if best is not None and low != high else ""
        yield f"<p class=range>{span}{unit}<span class=note>{preferred}</span></p>"
    yield "<table>"
    for passage in found.passages[:MOST_PASSAGES]:
        value = values.get(passage.row_id)
        yield (
            f"<tr><th scope=row>{text(passage.source_label)}<br><span class=note>{text(passage.published_on)}"
            f"</span></th><td class=value>{_value(value)}{_strip(value, low, high)}</td>"
            f"<td>{sentence(passage)}</td></tr>"
        )
    yield f"</table>{_left_out(found.passages)}\n</article>"


def _statement(connection: duckdb.DuckDBPyConnection, statement_id: str) -> Iterator[str]:
    found = explain(connection, "statement", statement_id)
    speaker = found.names.get("speaker_entity_id") or found.row["speaker_name"] or "Unnamed speaker"
    said_on = f" <span class=note>{text(found.row['said_on'])}</span>" if found.row["said_on"] else ""
    inferred = " <span class=tag>speaker inferred</span>" if found.row["speaker_is_inferred"] else ""
    yield f"<article>\n<h3>{text(speaker)}{said_on}{inferred}</h3>\n<table>"
    for passage in found.passages[:MOST_PASSAGES]:
        yield (
            f"<tr><th scope=row>{text(passage.source_label)}<br><span class=note>{text(passage.published_on)}"
            f"</span></th><td>{sentence(passage)}</td></tr>"
        )
    yield f"</table>{_left_out(found.passages)}\n</article>"


def _left_out(passages: list[Passage]) -> str:
    more = len(passages) - MOST_PASSAGES
    return f"<p class=note>and {more} more</p>" if more > 0 else ""


def _value(value: _Value | None) -> str:
    if value is None:
        return ""
    word = {"exact": "", "about": "about ", "at_least": "at least ", "more_than": "more than "} | {
        "at_most": "at most ",
        "less_than": "less than ",
    }
    span = number(value.low) if value.low == value.high else f"{number(value.low)} to {number(value.high)}"
    return f"{word.get(value.bound, '')}{span}"


def _strip(value: _Value | None, low: float | None, high: float | None) -> str:
    """Where a source's number stands between the lowest and the highest: a bar of plain markup."""
    if value is None or low is None or high is None or high <= low:
        return ""
    start = max(0.0, min(1.0, (value.low - low) / (high - low)))
    end = max(start, min(1.0, (value.high - low) / (high - low)))
    return (
        f'<span class=strip><i style="left:{start * 94:.1f}%;width:{(end - start) * 94 + 6:.1f}%"></i></span>'
    )


def sentence(passage: Passage) -> str:
    """The sentence around a span, cut where it is long, the span marked, with a link to the source."""
    start, end = passage.mark_start, passage.mark_end
    low, high = max(0, start - _AROUND), min(len(passage.sentence), end + _AROUND)
    middle = passage.sentence[start:end]
    if len(middle) > 3 * _AROUND:
        middle = f"{middle[: 2 * _AROUND]} … {middle[-_AROUND:]}"
    before, after = passage.sentence[low:start], passage.sentence[end:high]
    return (
        f"{'… ' if low else ''}{text(before)}<mark>{text(middle)}</mark>{text(after)}"
        f"{' …' if high < len(passage.sentence) else ''} {link(passage.source_uri, 'source')}"
    )


def link(uri: str, shown: str) -> str:
    """A link where the address is a web page's; of anything else (a local path, a script) the text alone."""
    address = uri.strip()
    if not address.lower().startswith(("http://", "https://")) or safe(address) != address:
        return f"<span class=note>{text(shown)}</span>"
    return f'<a href="{escape(address)}" rel="noopener noreferrer nofollow">{text(shown)}</a>'


def number(value: float) -> str:
    """A number with separators, without a fraction that is none."""
    return f"{int(value):,}" if float(value).is_integer() else f"{value:,.4g}"


def text(value: object) -> str:
    """Any text as text: markup escaped, control and direction characters shown."""
    return escape(safe(value))
