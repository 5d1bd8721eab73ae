"""Pairs of wordings: which does Dateline take for one statement?

    python benchmarks/statement_pairs.py [FILE] [--errors]

Each line of FILE (default `statement_pairs.txt`; `statement_pairs_unseen.txt` was written after the rules) is
two reports of one story, a wording in each; names and numbers in them are found by the extractor, as in a
run. Prints, by class of pair, how many came out right, and over all the precision and recall of joining.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipelines.extract import gazetteer
from pipelines.extract.extractor import Extraction, SourceText, extract
from pipelines.resolve.name_keys import ENTITY_TYPES
from pipelines.resolve.speaker_match import Speaker
from pipelines.resolve.statement_rows import QuoteRow, SentenceRow, StoryRows
from pipelines.resolve.statements import find_statements
from pipelines.resolve.things import thing
from pipelines.resolve.wordings import AmountInside, NameInside, Wording, part_of

PAIRS = Path(__file__).with_name("statement_pairs.txt")


@dataclass(frozen=True)
class Side:
    """One wording: who, by which cue, in which words."""

    speaker: str
    cue: str
    text: str


@dataclass(frozen=True)
class Pair:
    """Two wordings, and whether they are one statement."""

    kind: str
    is_same: bool
    a: Side
    b: Side


def read_pairs(path: Path = PAIRS) -> list[Pair]:
    """The pairs of the file."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            kind, same, speaker, cue, text, other, other_cue, other_text = line.split("|")
            a = Side(speaker, cue, text)
            found.append(Pair(kind, same == "1", a, Side(other or speaker, other_cue, other_text)))
    return found


def joined(pairs: list[Pair]) -> Iterator[tuple[Pair, bool]]:
    """Each pair, with whether its two wordings came out as one statement."""
    sides = [side for pair in pairs for side in (pair.a, pair.b)]
    found = list(extract(SourceText(str(n), side.text) for n, side in enumerate(sides)))
    for n, pair in enumerate(pairs):
        own = found[2 * n], found[2 * n + 1]
        quotes = [
            _quote(f"q{m}", side, one) for m, side, one in zip("ab", (pair.a, pair.b), own, strict=True)
        ]
        sentences = {q.document_id: _sentences(q, one) for q, one in zip(quotes, own, strict=True)}
        statements = find_statements(StoryRows("story", quotes, sentences)).statements
        yield pair, len(statements) == 1


def _wording(text: str, found: Extraction) -> Wording:
    names = []
    for m in found.mentions:
        if m.mention_type == "name":
            kind, key = thing(m.name or m.surface, ENTITY_TYPES.get(m.label, "other"))
            names.append(NameInside(m.start_char, m.end_char, key, kind))
    amounts = [
        AmountInside(
            c.start_char,
            c.end_char,
            c.value if c.value_low is None else c.value_low,
            c.value if c.value_high is None else c.value_high,
            c.unit,
        )
        for c in found.claims
    ]
    return Wording(0, len(text), text, tuple(names), tuple(amounts))


def _quote(quote_id: str, side: Side, found: Extraction) -> QuoteRow:
    is_quoted = side.cue == "said" and side.text[:1].isupper() and side.text.endswith((".", "!", "?"))
    kind = "direct" if is_quoted else "mixed" if "“" in side.text else "indirect"
    document_id = f"d{quote_id}"
    return QuoteRow(
        quote_id=quote_id,
        quotation_id=quote_id,
        document_id=document_id,
        ingest_date=date(2026, 1, 1),
        wording=_wording(side.text, found),
        kind=kind,
        cue=side.cue,
        speaker=_speaker(side.speaker),
        source_key=document_id,
    )


def _sentences(quote: QuoteRow, found: Extraction) -> list[SentenceRow]:
    return [
        SentenceRow(f"s{n}", quote.document_id, part_of(quote.wording, s.start_char, s.end_char))
        for n, s in enumerate(found.sentences)
    ]


def _speaker(words: str) -> Speaker:
    """'Ana Ruiz (mayor)' is a person with a role, 'a mayor' a role alone, 'Kremlin' a body."""
    match = re.match(r"(?P<name>[^(]+?)(?: \((?P<role>.+)\))?$", words)
    if match is None:
        raise ValueError(words)
    name, role = match["name"], match["role"]
    if name[0].islower():
        return Speaker(surfaces=(name,), roles=(name,))
    if role:
        return Speaker(name, name, "person", surfaces=(name,), roles=(role,))
    body = gazetteer.metonym(name)
    return Speaker(name, name, "organization", state=body.country_code if body else None, surfaces=(name,))


def main() -> None:
    """Join, count, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path, nargs="?", default=PAIRS)
    parser.add_argument("--errors", action="store_true", help="print the pairs that came out wrong")
    given = parser.parse_args()
    right: Counter[str] = Counter()
    of: Counter[str] = Counter()
    outcomes: Counter[tuple[bool, bool]] = Counter()
    for pair, is_joined in joined(read_pairs(given.file)):
        of[pair.kind] += 1
        right[pair.kind] += is_joined == pair.is_same
        outcomes[pair.is_same, is_joined] += 1
        if given.errors and is_joined != pair.is_same:
            print("joined" if is_joined else "apart", pair)
    hits, false, missed = outcomes[True, True], outcomes[False, True], outcomes[True, False]
    print(
        json.dumps(
            {
                "right_by_class": {kind: f"{right[kind]} of {count}" for kind, count in of.items()},
                "pairs": sum(of.values()),
                "precision": round(hits / (hits + false), 4),
                "recall": round(hits / (hits + missed), 4),
                "false_joins": false,
            },
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
