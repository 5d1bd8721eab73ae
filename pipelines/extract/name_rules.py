"""Rules on one stretch of text: trimming a span, and names that a pattern alone shows.

Belongs here: what can be said of characters without the rest of the document. Does not belong here: votes,
surnames, acronyms and everything else that needs the whole document (`names`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from pipelines.extract import gazetteer
from pipelines.reference import read_table


@dataclass(slots=True)
class Candidate:
    """A span that may be a mention. Offsets count into the document; `paragraph` is an index, -1 outside."""

    start: int
    end: int
    label: str
    method: str
    paragraph: int
    strong: bool = False


# Pages glue the next line's label to a word ('residentsImage'): the word ends before it.
GLUED_LABELS = ("Image", "Photo", "Picture", "Credit")
# The look back stands behind the first letter: so the search for one is a plain scan.
_CAPITALISED = re.compile(r"[A-ZÀ-ÖØ-ÞĀ-ŽȘȚƏ](?<!\w.)\w*", re.DOTALL)


def capitals(text: str, start: int, end: int) -> list[tuple[int, str]]:
    """The capitalised words between two offsets, each with where it starts."""
    return [
        (match.start(), word if not (word := match[0]).endswith(GLUED_LABELS) else _unglued(word))
        for match in _CAPITALISED.finditer(text, start, end)
    ]


def _unglued(word: str) -> str:
    label = next(x for x in GLUED_LABELS if word.endswith(x))
    return word.removesuffix(label) or word


_EDGE = " \t\u00a0\"“”„«»‘’'`.,;:!?()[]{}-–—•*/|"
_POSSESSIVE = re.compile(r"['’‘ʼ`](?:s|S)?$")
_DETERMINER = re.compile(
    r"(?:the|an?|this|that|these|those|its|their|his|her|our|some|all|both|many|most|several|no|each|every"
    r"|any|another|about|around|nearly|over|only|mr\.?|mrs\.?|ms\.?|dr\.?)\s+",
    re.IGNORECASE,
)
_HYPHEN_PREFIX = re.compile(r"(?:pro|anti|ex|non|mid|former|then)-(?=[A-Z])", re.IGNORECASE)
_TAIL_WORD = re.compile(
    r"\s+(?:Image|Photo|Picture|File|of|in|on|at|to|for|from|by|with|and|or|the|as|is|was|said|says|&)$"
)
_THE_KEPT = re.compile(
    r"The (?:[A-Z][\w.-]+ )*(?:Times|Post|Guardian|Telegraph|Economist|Independent|Sun|Mirror|Herald|Journal"
    r"|Tribune|Globe|Star|Observer|Intercept|Atlantic|Nation|Hill|Conversation|Gambia|Hague|Bahamas)$"
)
_THE_PART = re.compile(r"[Tt]he (?:West|East|North|South|Gulf|Hague)$")


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without marks, possessive, determiner and hanging words; may come out empty."""
    surface = text[start:end]
    if not surface or surface.isalpha():
        return start, end
    first, last = _trimmed(surface)
    return start + first, start + last


@lru_cache(maxsize=8192)
def _trimmed(text: str) -> tuple[int, int]:
    """`trim` for a span that is a text of its own: a document says most of its names more than once."""
    start, end = 0, len(text)
    while True:
        before = (start, end)
        while start < end and text[start] in _EDGE:
            start += 1
        while end > start and text[end - 1] in _EDGE:
            if text[end - 1] == "." and _keeps_point(text, start, end):
                break
            end -= 1
        surface = text[start:end]
        if ((found := _POSSESSIVE.search(surface)) and found.start() > 0) or (
            (found := _TAIL_WORD.search(surface)) and found.start() > 0
        ):
            end = start + found.start()
        elif ((found := _HYPHEN_PREFIX.match(surface)) and _is_prefix(surface, found.end())) or (
            (found := _DETERMINER.match(surface))
            and not (_THE_KEPT.match(surface) or _THE_PART.match(surface))
        ):
            start += found.end()
        if (start, end) == before:
            return start, end


def _is_prefix(surface: str, end: int) -> bool:
    """True for 'pro-Kyiv', not for a name of several words that opens so ('Anti-Defamation League')."""
    if surface[0].islower() or " " not in surface:
        return True
    return gazetteer.place(surface[end:].split(" ", 1)[0]) is not None


def _keeps_point(text: str, start: int, end: int) -> bool:
    """True for a point that belongs to the name: U.S., Inc., Jr."""
    word = text[start:end].rsplit(" ", 1)[-1]
    return "." in word[:-1] or word in _POINTED


_POINTED = frozenset({"Inc.", "Corp.", "Co.", "Ltd.", "Jr.", "Sr.", "Bros.", "Cos.", "St."})

# Heads of organisations' names, by the label they give to the capitalised run that they close.
_ORG_HEADS = (
    "Academy|Administration|Agency|Airlines|Airways|Alliance|Army|Assembly|Association|Authority|Bank|Board"
    "|Brigade|Broadcasting|Bureau|Cabinet|Center|Centre|Chamber|Club|Coalition|College|Commission|Committee"
    "|Company|Confederation|Congress|Consortium|Corporation|Council|Court|Department|Directorate|Duma"
    "|Exchange|Faculty|Federation|Fleet|Force|Forces|Forum|Foundation|Front|Fund|Government|Group|Guard"
    "|Holdings|Hospital|Industries|Initiative|Institute|Institution|Laboratory|League|Ministry|Ministries"
    "|Mission|Movement|Museum|Navy|Network|Office|Organisation|Organization|Parliament|Partnership|Party"
    "|Police|Press|Secretariat|Senate|Service|Services|Society|Staff|Syndicate|Tribunal|Trust|Union"
    "|University|Watch"
)
_FAC_HEADS = (
    "Airport|Avenue|Base|Boulevard|Bridge|Building|Canal|Castle|Cathedral|Cemetery|Checkpoint|Church|Corridor"
    "|Crossing|Dam|Expressway|Gate|Hall|Highway|Hotel|Library|Mall|Monastery|Monument|Mosque|Motorway"
    "|Pipeline|Plaza|Port|Prison|Railway|Road|Square|Stadium|Station|Street|Synagogue|Temple|Terminal|Tower"
    "|Tunnel|Plant|Palace|Memorial|Arena"
)
_LAW_HEADS = (
    "Accord|Accords|Act|Agreement|Agreements|Amendment|Charter|Code|Constitution|Convention|Declaration"
    "|Memorandum|Pact|Protocol|Protocols|Resolution|Statute|Treaty"
)
_EVENT_HEADS = (
    "War|Olympics|Games|Revolution|Uprising|Festival|Championship|Championships|Summit|Cup|Massacre|Genocide"
    "|Holocaust|Intifada|Crisis|Conference|Prix|Open"
)
_LOC_HEADS = (
    "Sea|Ocean|River|Lake|Gulf|Bay|Strait|Channel|Island|Islands|Mountains|Mountain|Valley|Peninsula|Desert"
    "|Coast|Plateau|Basin|Province|Region|County|District|Oblast|Canyon|Glacier|Volcano|Reef|Cape"
)

_W = r"(?:(?:[A-Z]\.)+|St\.|[A-Z][\w’'&-]*(?:\.\w[\w’'&-]*)*)"
_DATE = (
    r"(?:\d{1,2} )?(?:January|February|March|April|May|June|July|August|September|October|November|December)"
)
_DATE += r"(?: \d{1,2})?,? \d{4}"

_HEAD_LABELS = {
    head: label
    for heads, label in (
        (_LOC_HEADS, "LOC"),
        (_EVENT_HEADS, "EVENT"),
        (_LAW_HEADS, "LAW"),
        (_FAC_HEADS, "FAC"),
        (_ORG_HEADS, "ORG"),
    )
    for head in heads.split("|")
}
_PATTERNS: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (
        re.compile(
            rf"(?:{_W} ){{0,3}}(?:[Mm]inistr(?:y|ies)|[Dd]epartments?) of (?:the )?(?:[Dd]efen[cs]e"
            r"|[Ff]oreign [Aa]ffairs|[Jj]ustice|[Ff]inance|[Hh]ealth|[Ii]nterior|[Ii]nternal [Aa]ffairs"
            r"|[Ee]ducation|[Ee]nergy|[Ee]conomy|[Tt]rade|[Tt]ransport|[Aa]griculture|[Ll]abou?r|[Cc]ulture|State)"
            rf"(?: (?:and|&) {_W})?(?: of (?:the )?{_W}(?: {_W})?(?: and {_W}(?: {_W})?)?)?"
        ),
        "ORG",
        "ministry",
    ),
    (
        re.compile(
            r"(?:trilateral|tripartite|bilateral|joint|ceasefire) (?:[Ss]tatement|[Aa]greement|[Dd]eclaration"
            rf"|[Aa]ccord|[Mm]emorandum)(?: (?:signed|dated|concluded|reached|adopted|made)(?: on)?)? {_DATE}"
        ),
        "LAW",
        "dated_document",
    ),
    (
        re.compile(r"(?<=\bthe )(?:trilateral|tripartite) (?:[Ss]tatement|[Aa]greement|[Aa]ccord)\b"),
        "LAW",
        "definite_document",
    ),
    (re.compile(rf"\b{_W}(?: {_W})?(?<!\bThe)(?<!\bA)(?<!\bThis)(?<!\bThat) corridor\b"), "FAC", "corridor"),
)
_TRIGGERS = ("inistr", "epartment", "lateral", "ripartite", "ceasefire", " joint ", " corridor")

_WORD = re.compile(r"[\w’'&.-]*\w")


_CAPITALS = r"[A-Z][A-Z .'’-]*[A-Z]"
_DATELINE = re.compile(
    rf"({_CAPITALS}(?:/{_CAPITALS})*)(?=,? [A-Z][a-z]{{2,8}}\.?,? |,? \(|, \w+ \d| [-–—] | \d{{4}}-)"
)
# 'HARBURY, Norland, May 3 (Agency)': a place that no table has, shown by what stands behind it.
_DATELINE_OF = re.compile(
    rf"({_CAPITALS}), ((?:[A-Z][a-z.]+ ?)+?)(?=,? (?:[A-Z][a-z]{{2,8}}\.? \d|\(\w+\) ?[-–—]|[-–—] |\d{{4}}-))"
)
_DATED_LINE = re.compile(rf"({_CAPITALS}) \d{{4}}-\d\d-\d\d$")
_CLUB = re.compile(r"\b(?:Real|Inter|Atletico|Atlético|Dynamo|Dinamo|Lokomotiv|AC|FC|RC|AS) $")


def is_club(text: str, start: int) -> int | None:
    """Where a club named after the place at `start` begins ('Real Madrid'), or None."""
    found = _CLUB.search(text[max(0, start - 12) : start])
    return None if found is None else start - len(found.group())


def datelines(text: str, start: int, end: int, paragraph: int) -> Iterator[Candidate]:
    """The places that a report's first line opens with: 'PARIS/LYON (Agency) - '."""

    def named(first: int, last: int) -> Candidate:
        return Candidate(first, last, "GPE", "dateline", paragraph, strong=True)

    if not text[start + 1 : start + 3].strip(" .'’").isupper():
        return
    limit = min(end, start + 60)
    if (dated := _DATED_LINE.match(text, start, end)) and dated.end() == end:
        yield named(*dated.span(1))
    elif found := _DATELINE_OF.match(text, start, limit):
        if gazetteer.place(found.group(2)):
            yield named(*found.span(1))
            yield named(*found.span(2))
    elif found := _DATELINE.match(text, start, limit):
        at = start
        for part in found.group(1).split("/"):
            if gazetteer.place(part):
                yield named(at, at + len(part))
            at += len(part) + 1


# '-- Jane Doe, Harbury Newsroom +44 …': who sent an agency's report.
_SIGN_OFF = re.compile(
    rf"[-–—]{{1,2}} ?(?:({_W} {_W}(?: {_W})?),? )??((?:{_W} ){{1,4}}(?:[Nn]ewsroom|[Dd]esk|[Bb]ureau))\b"
)


def sign_offs(text: str, start: int, end: int, paragraph: int) -> Iterator[Candidate]:
    """The reporter and the desk of a line that closes an agency's report."""
    found = _SIGN_OFF.match(text, start, end)
    if found is None:
        return
    for group, label in ((1, "PERSON"), (2, "ORG")):
        if found.group(group):
            yield Candidate(*found.span(group), label, "sign_off", paragraph, strong=True)


def patterns(text: str, start: int, end: int, paragraph: int) -> Iterator[Candidate]:
    """Names that words alone show: ministries, dated documents, corridors."""
    stretch = text[start:end]
    if not any(trigger in stretch for trigger in _TRIGGERS):
        return
    for pattern, label, method in _PATTERNS:
        for match in pattern.finditer(text, start, end):
            a, b = trim(text, match.start(), match.end())
            if b > a:
                yield Candidate(a, b, label, method, paragraph, strong=True)


_BEFORE = re.compile(rf"(?:(?<!\w){_W} (?:(?:and|&|for|of|of the|de|al) )?)+$")
_AFTER = re.compile(
    rf"(?: (?:of|on|for) (?:the )?{_W}(?: {_W}){{0,3}}(?: and {_W}(?: {_W})?)?)|(?: of \d{{4}}\b)"
)


_MORE = re.compile(rf"(?: {_W}){{0,2}} (?:{'|'.join(sorted(_HEAD_LABELS, key=len, reverse=True))})\b")
_ORDINALS = frozenset({"first", "second", "third", "fourth", "fifth", "cold", "great"})
_NUMERAL = re.compile(r" (?:I{1,3}|IV|V|One|Two)(?!\w)")
_ROLE_OF = re.compile(r"(\w+) (?:of|to|at|for) (?:the )?$")


def headed(
    text: str, start: int, end: int, paragraph: int, words: Sequence[tuple[int, str]]
) -> Iterator[Candidate]:
    """Capitalised runs closed by a head noun: 'Caucasus Institute', 'State Duma Committee on CIS Affairs'.

    `words`: the stretch's `capitals`.
    """
    done = start
    for at, head in words:
        if head not in _HEAD_LABELS or at < done:
            continue
        head_end = at + len(head)
        if text[head_end : head_end + 1].isalnum() or _opens_title(text, at, head_end):
            continue
        window = max(done, at - 80)
        before = _BEFORE.search(text[window:at])
        first = window + before.start() if before else at
        last, label = head_end, _HEAD_LABELS[head]
        while more := _MORE.match(text, last, end):
            last, label = more.end(), _HEAD_LABELS[more.group().rsplit(" ", 1)[-1]]
        if label == "EVENT" and (number := _NUMERAL.match(text, last, end)):
            last = number.end()
        closed = last
        if (after := _AFTER.match(text, last, min(end, last + 80))) and (
            label == "ORG" or (label == "LAW" and after.group()[4:].isdigit())
        ):
            last = _tail_end(text, last, after.end())
        elif legal := _LEGAL.match(text, last, end):
            last, label = legal.end(), "ORG"
        first = _own_words(text, first, at, label)
        a, b = trim(text, first, last)
        a = skip_function_words(text, a, b, keep=_ORDINALS if label == "EVENT" else frozenset())
        if len(text[a:b].split()) < 2 or a > at or text[a:b] == head:
            continue
        if a == at and label != "ORG":
            continue
        done = b
        if label == "ORG" and b > closed and (person := _office_holder(text, a, closed, b)):
            yield Candidate(person, b, "PERSON", "office_holder", paragraph)
            b = trim(text, a, person)[1]
        yield Candidate(a, b, label, "head_noun", paragraph)


WEEKDAYS = frozenset(["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"])
MONTHS = frozenset(
    [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ]
)
_LEGAL = re.compile(r" (?:Inc|Corp|Co|Ltd|PLC|Plc|SE|AG|SA|NV|LLC|GmbH|SpA)(?!\w)")
_LEGAL_END = re.compile(r"\w (?:Inc|Corp|Co|Ltd|PLC|Plc|SE|AG|SA|NV|LLC|GmbH|SpA)\.?$")


def is_company(surface: str) -> bool:
    """True for a name that ends in a company's legal form."""
    return " " in surface and _LEGAL_END.search(surface) is not None


def is_legal_form(word: str) -> bool:
    """True for a company's legal form, with or without its point ('Inc.')."""
    return _LEGAL_END.search(f"x {word}") is not None


def _tail_end(text: str, start: int, end: int) -> int:
    """Where ' of X and Y' behind a head noun ends: before a weekday, month or role ('Bank of X Governor')."""
    at = start
    for word in text[start:end].split(" "):
        if word[:1].isupper() and (word in MONTHS or word in WEEKDAYS or word.casefold() in role_nouns()):
            return start + len(text[start:at].rstrip().removesuffix(" and").removesuffix(" on"))
        at += len(word) + 1
    return end


_CUT = re.compile(
    r" (?:of the|of|for|on|de|al|and) |-(?:led|based|backed|brokered|sponsored|dominated|controlled|held"
    r"|owned|run|born|language|style|allied|aligned|funded|supported) |['’]s? "
)


def _own_words(text: str, first: int, head: int, label: str) -> int:
    """Where the name closed by the head noun begins: 'X of Y Party' is one name only where X is a head too
    ('Institute of X'), and a place's possessive ('Peru's Congress') is none of it."""
    for cut in reversed(list(_CUT.finditer(text, first, head))):
        before = text[first : cut.start()]
        if cut.group().startswith("-"):
            return cut.end()
        if cut.group() == " and ":
            roles = any(word.casefold() in role_nouns() for word in before.split())
            if label != "ORG" or roles or cut.end() == head:
                return cut.end()
        elif "of" in cut.group() or cut.group().strip() in ("for", "on"):
            if _HEAD_LABELS.get(before.rsplit(" ", 1)[-1]) != "ORG":
                return cut.end()
        elif gazetteer.place(before) or gazetteer.demonym(before):
            return cut.end()
    return first


def _opens_title(text: str, start: int, end: int) -> bool:
    """True for a head noun that is half of a title: 'Press' of 'Press Secretary'."""
    following = _WORD.match(text, end + 1) if text[end : end + 1] == " " else None
    return following is not None and f"{text[start:end]} {following.group()}".casefold() in _titles()


@cache
def _titles() -> frozenset[str]:
    return frozenset(row["title"].casefold() for row in read_table("titles", ("title",)))


@cache
def role_nouns() -> frozenset[str]:
    """Single words that name a role, in lower case: the last words of the titles table, no honorifics."""
    rows = read_table("titles", ("title", "kind"))
    titles = (row["title"].casefold() for row in rows if row["kind"] != "honorific")
    return frozenset(title.rsplit(" ", 1)[-1] for title in titles) | {"head", "deputy", "member"}


def _office_holder(text: str, start: int, closed: int, end: int) -> int | None:
    """Where the office holder's name starts: 'head of the Committee on Trade Affairs | Jane Doe'."""
    role = _ROLE_OF.search(text[max(0, start - 40) : start])
    if role is None or role.group(1).casefold() not in role_nouns():
        return None
    words = text[closed:end].split(" ")
    if len(words) < 5 or not all(w[:1].isupper() for w in words[-3:]):
        return None
    return end - len(words[-1]) - len(words[-2]) - 1


_HOLDER = re.compile(rf" ({_W} {_W})(?= (?:[a-z]|$)|[:,.;”\"]|$)")
_STATE = re.compile(r" the (Republic|Federation|Kingdom|Commonwealth|Union|Emirates)(?= [A-Z])")


def office_holder(text: str, start: int, end: int, limit: int, paragraph: int) -> Candidate | None:
    """The person named right behind a role and its country: 'President of France | Jane Doe'."""
    role = _ROLE_OF.search(text[max(0, start - 40) : start])
    if role is None or role.group(1).casefold() not in role_nouns():
        return None
    name = _HOLDER.match(text, end, min(limit, end + 60))
    if name is None or any(word in _HEAD_LABELS for word in name.group(1).split()):
        return None
    first, last = trim(text, name.start(1), name.end(1))
    return Candidate(first, last, "PERSON", "office_holder", paragraph)


_APPOSITION = re.compile(rf", ({_W} {_W}),")
_WORD_BEFORE = re.compile(r"\w+$")


def appositions(text: str, start: int, end: int, paragraph: int) -> Iterator[Candidate]:
    """A person between commas behind a role: 'the press secretary, Jane Doe, answered'."""
    for match in _APPOSITION.finditer(text, start, end):
        name = match.group(1)
        before = _WORD_BEFORE.search(text[max(start, match.start() - 30) : match.start()])
        if (
            before is None
            or before.group() not in role_nouns()
            or any(w in _HEAD_LABELS for w in name.split())
        ):
            continue
        known = gazetteer.place(name) or gazetteer.metonym(name) or gazetteer.organization(name)
        if known is None and gazetteer.demonym(name.split(" ")[0]) is None:
            yield Candidate(match.start(1), match.end(1), "PERSON", "office_holder", paragraph)


def holders_of_states(text: str, start: int, end: int, paragraph: int) -> Iterator[Candidate]:
    """As `office_holder`, for 'Prime Minister of the Republic | Jane Doe'."""
    for match in _STATE.finditer(text, start, end):
        if not text[max(start, match.start() - 3) : match.start()].endswith((" of", " to")):
            continue
        if found := office_holder(text, match.start(1), match.end(1), end, paragraph):
            yield found


def skip_function_words(text: str, start: int, end: int, keep: frozenset[str] = frozenset()) -> int:
    """The start moved past capitalised function words that open a sentence ('In', 'However')."""
    while start < end:
        word = _WORD.match(text, start, end)
        small = word.group().casefold() if word else ""
        if word is None or small in keep or small not in function_words():
            return start
        start = word.end()
        while start < end and text[start] in " ,":
            start += 1
    return start


@cache
def function_words() -> frozenset[str]:
    """Words that a sentence may open with in capitals without being a name."""
    return frozenset(row["word"] for row in read_table("sentence_openers", ("word",)))
