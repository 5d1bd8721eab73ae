"""Who made a picture, a report, or a part of it: credits, captions that carry them, agencies' sign-offs.

The words are those of `page_words.csv` and `agencies.csv`.
"""

from __future__ import annotations

import re
from functools import cache

from pipelines.ingest.page_lines import Line, page_words
from pipelines.reference import read_table

# A credit is short; what is longer is text that happens to begin like one.
MAX_LABEL_WORDS = 14
_PARTICLES = "(?:al|an|bin|bint|da|de|del|della|den|der|di|do|dos|du|el|ibn|la|le|ter|van|von|y|zu)"
_NAME_WORD = r"[^\W\d_a-zß-öø-ÿ](?:[\w’'.]|-(?=\w)){0,24}"
NAME = re.compile(rf"{_NAME_WORD}(?:[ \u00a0](?:{_PARTICLES}[ -])?{_NAME_WORD}){{1,4}}")
_PICTURE = r"(?:photo|photograph|image|picture|satellite image|video grab)"
_CAPTION_START = re.compile(
    rf"(?:In )?(?:[Tt]his|[Aa]n?|FILE)\b[ \w,.–—-]{{0,30}}?\b{_PICTURE}[ ,]{{1,2}}"
    r"(?:provided|released|taken|made|shows|showing|from|dated|distributed|posted|obtained)\b"
    r"|FILE(?: PHOTO)?\s?[:–—-]"
)
_CAPTION_INSIDE = re.compile(
    r"\b[Ii]n (?:this|an?) (?:(?:undated|file|handout|combination|aerial|still|archive) ){0,3}"
    rf"(?:{_PICTURE}|handout)\b"
)
_CAPTION_END = re.compile(r"[(\[](?:file|FILE|File)(?: (?:photo|image|picture|pic))?[)\]]\.?$")
_CONTRIBUTED = re.compile(
    r"\bcontributed to this (?:report|story|article)\b"
    r"|\b(?:[Ii]nformation|[Mm]aterial|[Rr]eporting) (?:for|in) this (?:report|story|article)\b"
)
_EDITORS = re.compile(r"[a-z]{2,3}(?:[-/][a-z]{2,4}){1,4}")
_INITIALS = r"(?:[a-z]{1,4}(?:[/,-][a-z]{1,4}){0,4}|[A-Z]{2,4}(?:/[A-Z]{2,4}){0,3})"
_PHOTO_BY = re.compile(
    r"\(?(?:Photo|Image|Picture|Photograph|Illustration)s? (?:by|courtesy of|via|from) (?:the )?[A-Z\d]"
    r"|Credit ?(?:\.{3}|…)"
    # The length of a film, and the author of a post that is shown below it.
    r"|\d{1,2}:\d\d [-–] Source:|[—–-] ?[^()]{2,60}\(@\w{2,30}\)"
)


def credit(line: Line) -> bool:
    """Assign a picture's credit, or a caption that carries one; False for any other line."""
    text = line.core
    if line.word_count > 80:
        return False
    folded = text.casefold()
    if (label := _label_of(folded, "caption_label")) is not None:
        line.assign("caption", "caption_label", 0.95 if label else 0.8)
        return True
    is_caption = _CAPTION_START.match(text) or _CAPTION_END.search(text) or _CAPTION_INSIDE.search(text)
    if is_caption and not line.opens_quoted:
        line.assign("caption", "caption_words", 0.9)
        return True
    if _label_of(folded, "credit_label") is not None or _photo_by(text):
        is_long = line.word_count > MAX_LABEL_WORDS
        if folded.startswith("source:"):
            line.agencies = agencies_in(text[len("source:") :], strict=True)
        line.assign("caption" if is_long else "credit", "credit_label", 0.9)
        return True
    if line.word_count <= 8 and not line.is_ended and _agency_credit(text):
        line.assign("credit", "photo_credit", 0.9)
        return True
    may_hold_credit = any(sign in text for sign in ("/", ":", "©", "Photo", "Image", " via ", "Getty"))
    if may_hold_credit and _glued_credit().search(text):
        line.assign("caption", "caption_with_credit", 0.9)
        return True
    return False


def _label_of(folded: str, kind: str) -> str | None:
    """The label of "Image: mil.ru" or "Image source, Getty Images", or None."""
    for sign in (":", ","):
        head, found, rest = folded[:40].partition(sign)
        if not found or head.strip() not in page_words(kind):
            continue
        if sign == "," and not head.startswith(("image ", "photo ", "media ", "video ", "picture ")):
            continue
        return head if rest.strip() or len(folded) > 40 else ""
    return None


def _photo_by(text: str) -> bool:
    return len(text.split()) <= MAX_LABEL_WORDS and _PHOTO_BY.match(text) is not None


def _agency_credit(text: str) -> bool:
    bare = text.strip("()[]© ")
    if bare in _photo_names() or re.fullmatch(
        r"(?:AP|AFP|Reuters|REUTERS|EPA) (?:Photo|Images?|Pictures)", bare
    ):
        return True
    parts = [part.strip() for part in re.split(r"[/|]", bare)]
    is_name = all(NAME.fullmatch(part) or part in _known() or len(part.split()) <= 3 for part in parts)
    has_agency = any(part in _known() or part.split(" ")[0] in _known() for part in parts if part)
    if len(parts) > 1 and is_name and has_agency and all(part[:1].isupper() for part in parts if part):
        return True
    if len(parts) == 2 and NAME.fullmatch(parts[0]) and re.fullmatch(r"[A-Z][\w.&’' -]{1,30}", parts[1]):
        # "Jo Sato/NPR": a person and whoever holds the picture.
        return not {part.casefold() for part in parts} & page_words("menu")
    return text.startswith("©") and has_agency


@cache
def _glued_credit() -> re.Pattern[str]:
    known = "|".join(re.escape(form) for form in sorted(_known(), key=len, reverse=True))
    photo = "|".join(re.escape(form) for form in sorted(_photo_names(), key=len, reverse=True))
    labels = (
        r"(?:Image|Photo|Photograph|Picture|Credit|Photo credit|Image credit|Photo Credit|Image Credit)s?"
    )
    name = r"[^.:()\[\]]{2,60}"
    return re.compile(
        rf"(?<!^)(?:(?<=[\w.\"'”’)|\]])[ /|–-]{{0,3}}{labels}: ?{name}\.?$"
        rf"|(?<=[\w.\"'”’)]) ?© ?[A-Z][^.]{{2,60}}$"
        rf"|[(\[]{labels}(?: by|:)? {name}[)\]]\.?$"
        rf"|[(\[](?:{name}/ ?)?(?:{known})(?: (?:Photo|Images?))? ?/ ?{name}[)\]]\.?$"
        rf"|[(\[]{name} via (?:{known})[)\]]\.?$"
        rf"|[(\[] ?(?:{known}) (?:Photos?|Images?|Pictures?)[)\]]\.?$"
        rf"|[(\[](?:{photo})[)\]]\.?$"
        rf"|[(\[]{NAME.pattern} ?/ ?[A-Z][\w .&'’-]{{1,40}}[)\]]\.?$"
        rf"|[(\[]{name}/ ?(?:{known})(?: (?:Photo|Images?|via {name}))?[)\]]\.?$"
        rf"|(?<=[.\"'”’)]) ?(?:{known})(?: Photo)? ?/ ?[A-Z][\w.’'-]{{1,20}} [A-Z][^.:]{{1,40}}$"
        rf"|(?<=[.\"'”’)]) ?(?:AP Photo|Getty Images|via Getty Images|via REUTERS)$)"
    )


def sign_off(line: Line) -> bool:
    """Assign an agency's sign-off: "ab/cd (AFP, Reuters)", "Reporting by … Editing by …"; else False."""
    text = line.core
    if _EDITORS.fullmatch(text):
        line.assign("credit", "editors_initials", 0.8)
        return True
    if line.word_count <= 12 and not line.is_question:
        match = re.fullmatch(rf"(?:{_INITIALS} )?[(\[]([^()\[\]]{{2,60}})[)\]]\.?", text)
        has_dash = line.bullet in ("-", "–") or text[:1] in "—–"
        names = match[1] if match else text.strip("—–- ") if has_dash else ""
        line.agencies = agencies_in(names, strict=True)
        if line.agencies:
            line.assign("credit", "agency_sign_off", 0.95)
            return True
    if line.word_count <= 60 and re.match(
        r"[—–-]{0,2}\s?[Ww]ith (?:additional |further )?(?:files?|reporting|inputs?|contributions?)\b"
        r"|[(\[]?(?:Additional reporting|Reporting|Writing|Editing|Compiled|With reporting|With inputs?"
        r"|Edited|Translated|Translation| ?Source|Via|Based on report(?:s|ing))\b"
        r"[^.]{0,30}?(?:\bby\b|\bfrom\b|:)",
        text,
    ):
        line.agencies = agencies_in(text)
        if match := re.search(
            rf"\bReporting by ({NAME.pattern}(?:(?:,| and|, and) {NAME.pattern}){{0,4}})", text
        ):
            line.byline = match[1]
        line.assign("credit", "reporting_by", 0.85)
        return True
    if line.word_count <= 30 and _CONTRIBUTED.search(text):
        line.agencies = agencies_in(text)
        line.assign("credit", "contributed_to", 0.9)
        return True
    return False


def agencies_in(text: str, *, strict: bool = False) -> list[str]:
    """News agencies named in a credit, by their common name, in order. Strict: nothing else is named."""
    if len(text) > 400:
        return []
    found: list[str] = []
    for piece in re.split(r"\s*(?:[,/;&|]|\band\b|\bwith\b)\s*", text):
        bare = piece.strip(" .()[]")
        if bare in _news():
            found.append(_news()[bare])
        elif strict and bare and bare not in _known() and not re.fullmatch(_INITIALS, bare):
            return []
        elif not strict:
            found.extend(_news()[form] for form in _news_pattern().findall(bare))
    return list(dict.fromkeys(found))


def is_staff(text: str) -> bool:
    """Whether a line names nobody in particular as author: "Agencies", "Web Desk"."""
    return text.strip(" .").casefold() in _various()


@cache
def _agency_rows() -> list[dict[str, str]]:
    return read_table("agencies", ("form", "agency", "kind"))


@cache
def _news() -> dict[str, str]:
    return {row["form"]: row["agency"] for row in _agency_rows() if row["kind"] == "news"}


@cache
def _news_pattern() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(re.escape(f) for f in sorted(_news(), key=len, reverse=True))})\b")


@cache
def _known() -> frozenset[str]:
    return frozenset(row["form"] for row in _agency_rows() if row["kind"] != "various")


@cache
def _photo_names() -> frozenset[str]:
    return frozenset(row["form"] for row in _agency_rows() if row["kind"] == "photo")


@cache
def _various() -> frozenset[str]:
    return frozenset(row["form"].casefold() for row in _agency_rows() if row["kind"] == "various")
