"""The sample reports against what a reader finds in them (`sample_answers.json`).

One test a fact, so that a failure says which report and which fact. The reports go the road that a run
takes: read from the file, cut into segments, extracted.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from pipelines.extract.extractor import Extraction, SourceText, extract
from pipelines.ingest.document import make_document
from pipelines.ingest.readers import Record, read
from pipelines.ingest.sources import sidecar
from pipelines.model import Document, Outlet, Quote, Segment, SpanRow

ROOT = Path(__file__).parents[2]
ARTICLES = ROOT / "seeds" / "articles"
REPORTS: dict[str, Any] = json.loads(
    (Path(__file__).parent / "sample_answers.json").read_text(encoding="utf-8")
)["reports"]
PLACES = {"GPE", "LOC", "FAC"}


@dataclass
class Sample:
    """One sample report, read and extracted."""

    document: Document
    outlet: Outlet | None
    segments: list[Segment]
    found: Extraction

    @property
    def text(self) -> str:
        return self.document.text


@cache
def sample(name: str) -> Sample:
    path = ARTICLES / name
    data, now = path.read_bytes(), datetime(2024, 4, 19)
    [record] = read(data, name, sidecar=sidecar(path))
    assert isinstance(record, Record)
    document, segments, outlet = make_document(
        record,
        source_uri=path.as_uri(),
        source_sha256="",
        file_name=name,
        first_seen_at=now,
        ingested_at=now,
        ingest_date=now.date(),
        run_id="test",
    )
    source = SourceText(document.document_id, document.text, segments, document.published_on)
    [found] = extract([source])
    return Sample(document, outlet, segments, found)


def each(kind: str, *, of: tuple[str, ...] = ()) -> list[Any]:
    """Parameters (report, answer) for every answer of a kind."""
    return [
        pytest.param(name, answer, id=f"{name}-{_label(answer)}")
        for name, report in REPORTS.items()
        for answer in report[kind]
        if not of or answer["kind"] in of
    ]


def _label(answer: Any) -> str:
    if isinstance(answer, dict):
        return str(answer.get("text", answer.get("surface")))[:32]
    return answer[0] if isinstance(answer, list) else str(answer)


def occurrences(text: str, wanted: str) -> Iterator[tuple[int, int]]:
    start = text.find(wanted)
    while start >= 0:
        yield start, start + len(wanted)
        start = text.find(wanted, start + 1)


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """A span without outer white space and the closing comma or stop, which styles place differently."""
    while end > start and (text[end - 1].isspace() or text[end - 1] in ",."):
        end -= 1
    while start < end and text[start].isspace():
        start += 1
    return start, end


def overlap(a: tuple[int, int], b: tuple[int, int]) -> int:
    return max(0, min(a[1], b[1]) - max(a[0], b[0]))


def span(row: SpanRow) -> tuple[int, int]:
    return row.start_char, row.end_char


def spoken(it: Sample) -> list[Quote]:
    """The quotes that a view would show."""
    return [q for q in it.found.quotes if not q.is_negated and not q.is_headline]


def find_quote(it: Sample, answer: dict[str, Any]) -> Quote:
    """The row of an answer: its own span for direct, its quoted words for mixed, most of it for indirect."""
    [(start, end)] = occurrences(it.text, answer["text"])
    wanted = trimmed(it.text, start, end)
    for quote in spoken(it):
        inner = [trimmed(it.text, s["start_char"], s["end_char"]) for s in quote.quoted_spans]
        if answer["kind"] == "direct" and trimmed(it.text, *span(quote)) == wanted:
            return quote
        if answer["kind"] == "mixed" and wanted in inner:
            return quote
        if answer["kind"] == "indirect":
            shared, union = overlap(span(quote), wanted), quote.end_char - quote.start_char + end - start
            if shared / (union - shared) >= 0.5:
                return quote
    near = [(q.kind, q.surface) for q in spoken(it) if overlap(span(q), wanted)]
    pytest.fail(f"no {answer['kind']} quote {answer['text']!r}; what overlaps it: {near}")


def check_speaker(quote: Quote, answer: dict[str, Any]) -> None:
    if "speaker" in answer:
        assert quote.speaker_name == answer["speaker"]
    if "speaker_surface" in answer:
        assert answer["speaker_surface"] in (quote.speaker_surface or "")
    if "cue" in answer:
        assert answer["cue"] in (quote.cue or "")


@pytest.mark.parametrize("name", REPORTS)
def test_every_sample_report_has_answers(name: str) -> None:
    files = {p.name for p in ARTICLES.iterdir() if not p.name.endswith(".meta.json")}
    assert files == set(REPORTS)


@pytest.mark.parametrize("name", REPORTS)
def test_document(name: str) -> None:
    it, wanted = sample(name), dict(REPORTS[name]["document"])
    assert (it.outlet and it.outlet.name) == wanted.pop("outlet")
    assert _codec(it.document.encoding) == _codec(wanted.pop("encoding"))
    found = {field: getattr(it.document, field) for field in wanted}
    assert {k: v.isoformat() if hasattr(v, "isoformat") else v for k, v in found.items()} == wanted


def _codec(name: str | None) -> str:
    return codecs.lookup(name or "").name.removesuffix("-sig")


@pytest.mark.parametrize("name", REPORTS)
def test_role_of_every_line(name: str) -> None:
    it, start, wrong = sample(name), 0, []
    for number, line in enumerate(it.text.splitlines(keepends=True), 1):
        wanted = REPORTS[name]["segments"].get(str(number))
        here = (start, start + len(line))
        start += len(line)
        if not line.strip():
            assert wanted is None, f"line {number} is blank"
            continue
        allowed = {wanted} if isinstance(wanted, str) else set(wanted)
        roles = {s.role for s in it.segments if overlap(span(s), here)}
        if not roles or not roles <= allowed:
            wrong.append((number, line.strip()[:50], sorted(roles), sorted(allowed)))
    assert wrong == []


@pytest.mark.parametrize(("name", "answer"), each("quotes", of=("direct",)))
def test_direct_quote(name: str, answer: dict[str, Any]) -> None:
    quote = find_quote(sample(name), answer)
    assert quote.kind == "direct"
    check_speaker(quote, answer)


@pytest.mark.parametrize(("name", "answer"), each("quotes", of=("mixed",)))
def test_mixed_quote(name: str, answer: dict[str, Any]) -> None:
    quote = find_quote(sample(name), answer)
    assert quote.kind == "mixed"
    check_speaker(quote, answer)


@pytest.mark.parametrize(("name", "answer"), each("quotes", of=("indirect",)))
def test_indirect_quote(name: str, answer: dict[str, Any]) -> None:
    check_speaker(find_quote(sample(name), answer), answer)


@pytest.mark.parametrize("name", REPORTS)
def test_paragraphs_of_one_quotation_share_it(name: str) -> None:
    it = sample(name)
    together: dict[str, set[str]] = {}
    for answer in REPORTS[name]["quotes"]:
        if "quotation" in answer:
            together.setdefault(answer["quotation"], set()).add(find_quote(it, answer).quotation_id)
    assert all(len(ids) == 1 for ids in together.values())


@pytest.mark.parametrize("name", REPORTS)
def test_nothing_else_in_marks_is_a_quote(name: str) -> None:
    it = sample(name)
    wanted = [
        next(occurrences(it.text, answer["text"]))
        for answer in REPORTS[name]["quotes"]
        if answer["kind"] != "indirect"
    ]
    extra = [
        it.text[s["start_char"] : s["end_char"]]
        for quote in spoken(it)
        for s in quote.quoted_spans
        if not any(overlap((s["start_char"], s["end_char"]), w) for w in wanted)
    ]
    assert extra == []


@pytest.mark.parametrize(("name", "words"), each("negated"))
def test_what_somebody_did_not_say(name: str, words: str) -> None:
    it = sample(name)
    [wanted] = occurrences(it.text, words)
    assert [q.surface for q in spoken(it) if overlap(span(q), wanted)] == []


@pytest.mark.parametrize(("name", "words"), each("scare_quotes"))
def test_scare_quote(name: str, words: str) -> None:
    it = sample(name)
    wanted = [a for a in occurrences(it.text, words) if it.text[a[0] - 1] in "“‘" and it.text[a[1]] in "”’"]
    assert len(wanted) == 1
    assert [span(s) for s in it.found.scare_quotes if overlap(span(s), wanted[0])] == wanted
    inside = [s for q in spoken(it) for s in q.quoted_spans]
    assert not any(overlap((s["start_char"], s["end_char"]), wanted[0]) for s in inside)


@pytest.mark.parametrize(("name", "answer"), each("claims"))
def test_claim(name: str, answer: dict[str, Any]) -> None:
    it = sample(name)
    wanted = next(occurrences(it.text, answer["surface"]))
    here = [c for c in it.found.claims if overlap(span(c), wanted)]
    assert len(here) == 1, f"claims that overlap it: {[c.surface for c in here]}"
    claim = here[0]
    assert claim.value == pytest.approx(answer["value"])
    assert (claim.bound, claim.unit) == (answer["bound"], answer["unit"])
    assert claim.direction == answer.get("direction")
    noun = claim.noun or ""
    assert noun.count("“") == noun.count("”"), f"noun with half a pair of marks: {noun}"
    assert answer.get("noun", "") in noun
    if "category" in answer:
        assert claim.category == answer["category"]


@pytest.mark.parametrize("name", REPORTS)
def test_no_other_claim(name: str) -> None:
    it = sample(name)
    wanted = [next(occurrences(it.text, answer["surface"])) for answer in REPORTS[name]["claims"]]
    assert [c.surface for c in it.found.claims if not any(overlap(span(c), w) for w in wanted)] == []


@pytest.mark.parametrize(("name", "answer"), each("names"))
def test_name(name: str, answer: list[str]) -> None:
    surface, kind = answer
    labels = {m.label for m in sample(name).found.mentions if m.surface == surface}
    assert labels & (PLACES if kind == "PLACE" else {kind}), f"{surface} is {labels or 'not found'}"


@pytest.mark.parametrize("name", REPORTS)
def test_what_must_never_be_found(name: str) -> None:
    it, never = sample(name), REPORTS[name]["never"]
    rows: dict[str, list[SpanRow]] = {"quote": list(spoken(it)), "claim": list(it.found.claims)}
    assert [words for strings in never.values() for words in strings if words not in it.text] == []
    wrong = [
        (kind, row.surface)
        for kind, found in rows.items()
        for words in never[kind]
        for row in found
        if any(overlap(span(row), at) for at in occurrences(it.text, words))
    ]
    # A name may stand inside such a stretch (the city of a dateline), but may not swallow it.
    wrong += [("name", m.surface) for m in it.found.mentions for words in never["name"] if words in m.surface]
    assert wrong == []
