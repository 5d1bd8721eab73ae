"""A page as lines, each with what can be seen of it alone: words, marks, whether it reads as prose."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise

from pipelines.ingest.printed_dates import PrintedDate
from pipelines.reference import words

_LINE = re.compile(r"[^\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")
_BLANK_BETWEEN = re.compile(r"\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
# A bullet, or the number of a list; "1990 was" and "3.5 million" are neither.
_BULLET = re.compile(
    r"(?:[•‣▪▸►◦●○■□·*➤➔→✓–-]|\(?[0-9]{1,2}[.)]|\(?[a-zA-Z]\)(?! \d{4}\b))[ \t\u00a0]+(?=\S)"
)
_MARKDOWN_HEADING = re.compile(r"#{1,6}[ \t]+(?=\S)")
_EMPHASIS = re.compile(r"^(\*\*|__|\*|_)(.+)\1$")
_CLOSERS = "\"'”’»›)]}*_"
_OPENERS = "\"'“‘«‹„"
_ENDS = ".!?…。"
_QUESTION = re.compile(r"[?][\"'”’»)\]]*$")
_SENTENCE_END = re.compile(r"[.!?][\"'”’)]*(?:\s|$)")
# "Q: Why?", "SMITH: No.": a turn in an interview or a transcript.
_TURN = re.compile(
    r"(?:\[?\d{1,2}:\d\d(?::\d\d)?\]? )?"
    r"(?:Q|A|[A-Z][A-Z.'’ -]{1,40}|[A-Z][\w.'’-]{1,20}(?: [A-Z][\w.'’-]{1,20}){0,3}) ?: "
)
MIN_PROSE_WORDS = 6
QUESTION_PROSE_WORDS = 15
LEAD_IN_WORDS = 10
MIN_PROSE_CHARS = 24
MIN_WRAP_CHARS = 45
MAX_WRAP_CHARS = 90
LONG_PROSE_WORDS = 20


@dataclass(slots=True)
class Line:
    """A line that holds anything but white space: its span, white space trimmed, and features.

    `core` is the text without bullet, heading mark or emphasis. `block` counts stretches between blank lines.
    `role` is "" until a rule has decided; `rule` is its name.
    """

    start: int
    end: int
    text: str
    block: int
    bullet: str = ""
    mark: int = 0
    core: str = ""
    key: str = ""
    word_count: int = 0
    is_prose: bool = False
    is_ended: bool = False
    role: str = ""
    rule: str = ""
    confidence: float = 0.0
    byline: str | None = None
    printed: PrintedDate | None = None
    agencies: list[str] = field(default_factory=list)

    def assign(self, role: str, rule: str, confidence: float) -> None:
        """Set the role and the rule that decided it."""
        self.role, self.rule, self.confidence = role, rule, confidence

    @property
    def is_question(self) -> bool:
        """Whether it ends with a question mark."""
        return _QUESTION.search(self.core) is not None

    @property
    def is_turn(self) -> bool:
        """Whether a speaker's label opens it: "Q: …", "SMITH: …"."""
        return _TURN.match(self.core) is not None

    @property
    def opens_quoted(self) -> bool:
        """Whether it begins with a quotation mark."""
        return self.core[:1] in _OPENERS

    @property
    def is_title_case(self) -> bool:
        """Whether its longer words are capitalised, as in a headline."""
        longer = re.findall(r"[^\W\d_][\w’'-]{3,}", self.core)
        return len(longer) >= 2 and sum(w[0].isupper() for w in longer) >= 0.8 * len(longer)


def page_lines(text: str) -> list[Line]:
    """The lines of `text` in order. Their spans do not overlap and cover all but white space."""
    found: list[Line] = []
    block = last_end = 0
    for match in _LINE.finditer(text):
        raw = match.group()
        start = match.start() + len(raw) - len(raw.lstrip())
        end = match.start() + len(raw.rstrip())
        if end <= start:
            continue
        if found and len(_BLANK_BETWEEN.findall(text, last_end, start)) > 1:
            block += 1
        found.append(_line(start, end, text[start:end], block))
        last_end = end
    _join_wrapped(found)
    return found


def _line(start: int, end: int, text: str, block: int) -> Line:
    line = Line(start, end, text, block)
    core = text
    if match := _MARKDOWN_HEADING.match(core):
        line.mark = len(match.group().rstrip())
        core = core[match.end() :]
    elif match := _BULLET.match(core):
        line.bullet = match.group().strip()
        core = core[match.end() :]
    if len(core) < 400 and (emphasis := _EMPHASIS.match(core)):
        core = emphasis[2]
    line.core = core.strip()
    line.key = key_of(line.core)
    line.word_count = len(line.core.split())
    line.is_ended = is_ended(line.core)
    line.is_prose = _is_prose(line)
    return line


def key_of(text: str) -> str:
    """Letters and digits of a line, case-folded: equal for two printings of one headline."""
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))


def is_ended(text: str) -> bool:
    """Whether a sentence ends here: a full stop, ! ? or …, and only closing marks behind it."""
    bare = text.rstrip(_CLOSERS + " \u00a0")
    return bare[-1:] in tuple(_ENDS) and bool(bare)


def _is_prose(line: Line) -> bool:
    """Reads as sentences: long, or ended by a full stop. A short question is as likely a heading."""
    if line.mark:
        return False
    if line.word_count >= LONG_PROSE_WORDS or (
        len(line.core) >= 2 * MIN_PROSE_CHARS and " " not in line.core
    ):
        return True
    if not line.is_ended:
        # "… told reporters on Thursday evening:" leads into what follows; a headline ends otherwise.
        return line.core.endswith(":") and line.word_count >= LEAD_IN_WORDS and not line.is_title_case
    if line.is_question and len(_SENTENCE_END.findall(line.core)) < 2 and not _TURN.match(line.core):
        return line.word_count >= QUESTION_PROSE_WORDS
    # Scripts without spaces: count characters.
    return line.word_count >= MIN_PROSE_WORDS or (line.word_count <= 2 and len(line.core) >= MIN_PROSE_CHARS)


def _join_wrapped(lines: list[Line]) -> None:
    """Lines that a fixed width has broken in mid-sentence are prose: one goes on in small letters below.

    On a page that is broken so, and holds no long line, one may go on with a capital too.
    """
    broken = [
        (here, below)
        for here, below in pairwise(lines)
        if here.block == below.block
        and len(here.text) >= MIN_WRAP_CHARS
        and not (here.is_ended or here.bullet or below.bullet or below.mark)
    ]
    small = [(here, below) for here, below in broken if below.core[:1].islower()]
    is_narrow = bool(small) and all(len(line.text) <= MAX_WRAP_CHARS for line in lines)
    for here, below in broken if is_narrow else small:
        here.is_prose = below.is_prose = True


@cache
def page_words(kind: str) -> frozenset[str]:
    """The forms of one kind of `page_words.csv`, case-folded."""
    return words("page_words", "form", {"kind": kind})


@cache
def page_prefixes(kind: str) -> tuple[str, ...]:
    """The forms of a kind, for `str.startswith`."""
    return tuple(sorted(page_words(kind)))
