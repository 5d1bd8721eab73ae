"""What a claim counts, read off its noun and its sentence: group of people, part or whole, which event.

PURE. The words lie in `figure_cues.csv` and `figure_groups.csv`. Belongs here: one claim by itself. Does not
belong here: which claims are one figure (`figure_clusters`), and what they say together (`agreement`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache

from pipelines.reference import read_table
from pipelines.resolve.figure_values import Amount, amount, measure

# Counts of what one event did to people: one figure a story and category, whatever its wording.
TOLLS = frozenset(
    {"killed", "injured", "casualties", "missing", "rescued", "detained", "hostages", "displaced", "infected"}
)
# Of them, those that only rise: a fall is a correction.
RISING = frozenset({"killed", "casualties", "infected", "rescued", "displaced"})
# Categories that say too little for a figure: the head noun must agree as well.
GENERIC = frozenset(
    {"people", "other_count", "other_measure", "duration", "money", "products", "places", "organizations"}
    | {"buildings", "sport", "meetings", "legal", "distance", "area", "mass", "volume", "price", "multiple"}
    | {"percent_of_whole", "percent_change", "percent_rate", "percent_ratio", "share_of_whole", "speed"}
    | {"percentage_points", "employees", "attendees", "vehicles", "animals", "countries", "age", "police"}
    | {"temperature", "attacks", "disasters", "index_points", "energy", "power", "families", "students"}
    | {"count_rate", "proportion"}
)
# Counts of people of some kind, which a report may call "people".
PEOPLE = TOLLS | {"protesters", "employees", "voters", "students", "migrants", "attendees", "population"}
# A claim whose day is further from the event's than this is about another event.
DAYS_BEFORE, DAYS_AFTER = 8, 45
# Characters before a number in which what bears on it stands.
TAIL = 160
# Words of a sentence on either side of a number that tell what it is about.
WINDOW = 10


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """What figures need to know of a claim. `sentence_start`: first character of `sentence` in the document;
    `before`: up to three sentences before it in the same paragraph; `names`: entities named in the sentence;
    `source_key`: the independent source; `copy_of`: the document that this one repeats;
    `published_on`: NULL also where it was taken from the story: that says nothing of who was first;
    `position`: number of the sentence within the document.
    """

    claim_id: str
    document_id: str
    ingest_date: date
    start_char: int
    end_char: int
    value: float
    value_low: float | None = None
    value_high: float | None = None
    bound: str = "exact"
    direction: str | None = None
    unit: str | None = None
    unit_dimension: str = "count"
    noun: str | None = None
    category: str | None = None
    is_vague: bool = False
    stock_or_flow: str | None = None
    place_entity_id: str | None = None
    place_name: str | None = None
    as_of_on: date | None = None
    as_of_on_precision: str | None = None
    source_surface: str | None = None
    relation: str | None = None
    related_claim_id: str | None = None
    flags: tuple[str, ...] = ()
    sentence: str = ""
    sentence_start: int = 0
    before: str = ""
    position: int = 0
    names: frozenset[str] = frozenset()
    published_on: date | None = None
    outlet_id: str | None = None
    source_key: str = ""
    figure_id: str | None = None
    copy_of: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """A claim as figures see it.

    `family`: what only claims of one figure share (measure, and category or direction where these decide).
    `role`: total, part (of a whole named beside it), additional (to a number reported before), earlier (a
    level that the sentence itself replaces). `years`: the years its sentence names. `is_other_event`: its
    sentence tells of another event or period than the story's. `is_counted`: no numeral says it, victims were
    counted ("a man and a woman were killed"). What few claims are asked for is read when it is asked.
    """

    row: ClaimRow
    amount: Amount
    family: str
    head: str | None
    groups: frozenset[tuple[str, str]]
    role: str
    years: frozenset[int]
    is_other_event: bool
    is_counted: bool

    @property
    def is_toll(self) -> bool:
        """True for counts of what one event did to people."""
        return self.row.category in TOLLS and self.row.unit_dimension == "count"

    @property
    def is_elsewhere(self) -> bool:
        """Its sentence brings up what nobody has heard of: "a march in 2015", "another plant"."""
        return bool(_BRINGS_UP.match(self.row.sentence)) or _has("elsewhere", self._clause)

    @property
    def is_total_worded(self) -> bool:
        """Its clause calls it a toll."""
        return _has("total", self._clause) or self.head in ("toll", "tally")

    @property
    def is_official(self) -> bool:
        """An authority gives it."""
        return _has("official", (self.row.source_surface or "").lower())

    @property
    def is_corrected(self) -> bool:
        """Its clause says that an earlier number was wrong."""
        return _has("correction", self._clause)

    @property
    def is_rising(self) -> bool:
        """Its clause says that the number has moved."""
        return _has("rise", self._clause)

    @property
    def with_attacker(self) -> bool:
        """Its clause counts the one who did it among the dead."""
        return _has("with_attacker", self._clause)

    @property
    def is_window(self) -> bool:
        """It says how far is looked: "the past seven games"."""
        return bool(_LOOKS.search(_sides(self.row)[0].lower()))

    @property
    def context(self) -> str:
        """Its sentence without numbers."""
        return _without_numbers(" ".join(_sides(self.row)))

    @property
    def window(self) -> str:
        """Some words on either side of it, without numbers."""
        left, right = _sides(self.row)
        return _without_numbers(" ".join([*left.split()[-WINDOW:], *right.split()[:WINDOW]]))

    @property
    def _clause(self) -> str:
        left, right = _sides(self.row)
        return _clause(left.lower(), right.lower())


def read_claim(row: ClaimRow, event_on: date | None) -> Reading:
    """Read a claim in its sentence; `event_on`: the day of the story's event, where known."""
    left, right = (side.lower() for side in _sides(row))
    years = _years(row, event_on)
    is_counted = "counted_victims" in row.flags
    return Reading(
        row=row,
        amount=amount(
            row.value, row.value_low, row.value_high, row.bound, row.is_vague, row.unit, row.unit_dimension
        ),
        family=_family(row),
        head=noun_head(row.noun),
        groups=frozenset() if is_counted else groups_of(row.noun),
        role=_role(row, left, right),
        years=years,
        is_other_event=_is_other_event(row, left, right, years, event_on),
        is_counted=is_counted,
    )


def _sides(row: ClaimRow) -> tuple[str, str]:
    """What stands before the number in its sentence, and what stands behind it."""
    a = min(max(row.start_char - row.sentence_start, 0), len(row.sentence))
    b = min(max(row.end_char - row.sentence_start, a), len(row.sentence))
    return row.sentence[:a], row.sentence[b:]


def _family(row: ClaimRow) -> str:
    kind = measure(row.unit, row.unit_dimension)
    if row.unit_dimension in {"percent", "percentage_point"}:
        return f"{kind}:{row.category}:{row.direction}"
    return f"{kind}:{row.direction}" if row.direction and not _is_toll_row(row) else kind


def _is_toll_row(row: ClaimRow) -> bool:
    return row.category in TOLLS


# --- words -----------------------------------------------------------------------------------


@cache
def cue(kind: str) -> re.Pattern[str]:
    """The phrases of one kind as whole words, longest first."""
    phrases = {
        r["phrase"].lower() for r in read_table("figure_cues", ("kind", "phrase")) if r["kind"] == kind
    }
    words = "|".join(re.escape(p) for p in sorted(phrases, key=lambda p: (-len(p), p)))
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)" if words else r"(?!)")


def _has(kind: str, text: str) -> bool:
    return bool(cue(kind).search(text))


def _ends_with(kind: str, left: str) -> bool:
    """True where a phrase of this kind stands right before the number, a hedge or article between or not."""
    tail = _unhedged(left).rstrip(" ,:—–-(")
    return any(m.end() == len(tail) for m in cue(kind).finditer(tail, max(len(tail) - 60, 0)))


def _unhedged(left: str) -> str:
    """The end of what stands before a number, without hedges and articles right before it."""
    return _HEDGES.sub("", left[-TAIL:].rstrip())


def _starts_with(kind: str, right: str) -> bool:
    return cue(kind).match(right.lstrip(" ,-")) is not None


_HEDGES = re.compile(
    r"(?:\s*\b(?:about|some|at least|around|nearly|almost|roughly|more than|over|up to|the|an estimated|"
    r"as many as))+$"
)
_CLAUSE_END = re.compile(
    r"[;:—–]|,\s+(?:while|after|but|when|and|as|although|though|who|which|where)\b|\s-\s"
)


def _clause(left: str, right: str) -> str:
    """The clause around a number, in lower case, the number left out."""
    start = 0
    for match in _CLAUSE_END.finditer(left):
        start = match.end()
    end = _CLAUSE_END.search(right)
    return f"{left[start:]} {right[: end.start() if end else None]}"


_LOOKS = re.compile(r"\b(?:past|last|next|first|previous|final)\s*$")
_DIGIT = re.compile(r"\d")


def _without_numbers(text: str) -> str:
    return " ".join([word for word in text.split() if not _DIGIT.search(word)])


# --- nouns -----------------------------------------------------------------------------------


@cache
def _irregular() -> dict[str, str]:
    return {row["form"]: row["lemma"] for row in read_table("irregular_lemmas", ("form", "lemma"))}


_PEOPLE = {"men": "man", "women": "woman", "children": "child", "people": "people", "police": "police"}


def _singular(word: str) -> str:
    if word in _PEOPLE:
        return _PEOPLE[word]
    if word.endswith("men") and len(word) > 5:
        return word[:-3] + "man"
    if word in _irregular():
        return _irregular()[word]
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_NOUN_ENDS = re.compile(r"\s(?:of|in|at|from|on|for|with|who|that|by|to)\s", re.IGNORECASE)


@lru_cache(maxsize=16384)
def noun_head(noun: str | None) -> str | None:
    """The head of a noun as written, lower case, singular: “military personnel” personnel, “men” man."""
    if not noun:
        return None
    words = _WORD.findall(_NOUN_ENDS.split(noun.lower())[0]) or _WORD.findall(noun.lower())
    return (_singular(words[-1].removesuffix("'s").removesuffix("’s")) if words else None) or None


@cache
def _groups() -> dict[str, frozenset[tuple[str, str]]]:
    found: dict[str, set[tuple[str, str]]] = {}
    for row in read_table("figure_groups", ("word", "facet", "group")):
        found.setdefault(row["word"], set()).add((row["facet"], row["group"]))
    return {word: frozenset(groups) for word, groups in found.items()}


@cache
def _peoples() -> dict[str, str]:
    rows = read_table("demonyms", ("demonym", "plural", "group"))
    return {row[form].lower(): row["group"] for row in rows for form in ("demonym", "plural") if row[form]}


@lru_cache(maxsize=16384)
def groups_of(noun: str | None) -> frozenset[tuple[str, str]]:
    """The groups that a noun names, as (facet, group): “Syrian soldiers” is a nation and a side.

    Empty for words for anybody ("people", "victims") and for things.
    """
    found: set[tuple[str, str]] = set()
    for word in _WORD.findall(_NOUN_ENDS.split((noun or "").lower())[0]):
        found |= _groups().get(_singular(word), frozenset())
        if people := _peoples().get(word):
            found.add(("nation", people))
    return frozenset((facet, group) for facet, group in found if facet != "any")


def are_apart(one: frozenset[tuple[str, str]], other: frozenset[tuple[str, str]]) -> bool:
    """True where two nouns name different groups of one facet: civilians and soldiers, men and women."""
    facets = {facet for facet, _ in one} & {facet for facet, _ in other}
    return any(
        {g for f, g in one if f == facet}.isdisjoint(g for f, g in other if f == facet) for facet in facets
    )


# --- part or whole ---------------------------------------------------------------------------


def _role(row: ClaimRow, left: str, right: str) -> str:
    if "counted_victims" in row.flags:
        return "total"
    if "additional" in row.flags or right.lstrip().startswith("else "):
        return "additional"
    if row.relation == "part_of":
        return "part"
    if row.unit_dimension != "count":
        return "earlier" if _is_earlier(row, left) else "total"
    if _ends_with("additional_before", left) or _starts_with("additional_after", right):
        return "additional"
    if row.category == "killed" and (noun_head(row.noun) or "").startswith("other"):
        return "additional"
    if (
        _starts_with("part_after", right)
        or _OF_A_NUMBER.match(right)
        or (row.category in TOLLS and _ends_with("part_before", left))
    ):
        return "part"
    return "earlier" if _is_earlier(row, left) else "total"


# "six of the past seven contests"
_OF_A_NUMBER = re.compile(
    r"\s+of\s+(?:(?:the|its|his|her|their|all|those|these)\s+)?"
    r"(?:(?:last|past|first|next|final|previous|other|remaining)\s+)?"
    r"(?:\d|(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty)\b)"
)
_CHANGE_FROM = re.compile(
    r"\b(?:rose|risen|rises|rising|climb\w*|increase\w*|jump\w*|grew|grown|fell|fallen|drop\w*|down|up|updated?|"
    r"revised|raised|lowered|changed)\b[^.;]{0,60}$"
)


def _is_earlier(row: ClaimRow, left: str) -> bool:
    """True for the level that its own sentence replaces: "up from 12", "not five as first reported"."""
    tail = _unhedged(left)
    if tail.endswith(" from"):
        return bool(_CHANGE_FROM.search(tail))
    return _ends_with("earlier_level", left)


# --- which event -----------------------------------------------------------------------------

# A year, but no amount: "1500 women" and "1,960" are none.
_YEAR = re.compile(
    r"(?<![\w.,$€£#-])(1[89]\d\d|20\d\d)(?![\w%]|[,.]\d|-(?:year|strong|member|foot|mile)|\s+[a-z]+s\b)"
)
# How a sentence opens that sets the time for those after it.
_SETS_TIME = re.compile(r"(?:In|Since|By|During|After|Before|Until|Back in)\b.{0,24}?\b(1[89]\d\d|20\d\d)\b")
# Leading sentences tell of the story's own event, be it "another shooting".
_OPENING = 2
_ORDINAL = re.compile(
    r"\b(?:\d+(?:st|nd|rd|th)|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)\b"
)


def _years(row: ClaimRow, event_on: date | None) -> frozenset[int]:
    """Years that the claim is about: of its sentence, else of one before that sets the time."""
    if row.as_of_on is not None and row.as_of_on_precision in ("year", "month"):
        return frozenset({row.as_of_on.year})
    start = row.start_char - row.sentence_start
    own = {int(m[1]) for m in _YEAR.finditer(row.sentence) if not (m.start() <= start < m.end())}
    if own:
        return frozenset(own)
    if row.as_of_on is not None:
        return frozenset({row.as_of_on.year})
    set_before = [int(m[1]) for m in _SETS_TIME.finditer(row.before)]
    if not set_before or (event_on is not None and set_before[-1] > event_on.year):
        return frozenset()
    return frozenset({set_before[-1]})


# A sentence whose subject nobody has heard of: "A march in 2015 drew …".
_BRINGS_UP = re.compile(r"(?:In (?:[A-Z]\w+ )?\d{4},? )?(?:A|An|a|an)\s")


def _is_other_event(
    row: ClaimRow, left: str, right: str, years: frozenset[int], event_on: date | None
) -> bool:
    """Whether the claim tells of another event or of a whole period, not of the story's event."""
    clause = _clause(left, right)
    if any(not _ORDINAL.search(clause[: m.start()]) for m in cue("period").finditer(clause)):
        return True
    if row.position > _OPENING and _has("background", f"{left} {right}"):
        return True
    if event_on is None:
        return False
    if row.as_of_on is not None:
        return not _is_near(row.as_of_on, row.as_of_on_precision or "day", event_on)
    return bool(years) and event_on.year not in years


def _is_near(day: date, precision: str, event_on: date) -> bool:
    if precision == "year":
        return day.year == event_on.year
    if precision == "month":
        months = (day.year - event_on.year) * 12 + day.month - event_on.month
        return -1 <= months <= 2
    return -DAYS_BEFORE <= (day - event_on).days <= DAYS_AFTER
