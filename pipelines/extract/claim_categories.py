"""The category of a claim, by what is counted, its verb and its unit (`claim_categories.csv`)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from spacy.tokens import Span, Token

from pipelines.extract.nlp import lemma
from pipelines.extract.nouns import governors, is_magnitude
from pipelines.extract.polls import is_about_election, is_share_of_votes
from pipelines.extract.speakers import role_nouns
from pipelines.extract.tolls import fate, fate_categories, state_category
from pipelines.extract.tree import Tree
from pipelines.extract.word_sets import Words
from pipelines.reference import read_table


@dataclass(frozen=True, slots=True)
class Facts:
    """What decides a category: unit, dimension, noun, the amount's tokens, direction."""

    unit: str | None
    dimension: str
    noun: Span | None
    span: Span
    direction: str | None
    tree: Tree
    is_strong: bool = False
    value: float = 0.0
    is_exception: bool = False
    is_vote: bool = False


@dataclass(frozen=True, slots=True)
class Category:
    """A row of the table, as far as finding it goes."""

    name: str
    stock_or_flow: str | None


@dataclass(frozen=True, slots=True)
class _Table:
    rows: dict[str, Category]
    lemmas: dict[str, str]
    phrases: dict[str, str]
    verbs: dict[str, str]
    persons: dict[str, str]
    dimensions: dict[str, str]
    units: dict[str, str]


_COLUMNS = ("category", "unit_dimension", "stock_or_flow", "lemmas", "phrases", "verbs", "person", "units")


def _cells(cell: str) -> list[str]:
    return [part.strip().lower() for part in cell.split(";") if part.strip()]


@cache
def _table() -> _Table:
    table = _Table({}, {}, {}, {}, {}, {}, {})
    for row in read_table("claim_categories", _COLUMNS):
        name = row["category"]
        table.rows[name] = Category(name, row["stock_or_flow"] or None)
        is_count = row["unit_dimension"] == "count"
        prefix = "" if is_count else f"{row['unit_dimension']}:"
        table.lemmas.update({f"{prefix}{word}": name for word in _cells(row["lemmas"])})
        table.phrases.update(dict.fromkeys(_cells(row["phrases"]), name))
        table.verbs.update(dict.fromkeys(_cells(row["verbs"]), name))
        table.units.update(dict.fromkeys(_cells(row["units"]), name))
        table.dimensions.setdefault(row["unit_dimension"], name)
        if row["person"]:
            table.persons[name] = row["person"]
    return table


def categorise(facts: Facts) -> Category:
    """The category of a claim; `other_count` or `other_measure` where none fits better."""
    table = _table()
    if facts.dimension == "count":
        name = "voters" if facts.is_vote else _counted(facts, table)
    elif facts.dimension == "percent":
        name = _percent(facts)
    elif facts.dimension == "money":
        name = "price" if facts.unit and "/" in facts.unit and not _is_budget(facts) else "money"
    elif facts.dimension == "age":
        name = _aged(facts, table)
    elif facts.dimension == "angle" and _is_warmth(facts):
        name = "temperature"  # “temperatures hit 40 degrees”
    else:
        name = table.dimensions.get(facts.dimension, "other_measure")
    if facts.dimension == "share":
        name = "share_of_whole"
    return table.rows.get(name) or Category(name, None)


def _is_budget(facts: Facts) -> bool:
    """“$75 billion a year”: what is raised or spent over time, and the price of nothing."""
    return facts.value >= _BUDGET and (facts.unit or "").endswith(("/year", "/month", "/quarter", "/day"))


# No wage, rent or fee is as high.
_BUDGET = 1_000_000


def _is_warmth(facts: Facts) -> bool:
    """Degrees below zero, or of a noun of heat and cold."""
    if facts.span[-1].lower_ in ("zero", "freezing"):
        return True
    above = governors(facts.span)
    return any(lemma(token) in _WARMTH for token in (*above, *(facts.noun or ())))


_WARMTH = Words("warmth_noun")


def takes_fate(category: str | None, fate_of_whole: str | None) -> bool:
    """True where a part or a total of unknown fate shares that of the people counted before it."""
    is_open = category in (None, "other_count") or category in _table().persons
    return is_open and fate_of_whole in fate_categories()


def _counted(facts: Facts, table: _Table) -> str:
    noun = facts.noun
    head = _head(noun) if noun is not None and len(noun) else None
    if facts.is_exception:  # “all but two were rescued”: it did not befall these
        named = _of_noun(facts, noun, head, table) if head is not None else None
        return named if named not in fate_categories() and named else "other_count"
    if is_magnitude(noun) or facts.value < 0:
        return "other_count"  # “among tenants she is at minus 6”
    befell = _befell(facts, head)
    if head is None:
        is_people = facts.span.end < len(facts.span.doc) and facts.span.doc[facts.span.end].lower_ == "who"
        return befell or _by_verb(facts, None, table) or ("people" if is_people else "other_count")
    name = _of_noun(facts, noun, head, table)
    if (
        name in ("places", "countries")
        and head.i < facts.span.start
        and facts.span.doc[facts.span.start - 1].lower_ == "of"
    ):
        return "population"  # “a city of 3 million”
    if name in table.persons:
        is_force = table.persons[name] == "force"
        if befell and (not is_force or befell in _FATES_OF_A_FORCE):
            return befell
        if name == "population" and _is_all(facts.span):
            return name  # “the town's 9,000 residents voted”: as many live there
        return (not is_force and _by_verb(facts, head, table)) or name
    if befell == "killed" and name == "infected" and lemma(head) == "patient":
        return befell
    if befell and (state_category(head) or name in _OPEN or (name is None and befell in _FATES_OF_ANY)):
        return befell
    if name is None and (stated := _number_of(facts, noun, table)):
        return stated
    return name or "other_count"


def _is_all(span: Span) -> bool:
    """“the 9,000 residents”, “its 300 villagers”: not some of them."""
    before = span.doc[span.start - 1] if span.start else None
    return before is not None and (before.tag_ in ("POS", "PRP$") or before.lower_ in ("the", "all"))


def _befell(facts: Facts, head: Token | None) -> str | None:
    """What befell those counted; jobs do not die, delegates are not captured, two who left did not flee."""
    if head is not None and lemma(head) in _NOT_PEOPLE:
        return None
    befell = fate(facts.span, facts.noun, facts.tree)
    if befell == "displaced" and facts.value < _MANY:
        above = governors(facts.span) + (governors(head.doc[head.i : head.i + 1]) if head is not None else [])
        return None if any(lemma(token) in _LEAVING for token in above) else befell
    return befell


_NOT_PEOPLE = Words("not_people")
_LEAVING = Words("leaving")
# A number behind shares that is smaller is their price.
_PRICE = 1000
# Fewer than these who leave or cross are people on their way.
_MANY = 20
# What may befall those whom an unknown noun counts: emails are released and flags vanish.
_FATES_OF_ANY = frozenset({"killed", "injured", "casualties", "detained", "hostages"})


def _of_noun(facts: Facts, noun: Span | None, head: Token, table: _Table) -> str | None:
    if noun is not None and noun.end <= facts.span.start and head.tag_ == "NNP":
        return None  # “Marlow Savings Bank rose 3 to 20” counts no banks
    text = noun.text.lower() if noun is not None else ""
    is_of = facts.span.start > 0 and facts.span.doc[facts.span.start - 1].lower_ == "of"
    is_strong = facts.is_strong or (is_of and noun is not None and noun.end == facts.span.start - 1)
    if is_strong and text not in table.phrases and head.lower_ not in ("troops", "people"):
        text = f"strong {head.lower_}"  # “a 500-strong force”, “a force of 500”
    name = next((table.phrases[p] for p in _suffixes(text) if p in table.phrases), None)
    name = name or table.lemmas.get(lemma(head)) or table.lemmas.get(head.lower_)
    is_person = head.ent_type_ == "NORP" or head.tag_ == "NNPS" or lemma(head) in role_nouns()
    if name is None and is_person:
        name = "people"
    return None if name is not None and _is_homonym(name, facts) else name


def _is_homonym(name: str, facts: Facts) -> bool:
    """“One option under discussion” is no security, “won 13 races” in a report on a primary no sport."""
    if name == "shares_traded":
        is_level = facts.noun is not None and facts.noun.end <= facts.span.start
        return facts.value < (_PRICE if is_level else _MANY)  # “the shares fell 3 to 120”
    if name == "legal" and facts.noun is not None and lemma(_head(facts.noun)) == "count":
        return facts.noun.start < facts.span.start  # “the pollen count reached 120”
    if name == "seats":  # “a 52,000-seat stadium”
        return facts.span.end < len(facts.span.doc) and facts.span.doc[facts.span.end].text == "-"
    return name == "sport" and is_about_election(facts.span, facts.tree)


def _number_of(facts: Facts, noun: Span | None, table: _Table) -> str | None:
    """“The number of dead rose to 12”: the noun behind “of” says what is counted."""
    if noun is None or lemma(_head(noun)) not in _COUNTERS:
        return None
    doc, at = noun.doc, _head(noun).i + 1
    if at >= len(doc) or doc[at].lower_ not in ("of", "for"):
        return None
    for token in doc[at + 1 : min(at + 5, facts.tree.sentence_end(at))]:
        if name := table.lemmas.get(lemma(token)) or state_category(token):
            return name
    return None


_COUNTERS = Words("counter")
# Categories of people whose fate the sentence may tell besides.
_OPEN = frozenset({
    "casualties", "seats", "hostages", "detained", "displaced", "missing", "injured", "rescued",
})  # fmt: skip


# What can befall soldiers and staff too; they are not “displaced” when they leave, nor “protesters”.
_FATES_OF_A_FORCE = frozenset(
    {"killed", "injured", "casualties", "missing", "detained", "hostages", "rescued", "infected"}
)


def _head(noun: Span) -> Token:
    """The head of the noun phrase: its last noun before an “of” phrase."""
    of = next((token.i for token in noun if token.lower_ == "of"), noun.end)
    return noun.doc[max(noun.start, of - 1)]


def _suffixes(text: str) -> list[str]:
    """Runs of words of a short phrase, longest first: what a listed phrase is looked up among."""
    words = [w.strip("“”\"'‘’,.") for w in text.split()][:8]
    return [" ".join(words[a:b]) for size in range(len(words), 0, -1) for a in range(len(words) - size + 1)
            for b in [a + size]]  # fmt: skip


def _by_verb(facts: Facts, head: Token | None, table: _Table) -> str | None:
    """What the people counted do: protest, vote, attend."""
    above = governors(facts.span) + (governors(head.doc[head.i : head.i + 1]) if head is not None else [])
    for token in above:
        name = table.verbs.get(lemma(token))
        if name == "employees" and _is_doer(facts, token):
            continue  # “two suspects fired 30 shots”
        if name and (token.tag_.startswith("VB") or token.tag_ in ("NN", "NNS", "JJ")):
            return name
        if token.tag_ in ("NN", "NNS") and table.lemmas.get(lemma(token)) in _TOLLS:
            return table.lemmas[lemma(token)]
    if head is not None:
        for token in facts.tree.rights(head):
            if token.dep_ in ("acl", "relcl", "amod") and table.verbs.get(lemma(token)):
                return table.verbs[lemma(token)]
    return None


def _is_doer(facts: Facts, verb: Token) -> bool:
    """The counted are the subject of an active verb."""
    root = facts.noun.root if facts.noun is not None else facts.span.root
    return root.dep_ == "nsubj" and root.head.i == verb.i


_TOLLS = frozenset({"killed", "injured", "displaced"})


def _percent(facts: Facts) -> str:
    table = _table()
    if facts.is_vote:
        return "percent_of_whole"
    if facts.direction:
        return "percent_change"
    head = _head(facts.noun) if facts.noun is not None and len(facts.noun) else None
    name = table.lemmas.get(f"percent:{lemma(head)}") if head is not None else None
    after = facts.span.doc[facts.span.end].lower_ if facts.span.end < len(facts.span.doc) else ""
    if after == "of":
        return "percent_ratio" if name == "percent_ratio" else "percent_of_whole"
    if name == "percent_change" or not 0 <= facts.value <= 100:
        return name if name == "percent_change" else "percent_rate"
    if name == "percent_of_whole":
        return name
    is_people = head is not None and table.lemmas.get(lemma(head)) in table.persons
    return (
        "percent_of_whole" if is_people or is_share_of_votes(facts.span, head, facts.tree) else "percent_rate"
    )


def _aged(facts: Facts, table: _Table) -> str:
    if facts.unit and facts.unit in table.units and facts.unit != "year_of_age":
        return table.units[facts.unit]
    head = _head(facts.noun) if facts.noun is not None and len(facts.noun) else None
    named_thing = head is not None and head.ent_type_ not in ("", "PERSON", "NORP")
    if named_thing and facts.value > MAX_HUMAN_AGE:
        return "age_of_thing"
    if head is None or head.ent_type_ in ("PERSON", "NORP") or head.tag_ in ("NNP", "NNPS"):
        return "age"
    name = table.lemmas.get(lemma(head))
    if lemma(head) in _AGED or name in table.persons or name in _PERSON_CATEGORIES:
        return "age"
    return "age_of_thing" if name is not None or facts.value > MAX_HUMAN_AGE else "age"


# An unknown noun (“a 55-year-old salesman”) is taken for a person up to here.
MAX_HUMAN_AGE = 125
_AGED = Words("aged_person")
_PERSON_CATEGORIES = frozenset({
    "troops", "police", "fighters", "killed", "injured", "displaced", "detained", "hostages", "protesters",
    "population", "attendees", "voters", "seats", "migrants", "casualties", "rescued", "people",
    "employees", "students",
})  # fmt: skip
