"""Which line of a page is its headline.

Candidates stand above the first paragraph and have no role of their own. What speaks for one: it is printed
again further down, or with an outlet's name beside it; byline, date or a paragraph follow; it is the first
line of some length. What speaks against: a picture's credit below it, a person's name, a colon at its end.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise, takewhile

from pipelines.ingest.page_credits import NAME
from pipelines.ingest.page_lines import Line, key_of

MAX_TITLE_WORDS = 40
# A headline that ends with a full stop has its words capitalised and is shorter than most paragraphs.
MAX_ENDED_TITLE_WORDS = 28
MAX_SITE_TITLE_LINES = 30
MAX_OUTLET_WORDS = 5
MIN_SCORE = 1.0
REACH = 4
# "Headline | The Courier" is what a browser's title adds; a syndicate puts its name first.
_OUTLET_TAIL = re.compile(r"^(?P<title>.{8,}?)\s+[|–—-]\s+(?P<outlet>[^|–—]{2,40})$")
_OUTLET_HEAD = re.compile(r"^(?P<outlet>[A-Z][^|–—]{2,40}?)\s+[|–—-]\s+(?P<title>.{8,})$")


def find_title(lines: list[Line], known_title: str | None) -> tuple[int | None, str | None]:
    """Index of the headline, and the outlet where a longer printing of it names one; None where unknown.

    The line's `rule` and `confidence` are set, its role is left to the caller.
    """
    first_prose = next((i for i, line in enumerate(lines) if _starts_prose(line)), len(lines))
    if (at := _known(lines[: first_prose + 1], known_title)) is not None:
        lines[at].rule, lines[at].confidence = "title_metadata", 0.99
        return at, None
    opening = next((i for i, line in enumerate(lines[:first_prose]) if _is_own(line)), None)
    candidates = [
        i
        for i, line in enumerate(lines[:first_prose])
        if (not line.role or (i == opening and _is_labelled_headline(line)))
        and line.word_count <= MAX_TITLE_WORDS
        and line.key
    ]
    # What follows "Key points" is a summary, unless nothing stands above it.
    summary = next((i for i, line in enumerate(lines) if line.rule == "summary_heading"), len(lines))
    candidates = [i for i in candidates if i < summary] or candidates
    if not candidates:
        return None, None
    scoring = _Scoring(lines, candidates)
    best = max(candidates, key=lambda i: (scoring.score(i), -i))
    if scoring.score(best) < MIN_SCORE:
        return None, None
    line = lines[best]
    line.rule = "headline_repeated" if scoring.counts[line.key] > 1 else "headline_place"
    line.confidence = 0.95 if scoring.counts[line.key] > 1 else 0.85
    return best, scoring.outlets.get(line.key)


def _known(lines: list[Line], known_title: str | None) -> int | None:
    """The line that prints the title that metadata gives, which may have the outlet's name behind it."""
    wanted = key_of(known_title) if known_title else ""
    printed = [i for i, line in enumerate(lines) if line.key and not line.bullet]
    exact = (i for i in printed if lines[i].key == wanted)
    longer = (i for i in printed if lines[i].word_count >= 3 and _adds_outlet(wanted, lines[i].key))
    return next(exact, next(longer, None))


def _adds_outlet(longer: str, key: str) -> bool:
    return longer.startswith(f"{key} ") and len(longer[len(key) :].split()) <= MAX_OUTLET_WORDS


def _is_own(line: Line) -> bool:
    return line.role in ("", "caption", "credit", "byline") or _is_labelled_headline(line)


def _is_labelled_headline(line: Line) -> bool:
    """ "Photos: …", "WATCH: …": at the head of a page a headline, further down a credit or a link."""
    return line.rule in ("credit_label", "related_prefix") and line.word_count >= 4 and not line.is_ended


def _starts_prose(line: Line) -> bool:
    is_headline = line.is_title_case and line.word_count <= MAX_ENDED_TITLE_WORDS
    return line.is_prose and not line.role and not is_headline


class _Scoring:
    """Scores of the candidates of one page."""

    def __init__(self, lines: list[Line], candidates: list[int]) -> None:
        self.lines = lines
        self.counts = Counter(line.key for line in lines)
        self.outlets: dict[str, str] = {}
        site_titles = self._site_titles()
        proper = [i for i in candidates if lines[i].word_count >= 4 and i not in site_titles]
        self.heads = self._heads(proper) or {candidates[0]}
        self.first_printing: dict[str, int] = {}
        for i in candidates:
            self.first_printing.setdefault(lines[i].key, i)

    def _site_titles(self) -> set[int]:
        """Lines that print another line's headline with an outlet's name beside it."""
        found = set()
        for i, line in enumerate(self.lines[:MAX_SITE_TITLE_LINES]):
            for pattern in (_OUTLET_TAIL, _OUTLET_HEAD):
                match = pattern.match(line.core) if len(line.core) <= 300 and not line.is_prose else None
                if match and self.counts[key_of(match["title"])]:
                    self.outlets[key_of(match["title"])] = match["outlet"].strip()
                    found.add(i)
        return found

    def _heads(self, proper: list[int]) -> set[int]:
        """The first line of some length, and the first one behind each stretch of menu."""
        heads = set(proper[:1])
        for i, later in pairwise(proper):
            if any(line.role == "navigation" for line in self.lines[i + 1 : later]):
                heads.add(later)
        return heads

    def _following(self, i: int) -> list[Line]:
        """The lines below, up to a menu."""
        return list(takewhile(lambda line: line.role != "navigation", self.lines[i + 1 : i + 1 + REACH]))

    def score(self, i: int) -> float:
        """How much line `i` looks like the headline; below `MIN_SCORE` it does not."""
        line, following = self.lines[i], self._following(i)
        is_repeated = self.counts[line.key] > 1
        score = 2.0 if 4 <= line.word_count <= 25 else 1.0 if line.word_count == 3 else -1.0
        score += {0: 0, 1: 4}.get(line.mark, 2)
        if line.word_count >= 3:
            score += 3 * (is_repeated and self.first_printing[line.key] == i)
            score += 3 * (line.key in self.outlets)
            score += 1.5 * (i in self.heads)
        # Stronger than being first: above the headline there may be teasers of other reports.
        has_label = any(is_header_label(below) for below in following)
        score += 2 * has_label
        # "Nobody was hurt." opens a text; it heads one only where a byline or a date says so.
        if line.core.endswith(".") and not (has_label or is_repeated or line.is_title_case):
            score -= 4
        score += any(below.is_prose and not below.role for below in following[:2])
        score += 0.5 * line.is_title_case
        if (
            not is_repeated
            and following
            and (is_photo_credit(following[0]) or is_cut_short(line, following[0]))
        ):
            score -= 3
        if NAME.fullmatch(line.core) and not line.mark and not is_repeated:
            score -= 1.5
        # Right below a time of day it is the head of a liveblog's entry.
        above = self.lines[i - 1] if i else None
        score -= 3 * (above is not None and above.rule == "clock_line")
        return score - 2 * line.core.endswith(":")


def is_header_label(line: Line) -> bool:
    """Whether it is a byline, a date, or the label of a date."""
    is_label = line.role in ("byline", "published") or line.rule == "empty_date_label"
    return is_label and line.rule != "clock_line"


def is_photo_credit(line: Line) -> bool:
    """Whether it credits a picture."""
    return line.rule in ("credit_label", "photo_credit")


def is_cut_short(line: Line, below: Line) -> bool:
    """Whether the line below begins with this one: a caption printed twice, the first time cut."""
    bare = line.core.rstrip("… .")
    return len(bare) >= 30 and len(below.core) > len(bare) and below.core.startswith(bare)
