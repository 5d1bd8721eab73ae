"""Roles that a line shows by its own words, wherever it stands: dates, credits, menus, cookie notices.

Each rule looks at one line and either assigns a role or leaves it to the layout (`page_layout`). Rules are
tried in the order of `_RULES`; the words are those of `page_words.csv` and `agencies.csv`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from pipelines.ingest.calendar_grammar import alternatives
from pipelines.ingest.page_credits import MAX_LABEL_WORDS, NAME, agencies_in, credit, is_staff, sign_off
from pipelines.ingest.page_lines import Line, page_prefixes, page_words
from pipelines.ingest.printed_dates import MAX_PRINTED_CHARS, read_line

# A label or a menu is short; what is longer is text that happens to begin like one.
MAX_NOTICE_WORDS = 45
MAX_ITEM_WORDS = 30
MAX_MENU_WORDS = 3
MAX_LABEL_CHARS = 1_000

_AFTER_NAME = re.compile(r"[,&|/;·•]|\b(?:and|und|et|in|for|at|of|special to)\b", re.IGNORECASE)
_FOOTNOTE = re.compile(r"\[\d{1,3}\]|\^\d{1,3}\b|\[\^\w{1,10}\]:|[¹²³]{1,2}\s?\S")
_URL = re.compile(r"(?:https?://|www\.)\S+")
_LINK = re.compile(r"!?\[[^\]]{0,300}\]\([^)\s]{1,500}\)")
_POSTED = re.compile(r"(?:Posted|Published|Updated|Last updated) (?:on|by)\b", re.IGNORECASE)
_POSTED_BY = re.compile(rf"\bby (?P<name>{NAME.pattern})(?=\s(?:in|on|at|under)\b|\s*[|/·,]|$)")
_BAR = re.compile(r"[|·•]|\s/\s")
_HANDLE = re.compile(r"@\w{2,30}")
_HANDLES = re.compile(r"(?<!\w)@[\w./-]{2,40}")
# What every address, link and handle has: quickly asked of a line that has none.
_MAY_LINK = re.compile(r"@|://|www\.|\]\(")
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]{1,64}")
_COPYRIGHT = re.compile(r"(?:©|\(c\) (?=\d{4})|copyright\b)", re.IGNORECASE)
# "© LNA | The minister at the dam": an owner, then what the picture shows.
_OWNED_PICTURE = re.compile(r"© ?[^|:\d]{2,40}[|:] ?(?:\S+ ){4}")
_SEPARATORS = re.compile(r"\s*[|/>›»•·→\t]\s*|\s{2,}|\s+[–—-]\s+")
_CRUMBS = re.compile(r"\s[>›»/→]\s|\s::\s")
_COUNTER = re.compile(
    r"(?:comments?|shares?) ?\(\d+\)$|\d{1,3} ?(?:of|/) ?\d{1,3}$|\d{1,3} min(?:s|utes?)?\.?$"
    r"|pic\.twitter\.com/\S+$"
    r"|\d[\d,.]*\s?[km]?\s(?:comments?|shares?|views?|likes?|retweets?|replies|followers|reads?)\.?$",
    re.IGNORECASE,
)
_SLUG = re.compile(
    r"[A-Z\d]{2,20}(?:-[A-Z\d]{2,20}){0,4}/[A-Z\d-]{0,40}(?: \((?:[A-Z]{3,10} \d,? ?){1,3}[^()]{0,30}\))?"
)


def label_line(line: Line) -> None:
    """Give the line the role that its own words show, if any."""
    if len(line.text) > MAX_LABEL_CHARS:
        return
    for rule in _RULES:
        if rule(line):
            return


def _symbols(line: Line) -> bool:
    if any(char.isalnum() for char in line.text):
        return False
    line.assign("boilerplate", "no_words", 0.9)
    return True


def _footnote(line: Line) -> bool:
    if not _FOOTNOTE.match(line.text) or "](" in line.text[:300]:
        return False
    line.assign("footnote", "footnote_mark", 0.95)
    return True


def _slug(line: Line) -> bool:
    """The slug of a wire service: "KARABAKH-TROOPS/KREMLIN (UPDATE 1)"."""
    if not _SLUG.fullmatch(line.core):
        return False
    line.assign("boilerplate", "wire_slug", 0.85)
    return True


def _skip_link(line: Line) -> bool:
    if line.word_count > 8 or not line.core.casefold().startswith(page_prefixes("menu_prefix")):
        return False
    if line.is_prose:
        return False
    line.assign("navigation", "skip_link", 0.95)
    return True


def _date(line: Line) -> bool:
    if len(line.core) > MAX_PRINTED_CHARS or line.word_count > 24:
        return False
    read = read_line(line.core)
    if read.rest:
        is_posted = read.printed is not None and _POSTED.match(line.core) is not None
        if not read.is_dated or line.is_prose or not (is_posted or _is_source_bar(read.rest, line)):
            return False
        line.agencies = agencies_in(read.rest)
        if author := _POSTED_BY.search(line.core):
            line.byline = author["name"]
    elif not read.is_dated:
        said = set(line.key.split()) & (page_words("date_label_first") | page_words("date_label_update"))
        if not said or line.word_count > 3 or any(char.isdigit() for char in line.core):
            return False
        line.assign("boilerplate", "empty_date_label", 0.9)
        return True
    if read.printed is None and "read" in line.key.split():
        line.assign("boilerplate", "reading_time", 0.9)
        return True
    line.printed = read.printed
    line.assign("published", "clock_line" if read.is_clock else "date_line", 0.95)
    return True


def _is_source_bar(rest: str, line: Line) -> bool:
    """What remains of "April 17, 2024 / 9:13 AM EDT / CBS News": names set off by separators."""
    pieces = [piece.split() for piece in re.split(r"[|/·•]", rest) if piece.strip()]
    is_short = all(len(piece) <= 3 and piece[0][:1].isupper() for piece in pieces)
    return bool(_BAR.search(line.core)) and is_short and sum(map(len, pieces)) <= 8


def _byline(line: Line) -> bool:
    name = byline_of(line.core) or _name_before_date(line)
    if name is None and line.word_count > 1 and is_staff(line.core):
        name = line.core
    if name is None:
        return False
    read = read_line(line.core)
    line.printed = read.printed
    line.byline = name
    line.agencies = agencies_in(name)
    line.assign("byline", "byline_label", 0.95)
    return True


def byline_of(text: str) -> str | None:
    """The authors of "By Jane Doe in Kyiv | 17 April 2024", without label and date, or None."""
    match = _byline_label().match(text)
    if match is None or len(text) > 200 or len(text.split()) > 28 or "diting by" in text:
        return None
    # "Story by Jane Doe. Translated by …": the first of several makers.
    rest = _names_part(re.split(r"(?<=[^\W\d_]{3})\. ", text[match.end() :].strip(" :\u00a0"), maxsplit=1)[0])
    if not rest or rest.endswith(("?", "!")):
        return None
    first = _AFTER_NAME.split(rest, maxsplit=1)[0].strip(" .")
    if match.group()[:1].islower() and not (NAME.fullmatch(first) and len(rest.split()) <= 6):
        return None
    is_agency = bool(agencies_in(first)) or is_staff(first)
    has_job = bool(set(first.casefold().split()) & page_words("author_role")) and len(first.split()) <= 5
    if not (is_agency or has_job or (len(first) <= 60 and NAME.fullmatch(first))):
        return None
    # "By Wednesday Kyiv had fallen." begins like a byline: one that goes on in small letters is a sentence.
    small = [
        w for w in re.findall(r"\b[a-z]{2,}\b", rest) if w not in _BYLINE_SMALL and w not in _role_words()
    ]
    return rest if len(small) <= 1 else None


def _name_before_date(line: Line) -> str | None:
    """The author of "Jane Doe Published April 17, 2024 | 05:50 PM": a name and a date, no label."""
    if line.word_count > MAX_LABEL_WORDS or line.is_prose or not any(char.isdigit() for char in line.core):
        return None
    read = read_line(line.core)
    if read.printed is None or read.printed.precision != "day" or not NAME.match(line.core):
        return None
    name = _names_part(line.core)
    is_set_off = re.match(r"\s*(?:[|·•]|[–—-]\s|(?:Published|Updated|Posted)\b)", line.core[len(name) :])
    is_menu = set(name.casefold().split()) & page_words("menu")
    return name if is_set_off and NAME.fullmatch(name) and not is_menu else None


_BYLINE_SMALL = frozenset(
    {"and", "in", "for", "at", "the", "of", "special", "to", "with", "from", "van", "von", "der", "den", "de"}
    | {"la", "le", "di", "du", "del", "al", "bin", "und", "et"}
)


def _names_part(text: str) -> str:
    """What stands before a date, a reading time or an address on a byline."""
    pieces = (_without_date(piece) for piece in re.split(r"\s*[|•·]\s*|\s+[–—-]\s+", text))
    return next((piece for piece in pieces if piece), "")


def _without_date(piece: str) -> str:
    read = read_line(piece)
    if read.is_dated and not read.rest:
        return ""
    if read.is_dated:
        # A date behind a comma: "Jane Doe, April 17, 2024", "Jane Doe, Updated Wed 17 April".
        piece = re.split(r",?\s*(?=\S*\d)", piece, maxsplit=1)[0]
        piece = re.sub(r",?\s+(?:Published|Updated|Posted|On)\b.*$", "", piece)
        piece = re.sub(rf",?\s+(?:{alternatives('weekday')}|{alternatives('month')}),?$", "", piece)
        piece = re.sub(rf",?\s+{alternatives('weekday')},?$", "", piece)
    return _EMAIL.sub("", _HANDLE.sub("", piece)).strip(" ,|()")


@cache
def _byline_label() -> re.Pattern[str]:
    labels = sorted(page_words("byline_label"), key=len, reverse=True)
    spaced = "|".join(label for label in labels if label in ("by", "von", "par", "por", "di", "door"))
    worded = "|".join(re.escape(label) for label in labels if " by" in label)
    coloned = "|".join(re.escape(label) for label in labels)
    return re.compile(
        rf"(?:(?:{_cased(spaced)}|by:?)[ \u00a0]+(?=[^\W_a-z])|{_cased(worded)}:?[ \u00a0]+"
        rf"|{_cased(coloned)}[ \u00a0]?:)"
    )


def _cased(alternatives: str) -> str:
    """Capitalised or in capitals: a byline does not begin with a small letter."""
    forms = alternatives.split("|")
    return "(?:" + "|".join(f"{form[:1].upper()}{form[1:]}|{form.upper()}" for form in forms) + ")"


@cache
def _role_words() -> frozenset[str]:
    return frozenset(word for form in page_words("author_role") for word in form.split())


def _notice(line: Line) -> bool:
    folded = line.core.casefold().strip(" .:!|>»→")
    if folded in page_words("boilerplate"):
        line.assign("boilerplate", "page_button", 0.9)
        return True
    is_number = line.word_count <= 2 and not any(char.isalpha() for char in folded)
    is_code = line.word_count == 1 and len(folded) >= 15 and sum(char.isdigit() for char in folded) >= 8
    if is_number or is_code or _COUNTER.match(folded) or _is_only_links(line):
        line.assign("boilerplate", "counter_or_link", 0.8)
        return True
    if line.word_count > MAX_NOTICE_WORDS or line.opens_quoted:
        return False
    if _OWNED_PICTURE.match(line.core):
        line.assign("caption", "caption_with_credit", 0.8)
        return True
    has_quote = any(mark in line.core for mark in '“"«')
    has_phrase = not has_quote and _phrases().search(folded) is not None
    if has_phrase or _COPYRIGHT.match(line.core):
        line.assign("boilerplate", "notice", 0.85)
        return True
    return False


@cache
def _phrases() -> re.Pattern[str]:
    forms = sorted(page_words("boilerplate_phrase"), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, forms))})")


def _is_only_links(line: Line) -> bool:
    if line.word_count > 60 or _MAY_LINK.search(line.core) is None:
        return False
    bare = _HANDLES.sub("", _EMAIL.sub("", _URL.sub("", _LINK.sub("", line.core))))
    return bare != line.core and not any(char.isalnum() for char in bare)


def _menu(line: Line) -> bool:
    if line.word_count > 30 or line.is_prose or line.mark:
        return False
    folded = line.core.casefold().strip(" :|›»>")
    if folded in page_words("footer_heading"):
        line.assign("navigation", "footer_heading", 0.9)
        return True
    prefix = next((p for p in page_prefixes("related_prefix") if folded.startswith(p)), None)
    if prefix and (prefix.endswith(":") or re.match(r"\s?[:|–—-]|$", folded[len(prefix) :])):
        line.assign("navigation", "related_prefix", 0.9)
        return True
    if folded in page_words("menu"):
        line.assign("navigation", "menu_word", 0.85)
        return True
    if folded.partition(":")[0].rstrip() in page_words("menu_label") and ":" in folded:
        line.assign("navigation", "menu_label", 0.85)
        return True
    parts = [part for part in _SEPARATORS.split(folded) if part]
    known = sum(part in page_words("menu") for part in parts)
    if any(len(part.split()) > MAX_MENU_WORDS and part not in page_words("menu") for part in parts[:2]):
        return False
    is_trail = bool(_CRUMBS.search(line.core)) and bool(parts) and parts[0] in page_words("menu")
    if len(parts) > 1 and known and (known * 2 >= len(parts) or is_trail):
        line.assign("navigation", "menu_line", 0.9)
        return True
    return False


def _ruled_heading(line: Line) -> bool:
    """A heading between dashes, as agencies print it: "- Grave concerns -"."""
    if not re.fullmatch(r"[-–—]\s[^\n]{2,80}?\s[-–—]", line.text):
        return False
    line.core = line.core.rstrip("-–— ")
    line.assign("heading", "ruled_heading", 0.9)
    return True


def _stage_direction(line: Line) -> bool:
    """ "(Applause)", "[Music]", "(SOUNDBITE OF BELLS)": what a transcript hears."""
    is_whole = re.fullmatch(r"\([^()]{2,60}\)|\[[^\[\]]{2,60}\]", line.core) is not None
    if not is_whole or line.is_ended or line.word_count > 8:
        return False
    is_source = bool({"source", "via"} & set(line.key.split())) or is_staff(line.core.strip("()[]"))
    line.assign("credit" if is_source else "boilerplate", "stage_direction", 0.6)
    return True


def _summary_heading(line: Line) -> bool:
    if line.core.casefold().rstrip(" :") not in page_words("summary_heading"):
        return False
    line.assign("heading", "summary_heading", 0.85)
    return True


def _list_item(line: Line) -> bool:
    if not line.bullet:
        return False
    # A dash before speech is dialogue; whole paragraphs behind bullets or numbers are a text's own.
    if line.bullet in ("–", "-") and line.opens_quoted:
        return False
    if line.word_count > MAX_ITEM_WORDS and line.is_ended:
        return False
    line.assign("list_item", "bullet", 0.9)
    return True


_RULES: tuple[Callable[[Line], bool], ...] = (
    _symbols,
    _footnote,
    _slug,
    _skip_link,
    _byline,
    _date,
    credit,
    sign_off,
    _notice,
    _menu,
    _ruled_heading,
    _summary_heading,
    _stage_direction,
    _list_item,
)
