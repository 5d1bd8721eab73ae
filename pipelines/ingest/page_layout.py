"""Roles that a line has by where it stands: title, dek, body, headings, captions, what lies around a report.

Works on lines that `page_labels` has seen; a line with a role keeps it unless its place says otherwise. A
page is a header (menus, title, dek, byline, date, picture), the body from its first paragraph on, and a
footer behind the last one. A page whose first content is a paragraph has no title.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.ingest.page_labels import MAX_ITEM_WORDS, NAME, agencies_in
from pipelines.ingest.page_lines import MIN_PROSE_WORDS, MIN_WRAP_CHARS, Line, key_of, page_words

_DASHES = ("-", "–")
MAX_TITLE_WORDS = 40
MAX_HEADING_WORDS = 14
MAX_DEK_WORDS = 60
MIN_DEK_WORDS = 6
MIN_CAPTION_WORDS = 15
# A header holds a dek, and a caption or two; what repeats further down is a liveblog, not a header.
MAX_HEADER_PARAGRAPHS = 3
MAX_HEADER_LINES = 30
# "Headline | The Courier", "Headline - Courier": what a browser's title adds.
_NAME_AND_JOB = re.compile(rf"{NAME.pattern}[, ]")
_OUTLET_TAIL = re.compile(r"^(?P<title>.{8,}?)\s+[|–—-]\s+(?P<outlet>[^|–—]{2,40})$")


@dataclass(slots=True)
class Layout:
    """What was found out of the page as a whole. Indices are into the page's lines."""

    title_at: int | None = None
    body_at: int = 0
    outlet: str | None = None


def lay_out(lines: list[Line], known_title: str | None) -> Layout:
    """Give every line without a role one, and settle where header and body are."""
    layout = Layout()
    layout.title_at, layout.outlet = _find_title(lines, known_title)
    title = lines[layout.title_at] if layout.title_at is not None else None
    if title:
        title.assign("title", title.rule or "headline", title.confidence or 0.85)
    _captions_beside_credits(lines)
    layout.body_at = _find_body(lines, layout.title_at)
    _before_title(lines, layout)
    _header(lines, layout, title.key if title else "")
    _Body(lines, layout.body_at, title.key if title else "").assign()
    return layout


# ---------------------------------------------------------------------------------------------
# Title
# ---------------------------------------------------------------------------------------------


def _find_title(lines: list[Line], known_title: str | None) -> tuple[int | None, str | None]:
    """Index of the headline, and the outlet where a longer printing of it names one."""
    first_prose = next((i for i, line in enumerate(lines) if _starts_prose(line)), len(lines))
    if known_title:
        wanted = key_of(known_title)
        for i, line in enumerate(lines[: first_prose + 1]):
            if line.key == wanted and wanted and not line.bullet:
                line.rule, line.confidence = "title_metadata", 0.99
                return i, None
    candidates = [
        i
        for i, line in enumerate(lines[:first_prose])
        if not line.role and line.word_count <= MAX_TITLE_WORDS and line.key
    ]
    if not candidates:
        return None, None
    counts = Counter(line.key for line in lines)
    tails = _outlet_tails(lines)
    first = next((i for i in candidates if lines[i].word_count >= 4), candidates[0])
    scores = {i: _title_score(lines, i, i == first, counts, tails) for i in candidates}
    best = max(candidates, key=lambda i: (scores[i], -i))
    if scores[best] < 1:
        return None, None
    lines[best].rule = "headline_repeated" if counts[lines[best].key] > 1 else "headline_place"
    return best, tails.get(lines[best].key)


def _starts_prose(line: Line) -> bool:
    return (
        line.is_prose
        and not line.role
        and not (line.is_title_case and line.word_count <= MAX_HEADING_WORDS * 2)
    )


def _outlet_tails(lines: list[Line]) -> dict[str, str]:
    """Headline key to outlet, for lines that print a headline with an outlet's name behind it."""
    found = {}
    for line in lines:
        if len(line.core) <= 300 and not line.is_prose and (match := _OUTLET_TAIL.match(line.core)):
            found[key_of(match["title"])] = match["outlet"].strip()
    return found


def _title_score(
    lines: list[Line], i: int, is_first: bool, counts: Counter[str], tails: dict[str, str]
) -> float:
    line = lines[i]
    score = 2.0 if 4 <= line.word_count <= 25 else 1.0 if line.word_count == 3 else -1.0
    score += {0: 0, 1: 4}.get(line.mark, 2)
    if line.word_count >= 3:
        score += 3 * (counts[line.key] > 1) + 3 * (line.key in tails)
        score += 1.5 * is_first
    following = lines[i + 1 : i + 4]
    score += any(_is_header_label(below) for below in following)
    score += any(below.is_prose and not below.role for below in following[:2])
    score += 0.5 * line.is_title_case
    if following and (
        following[0].rule in ("credit_label", "photo_credit") or _is_cut_short(line, following[0])
    ):
        score -= 3
    if NAME.fullmatch(line.core) and not line.mark and counts[line.key] == 1:
        score -= 1.5
    score -= 2 * line.core.endswith(":")
    return score


def _is_header_label(line: Line) -> bool:
    return line.role in ("byline", "published") or line.rule == "empty_date_label"


def _is_cut_short(line: Line, below: Line) -> bool:
    """A caption printed twice, the first time cut: the second begins with it."""
    bare = line.core.rstrip("… .")
    return len(bare) >= 30 and len(below.core) > len(bare) and below.core.startswith(bare)


# ---------------------------------------------------------------------------------------------
# Header
# ---------------------------------------------------------------------------------------------


def _captions_beside_credits(lines: list[Line]) -> None:
    """The cut first printing of a caption, and the line without a full stop right above a picture's text."""
    for line, below in zip(reversed(lines[:-1]), reversed(lines), strict=False):
        if line.role or line.mark:
            continue
        if _is_cut_short(line, below):
            line.assign("caption", "caption_cut", 0.85)
        elif below.role == "caption" and below.block == line.block and line.is_prose and not line.is_ended:
            line.assign("caption", "caption_beside", 0.75)


def _find_body(lines: list[Line], title_at: int | None) -> int:
    """Index of the first paragraph that is neither dek nor caption."""
    start = 0 if title_at is None else title_at + 1
    prose = [i for i in range(start, len(lines)) if lines[i].is_prose and not lines[i].role]
    for count, i in enumerate(prose):
        is_far = count == MAX_HEADER_PARAGRAPHS or i > start + MAX_HEADER_LINES
        if title_at is None or is_far or not _is_header_prose(lines, i, title_at, has_more=i < prose[-1]):
            return i
    if prose:
        return prose[-1]
    # A page without one full sentence: its longer lines are what it has to say.
    longer = (i for i in range(start, len(lines)) if not lines[i].role and lines[i].word_count >= 8)
    return len(lines) if title_at is not None else next(longer, len(lines))


def _is_header_prose(lines: list[Line], i: int, title_at: int, *, has_more: bool) -> bool:
    """A paragraph before the byline, date or picture of the header: a dek, or a caption."""
    line = lines[i]
    if not has_more or line.word_count > MAX_DEK_WORDS or line.opens_quoted or line.is_turn:
        return False
    above = {lines[j].role for j in range(title_at + 1, i)}
    for j in range(i + 1, min(i + 5, len(lines))):
        below = lines[j]
        if below.role in ("byline", "published") and below.role in above:
            return False
        if _is_header_label(below) or below.key == lines[title_at].key or _is_bare_byline(lines, j):
            return "byline" not in above
        if below.rule == "page_button" and above & {"published", "list_item"}:
            return False
        if below.role in ("credit", "caption") or below.rule == "page_button":
            if below.rule in ("agency_sign_off", "reporting_by", "contributed_to"):
                return False
            is_adjacent = j == i + 1 and below.role == "credit"
            return is_adjacent or ("byline" not in above and not _has_header_prose(lines, title_at, i))
        if below.role or below.is_prose:
            break
    # A byline below two short paragraphs makes a dek and a caption of them.
    near = lines[i : i + 5]
    at = next((n for n, below in enumerate(near) if below.rule == "byline_label"), None)
    return at is not None and "byline" not in above and all(b.word_count <= MAX_ITEM_WORDS for b in near[:at])


def _has_header_prose(lines: list[Line], title_at: int, i: int) -> bool:
    return any(lines[j].is_prose and not lines[j].role for j in range(title_at + 1, i))


def _is_bare_byline(lines: list[Line], i: int) -> bool:
    """A person's name alone, with a date, an empty date label or a job below it."""
    line = lines[i]
    if line.role or not _is_name(line):
        return False
    below = lines[i + 1] if i + 1 < len(lines) else None
    return below is not None and (_is_header_label(below) or _is_author_role(below))


def _is_name(line: Line) -> bool:
    """Two to five capitalised words, none of them a word of the language or of menus."""
    parts = line.key.split()
    is_worded = bool(set(parts) & (page_words("menu") | page_words("sentence_opener") | _SMALL_WORDS))
    return (
        2 <= line.word_count <= 5 and not line.is_ended and not is_worded and bool(NAME.fullmatch(line.core))
    )


_SMALL_WORDS = frozenset(
    ("the", "a", "an", "from", "of", "in", "on", "for", "to", "with", "at", "by", "our", "your", "all")
)


def _is_author_role(line: Line) -> bool:
    """ "Senior correspondent", "BBC News, Kyiv"."""
    known = set(line.key.split()) & page_words("author_role")
    return not line.is_ended and line.word_count <= 8 and bool(known)


def _before_title(lines: list[Line], layout: Layout) -> None:
    end = layout.body_at if layout.title_at is None else layout.title_at
    for line in lines[:end]:
        if line.role in ("", "list_item"):
            is_notice = line.is_prose and not line.bullet
            line.assign("boilerplate" if is_notice else "navigation", "before_title", 0.7)


def _header(lines: list[Line], layout: Layout, title_key: str) -> None:
    if layout.title_at is None:
        return
    prose = " ".join(line.key for line in lines[layout.body_at :] if line.is_prose)
    has_dek = has_byline = has_picture = False
    for i in range(layout.title_at + 1, layout.body_at):
        line, below = lines[i], lines[i + 1] if i + 1 < len(lines) else None
        if line.key == title_key or (line.role == "list_item" and line.key and line.key in title_key):
            line.assign("boilerplate", "title_repeat", 0.9)
        elif not line.role:
            before_credit = below is not None and below.role == "credit"
            role, rule, confidence = "dek", "dek_place", 0.8
            if _heads_entry(lines, i, layout):
                role, rule, confidence = "heading", "heading_place", 0.7
            elif not has_byline and (rule_found := _bare_byline(lines, i, prose)):
                role, rule, confidence = "byline", rule_found, 0.75
                line.byline = line.core
                line.agencies = agencies_in(line.core, strict=True)
            elif lines[i - 1].role == "caption" and line.word_count <= 4 and not line.is_prose:
                role, rule, confidence = "credit", "credit_place", 0.6
            elif has_byline and _is_author_role(line):
                role, rule, confidence = "byline", "author_role", 0.7
            elif has_dek:
                role, rule, confidence = "caption", "caption_place", 0.7
            elif has_picture or _is_too_short(line) or (before_credit and not line.is_prose):
                is_short = _is_too_short(line) and not before_credit
                role, rule, confidence = ("navigation" if is_short else "caption"), "header_rest", 0.6
            elif (
                before_credit and below is not None and below.block == line.block and _paragraphs_apart(lines)
            ):
                role, rule, confidence = "caption", "caption_place", 0.7
            line.assign(role, rule, confidence)
        has_dek |= line.role == "dek"
        has_byline |= line.role == "byline"
        has_picture |= line.role in ("caption", "credit")


def _is_too_short(line: Line) -> bool:
    """Too short for a dek: a section's name, a kicker."""
    return line.word_count < (4 if line.is_ended else MIN_DEK_WORDS)


def _heads_entry(lines: list[Line], i: int, layout: Layout) -> bool:
    """The head of a summary list, or of the first entry of a liveblog."""
    line, below = lines[i], lines[i + 1] if i + 1 < len(lines) else None
    if below is None or line.is_prose or layout.title_at is None:
        return False
    if below.role == "list_item":
        return line.word_count <= MAX_HEADING_WORDS
    above = [other.role for other in lines[layout.title_at + 1 : i]]
    return i + 1 == layout.body_at and ("list_item" in above or above.count("published") > 1)


def _paragraphs_apart(lines: list[Line]) -> bool:
    """Whether the page sets paragraphs apart by blank lines, so that adjacent lines belong together."""
    return bool(lines) and lines[-1].block * 2 >= len(lines)


def _bare_byline(lines: list[Line], i: int, prose: str) -> str | None:
    """The rule by which a line of the header without a label names the author, or None."""
    line = lines[i]
    if line.word_count <= 6 and agencies_in(line.core, strict=True):
        return "agency_byline"
    if line.word_count <= 8 and _NAME_AND_JOB.match(line.core) and _is_author_role(line):
        return "byline_with_job"
    if _is_bare_byline(lines, i):
        return "byline_name"
    # Whom the report itself speaks of is seldom its author, and a section is often what it speaks of.
    is_spoken_of = f" {line.key} " in f" {prose} "
    return "byline_name" if _is_name(line) and not line.core.isupper() and not is_spoken_of else None


# ---------------------------------------------------------------------------------------------
# Body and footer
# ---------------------------------------------------------------------------------------------


def _leads_in(line: Line, following: Line | None) -> bool:
    """Whether "He said:" or "JOHN SMITH:" stands over what is said; not "Key points:" over a list."""
    if following is None or following.role == "list_item":
        return False
    is_speaker = line.core.isupper() or NAME.fullmatch(line.core[:-1].rstrip()) is not None
    last_word = line.key.rpartition(" ")[2]
    return (
        is_speaker
        or following.opens_quoted
        or last_word in page_words("lead_in")
        or (line.word_count >= MIN_PROSE_WORDS and not line.is_title_case)
    )


def _is_said(line: Line) -> bool:
    """A short line that somebody says or a sentence opens, and no heading begins like."""
    is_closed = line.core[-1:] in tuple("\"'”’»")
    if line.opens_quoted:
        # ‘No promises’ over a section is a heading, “No,” he said is not.
        return line.is_ended or not (is_closed and line.word_count <= 8)
    is_quoted_question = line.is_question and is_closed
    first = line.key.partition(" ")[0]
    opens_sentence = line.is_question and first in page_words("sentence_opener")
    return line.is_turn or is_quoted_question or opens_sentence


class _Body:
    """The lines from the first paragraph on."""

    def __init__(self, lines: list[Line], start: int, title_key: str) -> None:
        self.lines = lines
        self.start = start
        self.title_key = title_key
        prose = [i for i in range(start, len(lines)) if lines[i].is_prose and not lines[i].role]
        self.last_prose = prose[-1] if prose else start - 1
        self.cut = self._footer_cut(prose)
        longer = [
            line for line in lines[start : self.cut] if not line.role and line.word_count >= MIN_CAPTION_WORDS
        ]
        # Where full stops are missing throughout, a line without one is no sign of a caption.
        self.is_unpunctuated = sum(not line.is_ended for line in longer) * 2 > len(longer) >= 3
        self.byline_names = {line.byline for line in lines if line.byline}

    def assign(self) -> None:
        """Give every line from the first paragraph on its role."""
        self._timeline_heads()
        self._dialogue()
        for i in range(self.start, len(self.lines)):
            line = self.lines[i]
            if i >= self.cut:
                if line.role in ("", "list_item", "navigation"):
                    is_prose = line.is_prose and not line.bullet and line.role == ""
                    line.assign("boilerplate" if is_prose else "navigation", "below_footer_heading", 0.7)
            elif line.key == self.title_key and line.key:
                line.assign("boilerplate", "title_repeat", 0.85)
            elif line.role == "list_item" and self._is_menu_item(i):
                line.assign("navigation", "menu_neighbour", 0.6)
            elif not line.role:
                line.assign(*self._role(i))

    def _footer_cut(self, prose: list[int]) -> int:
        """Index of the heading that opens the footer ("Most read"), behind which nothing is the report's."""
        for i in range(self.start, len(self.lines)):
            line = self.lines[i]
            if line.rule not in ("footer_heading", "page_button"):
                continue
            below = sum(p > i and self.lines[p].is_ended for p in prose)
            folded = line.core.casefold().strip(" :|")
            is_hard = folded in page_words("footer_cut") and below * 2 <= len(prose)
            if is_hard or (line.rule == "footer_heading" and below <= 1 and len(prose) > 2):
                return i
        return len(self.lines)

    def _timeline_heads(self) -> None:
        """Several dates on lines of their own, each with text below, are the heads of a timeline."""
        inside = range(self.start, min(self.cut, self.last_prose))
        heads = [i for i in inside if self.lines[i].role == "published" and self.lines[i].printed]
        if len(heads) > 1:
            for i in heads:
                self.lines[i].assign("heading", "timeline", 0.7)

    def _dialogue(self) -> None:
        """Lines behind dashes, a question among them, are turns of a conversation and no list."""
        turns = [
            line for line in self.lines[self.start :] if line.role == "list_item" and line.bullet in _DASHES
        ]
        if any(line.is_question for line in turns):
            for line in turns:
                if line.is_ended:
                    line.assign("body", "dialogue", 0.8)

    def _is_menu_item(self, i: int) -> bool:
        line = self.lines[i]
        near = [self.lines[j] for j in (i - 1, i + 1) if self.start <= j < len(self.lines)]
        return (
            line.word_count <= 4
            and not line.is_ended
            and any(n.rule in ("menu_word", "menu_neighbour") for n in near)
        )

    def _role(self, i: int) -> tuple[str, str, float]:
        line = self.lines[i]
        if line.mark:
            return "heading", "heading_mark", 0.95
        if line.is_prose:
            if self._is_author_bio(i):
                return "boilerplate", "author_bio", 0.7
            return "body", "paragraph", 0.95 if line.is_ended else 0.8
        below = self.lines[i + 1] if i + 1 < len(self.lines) else None
        above = self.lines[i - 1] if i > 0 else None
        folded = line.core.casefold()
        if below is not None and (
            below.rule in ("credit_label", "photo_credit") or _is_cut_short(line, below)
        ):
            return "caption", "caption_before_credit", 0.8
        if line.word_count >= 4 and any(cue in folded for cue in page_words("caption_cue")):
            return "caption", "caption_cue", 0.8
        if _is_said(line) or (line.is_ended and not line.is_question):
            return "body", "short_sentence", 0.75
        if above is not None and self._continues(above, line):
            return "body", "wrapped_line", 0.7
        return self._short(i)

    def _continues(self, above: Line, line: Line) -> bool:
        """The rest of a sentence that a fixed width has broken before a capital."""
        is_open = above.role == "body" and not above.is_ended and len(above.text) >= MIN_WRAP_CHARS
        return is_open and above.block == line.block and _paragraphs_apart(self.lines)

    def _short(self, i: int) -> tuple[str, str, float]:
        """A line without a full stop: a heading when text or a list follows, else something beside it."""
        line = self.lines[i]
        following = next(self._following(i), None)
        if line.core.endswith(":"):
            return (
                ("body", "lead_in", 0.7) if _leads_in(line, following) else ("heading", "heading_colon", 0.7)
            )
        if line.word_count >= MIN_CAPTION_WORDS:
            return (
                ("body", "unpunctuated", 0.6) if self.is_unpunctuated else ("caption", "caption_length", 0.6)
            )
        if following is None:
            return (
                ("body", "unpunctuated", 0.5) if self.is_unpunctuated else ("navigation", "after_body", 0.6)
            )
        if line.word_count > MAX_HEADING_WORDS:
            return "caption", "caption_length", 0.5
        if (
            following.is_prose
            or following.role == "list_item"
            or following.opens_quoted
            or following.is_ended
        ):
            return "heading", "heading_place", 0.8
        if self.is_unpunctuated:
            return "body", "unpunctuated", 0.5
        return "navigation", "related_headline", 0.6

    def _following(self, i: int) -> Iterator[Line]:
        """The lines below that belong to the report, up to the footer."""
        for line in self.lines[i + 1 : self.cut]:
            if line.role in ("", "body", "list_item", "heading"):
                yield line

    def _is_author_bio(self, i: int) -> bool:
        """One of the last paragraphs, saying who wrote: "Jane Doe is a senior fellow at …"."""
        line = self.lines[i]
        if i < self.last_prose - 4 or line.word_count > MAX_DEK_WORDS or line.opens_quoted:
            return False
        folded = line.core.casefold()
        if folded.startswith(("the writer is", "the author is", "the writer was", "about the author")):
            return True
        names = [name for name in self.byline_names if name and line.core.startswith(name.split(",")[0])]
        if names:
            rest = folded[len(names[0].split(",")[0]) :].lstrip(" ,")
            return rest.startswith(tuple(page_words("author_bio")))
        return False
