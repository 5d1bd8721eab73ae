"""Quotation marks on the raw characters: pairing them, before any parse is looked at.

One pass over a paragraph with a short stack. Directed marks (“ ” « » „ ‘ ’) say which way they face;
undirected ones (" '' ') are read from their neighbours: an opener stands after white space or an opening
bracket and before a word, a closer after anything else. A stretch that no mark closes ends with its
paragraph, so an odd mark never reaches the next one.

Belongs here: where marked stretches begin and end. Does not belong here: whether they are quotes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

# Deeper marks are read as characters: nobody nests further, and broken input stays linear.
MAX_DEPTH = 3

DOUBLE, SINGLE = "double", "single"

# `` and '' are how typewriters and some wire services write “ and ”; ,, is the typewriter's „.
# The pattern begins with the characters themselves, so that the search skips to the next of them.
_MARK = re.compile(r"[`'\"“”„‟«»〝〞〟＂](?:(?<=[^`'])|(?<=`)`|(?<=')')")
_SINGLE_MARK = re.compile(r"[‘’‚‛'`‹›]")
# The mark comes first, so that the search skips to it; what may stand before it is looked at from there.
_SINGLE_OPENER = re.compile(r"['‘](?<![^\s(\[—–].)(?=[^\W\d_])")
_HAS_ALNUM = re.compile(r"[^\W_]")
_TAG = re.compile(r"<[a-zA-Z/!][^<>\n]{0,500}>")

_STYLES = {
    '"': "straight", "＂": "straight", "''": "typewriter", "``": "typewriter",
    "“": "curly", "”": "curly", "‟": "curly", "„": "low", "«": "angle", "»": "angle",
    "〝": "curly", "〞": "curly", "〟": "curly",
}  # fmt: skip
_OPENERS = frozenset("“„‟«〝") | {"``"}
_CLOSERS = frozenset("”»〞〟")
_BEFORE_OPENER = frozenset("([{<—–-/‘“‚'=…>:|*_")
_NOT_AFTER_OPENER = frozenset(")]},;:!?.%")

# Words whose first letters an apostrophe replaces: never an opening mark.
_ELISIONS = re.compile(
    r"(?:til|tis|twas|twere|em|cause|cos|n|bout|round|neath|nuff|ere|gainst|tude|hood)\b|\d", re.I
)


class Stretch(NamedTuple):
    """A marked stretch; offsets count into the text that was scanned.

    `start` and `end` are those of the outer marks, `inner_start` and `inner_end` those of what stands
    between them, white space trimmed. `depth` is 0 for an outermost stretch; `parent` is the index (in the
    scanner's result) of the stretch around it. `is_closed` is false where the paragraph ended first or a
    new opening mark followed.
    """

    start: int
    end: int
    inner_start: int
    inner_end: int
    style: str
    level: str
    depth: int
    is_closed: bool


@dataclass(slots=True)
class _Open:
    at: int
    width: int
    style: str


def doubles(text: str) -> list[Stretch]:
    """The stretches in double marks, inner ones before those around them; what `scan` begins with."""
    return _doubles(text) if _MARK.search(text) else []


def scan(text: str, *, with_single: bool = False, found: list[Stretch] | None = None) -> list[Stretch]:
    """The marked stretches of one paragraph in text order, an outer one before those inside it.

    `with_single` also pairs single marks outside double ones, for documents in British style; inside
    double marks single ones are always paired. Stretches without a letter or digit are left out. Spans
    nest or are apart, never cross. `found` are its `doubles`, where they are known. Linear in the length of
    `text`; never raises.
    """
    found = doubles(text) if found is None else found
    if not found and not (with_single and _may_open_single(text)):
        return []
    outer = _top(found)
    inner = _singles(text, [(s.inner_start, s.inner_end) for s in outer], depth=1)
    between = _singles(text, _between(text, outer), depth=0) if with_single else []
    found = [*found, *inner, *between]
    found = [s for s in found if s.inner_end > s.inner_start]
    return _nested(sorted(found, key=lambda s: (s.start, -s.end)))


def carried_over(text: str) -> Stretch | None:
    """The end of a stretch that the paragraph before left open: up to the first mark, where that one closes.

    For a paragraph that does not repeat the opening mark. None where the first mark opens, or there is none.
    """
    match = _MARK.search(text)
    if match is None or match.start() == 0 or text[match.start() - 1].isspace():
        return None
    at, mark, before = match.start(), match.group(), text[match.start() - 1]
    opens = (
        mark in _OPENERS or before in _BEFORE_OPENER or text[at + len(mark) : at + len(mark) + 1].isalnum()
    )
    if opens or (mark == '"' and before.isdigit()):
        return None
    stretch = _stretch(text, _Open(0, 0, _STYLES[mark]), at, 0, at + len(mark))
    return stretch if stretch.inner_end > stretch.inner_start else None


def single_marks_lead(texts: Sequence[str], found: Sequence[list[Stretch]] | None = None) -> bool:
    """Whether a document quotes in single marks: more speech-like stretches in single than in double.

    `texts` are its paragraphs, `found` the `doubles` of each, where they are known.
    """
    if not any(_may_open_single(text) for text in texts):
        return False
    single = double = 0
    for text, marked in zip(texts, found or map(doubles, texts), strict=True):
        outer = _top(marked)
        double += sum(_is_long(text, s) for s in outer)
        single += sum(_is_long(text, s) for s in _singles(text, _between(text, outer), depth=0))
    return single > double


def _may_open_single(text: str) -> bool:
    # Most paragraphs hold neither mark, which is told in a third of the time.
    return ("'" in text or "‘" in text) and _SINGLE_OPENER.search(text) is not None


def _is_long(text: str, stretch: Stretch) -> bool:
    return text.count(" ", stretch.inner_start, stretch.inner_end) >= 3


def _doubles(text: str) -> list[Stretch]:
    found: list[Stretch] = []
    tags = _tag_spans(text)
    stack: list[_Open] = []
    for match in _MARK.finditer(text):
        at, mark = match.start(), match.group()
        while tags and tags[0][1] <= at:
            tags.pop(0)
        if tags and tags[0][0] <= at:
            continue
        action = _action(text, at, mark, stack)
        if action == "open" and len(stack) < MAX_DEPTH:
            stack.append(_Open(at, len(mark), _STYLES[mark]))
        elif action == "close":
            _close(text, found, stack, _Open(at, len(mark), _STYLES[mark]))
        elif action == "reopen":
            _abandon(text, found, stack, at, _STYLES[mark])
            stack.append(_Open(at, len(mark), _STYLES[mark]))
    _finish(text, found, stack)
    return found


def _action(text: str, at: int, mark: str, stack: list[_Open]) -> str:
    """What a mark does here: open, close, reopen (the stretch before was never closed), or nothing."""
    style = _STYLES[mark]
    before = text[at - 1] if at else " "
    after = text[at + len(mark)] if at + len(mark) < len(text) else " "
    faces_right = (before.isspace() or before in _BEFORE_OPENER) and not after.isspace()
    leads_in = text.startswith("..", at + len(mark))
    faces_right = faces_right and (leads_in or after not in _NOT_AFTER_OPENER)
    if mark in _OPENERS or (mark == "»" and not stack and faces_right):
        if stack and stack[-1].at + stack[-1].width == at and stack[-1].style != "low":
            return "open"  # doubled: “"It is …”
        return _opening(mark, style, stack, faces_right, before)
    if mark in _CLOSERS:
        if stack:
            return "close"
        # “” … he said”: before an omission at the start of a line it can only open.
        opens = faces_right or (not at and text[1:8].lstrip().startswith(("…", "..")))
        return "open" if opens else "skip"
    if not stack:
        return _undirected_opening(before, after, faces_right, mark)
    if faces_right and not (before in "—–-…" and not after.isupper()):
        return "reopen" if stack[-1].style == style or len(stack) > 1 else "open"
    return "close"


def _opening(mark: str, style: str, stack: list[_Open], faces_right: bool, before: str) -> str:
    if not stack:
        return "open"
    top = stack[-1]
    if mark == "“" and top.style == "low":
        return "close"
    if mark == "«" and top.style == "angle" and not faces_right:
        return "close"
    if mark == "“" and not faces_right and not before.isspace():
        return "close"
    return "reopen" if any(o.style == style for o in stack) else "open"


def _undirected_opening(before: str, after: str, faces_right: bool, mark: str) -> str:
    if mark == '"' and before.isdigit() and not after.isalnum():
        return "skip"  # inches
    if faces_right or (before.isspace() and after.isspace()):
        return "open"
    return "open" if after.isupper() and not before.isspace() else "skip"


def _close(text: str, found: list[Stretch], stack: list[_Open], mark: _Open) -> None:
    """Close the innermost stretch of the mark's own style; else the innermost of all."""
    same = next((n for n in range(len(stack) - 1, -1, -1) if stack[n].style == mark.style), None)
    keep = len(stack) - 1 if same is None else same
    del stack[keep + 1 :]
    opened = stack.pop()
    end = mark.at + mark.width
    found.append(_stretch(text, opened, mark.at, len(stack), end))


def _abandon(text: str, found: list[Stretch], stack: list[_Open], at: int, style: str) -> None:
    """End what was open at a mark that opens anew in the same style."""
    while stack:
        opened = stack.pop()
        if not stack or opened.style == style:
            found.append(_stretch(text, opened, at, len(stack)))
        if opened.style == style:
            break


def _finish(text: str, found: list[Stretch], stack: list[_Open]) -> None:
    """End what the paragraph's end leaves open.

    A mark left open around closed stretches was a slip, unless it opens the paragraph: then the quotation
    goes on in the next one.
    """
    while stack:
        opened = stack.pop()
        has_inside = any(s.start > opened.at for s in found)
        opens_paragraph = not text[: opened.at].strip()
        if opens_paragraph or not has_inside:
            found.append(_stretch(text, opened, len(text), len(stack)))


def _stretch(text: str, opened: _Open, inner_end: int, depth: int, end: int | None = None) -> Stretch:
    """A stretch that ends in a mark before `end`, or, without one, where nothing closes it."""
    a, b = _trim(text, opened.at + opened.width, inner_end)
    outer_end = inner_end if end is None else end
    return Stretch(opened.at, outer_end, a, b, opened.style, DOUBLE, depth, end is not None)


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if _HAS_ALNUM.search(text, start, end) else (start, start)


def _tag_spans(text: str) -> list[tuple[int, int]]:
    """Spans of HTML tags and of bare attributes (`name="value"`), whose marks are markup."""
    if '="' not in text and "<" not in text:
        return []
    spans = [m.span() for m in _TAG.finditer(text)]
    at = text.find('="')
    while at >= 0:
        end = text.find('"', at + 2, at + 500)
        if at and (text[at - 1].isalnum() or text[at - 1] in "-_") and end >= 0:
            spans.append((at, end + 1))
        at = text.find('="', max(end, at) + 1)
    return sorted(spans)


def _top(found: list[Stretch]) -> list[Stretch]:
    """The outermost stretches."""
    if len(found) < 2:
        return found
    outer: list[Stretch] = []
    for stretch in sorted(found, key=lambda s: (s.start, -s.end)):
        if not outer or stretch.start >= outer[-1].end:
            outer.append(stretch)
    return outer


def _between(text: str, outer: list[Stretch]) -> list[tuple[int, int]]:
    """The parts of the text that no outermost stretch covers."""
    gaps, at = [], 0
    for stretch in outer:
        gaps.append((at, stretch.start))
        at = stretch.end
    gaps.append((at, len(text)))
    return [(a, b) for a, b in gaps if b > a]


def _singles(text: str, windows: list[tuple[int, int]], depth: int) -> list[Stretch]:
    found: list[Stretch] = []
    for start, end in windows:
        if not _SINGLE_MARK.search(text, start, end):
            continue
        opened: int | None = None
        marks = [m.start() for m in _SINGLE_MARK.finditer(text, start, end)]
        for n, at in enumerate(marks):
            if _opens(text, at, start):
                opened = at
            elif opened is not None and _closes(text, at, end) and not _is_possessive(text, marks, n, end):
                a, b = _trim(text, opened + 1, at)
                found.append(Stretch(opened, at + 1, a, b, "single", SINGLE, depth, True))
                opened = None
    return found


def _opens(text: str, at: int, start: int) -> bool:
    before = text[at - 1] if at > start else " "
    if text[at] in "’›" or not (before.isspace() or before in '([{—–-/“"'):
        return False
    if _ELISIONS.match(text, at + 1) and text[at] != "‘":
        return False
    return at + 1 < len(text) and (text[at + 1].isalnum() or text[at + 1] in "[($£€#@…")


def _closes(text: str, at: int, end: int) -> bool:
    after = text[at + 1] if at + 1 < end else " "
    return text[at] not in "‘‚" and not text[at - 1].isspace() and not after.isalnum()


def _is_possessive(text: str, marks: list[int], n: int, end: int) -> bool:
    """A plural's apostrophe (the workers’ rights): a surer closing mark follows before another opens."""
    at = marks[n]
    if text[at - 1] not in "sS" or not text[at + 1 : at + 2].isspace():
        return False
    for later in marks[n + 1 : n + 6]:
        if text[later] == "‘" or _opens(text, later, at):
            return False
        if _closes(text, later, end) and text[later - 1] in ",.?!…":
            return True
    return False


def _nested(found: list[Stretch]) -> list[Stretch]:
    """The stretches with their depth counted anew; one that crosses another is dropped."""
    kept: list[Stretch] = []
    around: list[Stretch] = []
    for stretch in found:
        while around and around[-1].end <= stretch.start:
            around.pop()
        if around and stretch.end > around[-1].end:
            continue
        kept.append(stretch if stretch.depth == len(around) else stretch._replace(depth=len(around)))
        around.append(stretch)
    return kept


__all__ = [
    "DOUBLE",
    "MAX_DEPTH",
    "SINGLE",
    "Stretch",
    "carried_over",
    "doubles",
    "scan",
    "single_marks_lead",
]
