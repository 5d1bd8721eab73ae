"""The category of a claim, by what is counted, its verb and its unit (`claim_categories.csv`)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from spacy.tokens import Span, Token

from pipelines.extract.nlp import lemma
from pipelines.extract.nouns import governors
from pipelines.extract.tree import Tree
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
        name = _counted(facts, table)
    elif facts.dimension == "percent":
        name = _percent(facts)
    elif facts.dimension == "money":
        name = "price" if facts.unit and "/" in facts.unit else "money"
    elif facts.dimension == "age":
        name = _aged(facts, table)
    else:
        name = table.dimensions.get(facts.dimension, "other_measure")
    if facts.dimension == "share":
        name = "share_of_whole"
    return table.rows.get(name) or Category(name, None)


def _counted(facts: Facts, table: _Table) -> str:
    noun = facts.noun
    head = _head(noun) if noun is not None and len(noun) else None
    if head is None:
        return _by_verb(facts, None, table) or _by_next(facts, table) or "other_count"
    text = noun.text.lower() if noun is not None else ""
    text = f"strong {head.lower_}" if facts.is_strong and head.lower_ not in ("troops", "people") else text
    name = next((table.phrases[p] for p in _suffixes(text) if p in table.phrases), None)
    name = name or table.lemmas.get(lemma(head)) or table.lemmas.get(head.lower_)
    if name is None and (head.ent_type_ == "NORP" or head.tag_ == "NNPS"):
        name = "people"
    if name in table.persons:
        fate = _by_verb(facts, head, table)
        is_open = table.persons[name] != "force" or fate in _FATES
        return fate if fate and is_open else name
    return name or "other_count"


# What can befall soldiers and staff too; they are not “displaced” when they leave, nor “protesters”.
_FATES = frozenset(
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
    """What happens to the people counted: killed, injured, displaced."""
    above = governors(facts.span) + (governors(head.doc[head.i : head.i + 1]) if head is not None else [])
    for token in above:
        name = table.verbs.get(lemma(token))
        if name and (token.tag_.startswith("VB") or token.tag_ in ("NN", "NNS", "JJ")):
            return name
        if token.tag_ in ("NN", "NNS") and table.lemmas.get(lemma(token)) in (
            "killed",
            "injured",
            "displaced",
            "casualties",
        ):
            return table.lemmas[lemma(token)]
    if head is not None:
        for token in facts.tree.rights(head):
            if token.dep_ in ("acl", "relcl", "amod") and table.verbs.get(lemma(token)):
                return table.verbs[lemma(token)]
        for token in facts.tree.lefts(head):
            if token.tag_ in ("VBN", "JJ") and table.lemmas.get(token.lower_) in (
                "missing",
                "injured",
                "killed",
            ):
                return table.lemmas[token.lower_]
    return None


def _by_next(facts: Facts, table: _Table) -> str | None:
    """“five wounded”, “12 dead”: the word after a number without a noun."""
    doc, at = facts.span.doc, facts.span.end
    if at >= len(doc):
        return None
    word = lemma(doc[at])
    return (
        table.verbs.get(word) or table.lemmas.get(doc[at].lower_)
        if doc[at].tag_ in ("VBN", "JJ", "VBD")
        else None
    )


def _percent(facts: Facts) -> str:
    table = _table()
    if facts.direction:
        return "percent_change"
    head = _head(facts.noun) if facts.noun is not None and len(facts.noun) else None
    name = table.lemmas.get(f"percent:{lemma(head)}") if head is not None else None
    after = facts.span.doc[facts.span.end].lower_ if facts.span.end < len(facts.span.doc) else ""
    if after == "of":
        return "percent_ratio" if name == "percent_ratio" else "percent_of_whole"
    return "percent_change" if name == "percent_change" else "percent_rate"


def _aged(facts: Facts, table: _Table) -> str:
    if facts.unit and facts.unit in table.units and facts.unit != "year_of_age":
        return table.units[facts.unit]
    head = _head(facts.noun) if facts.noun is not None and len(facts.noun) else None
    if head is None or head.ent_type_ in ("PERSON", "NORP") or head.tag_ in ("NNP", "NNPS"):
        return "age"
    name = table.lemmas.get(lemma(head))
    if name in table.persons or name in _PERSON_CATEGORIES:
        return "age"
    return "age_of_thing" if name is not None or facts.value > MAX_HUMAN_AGE else "age"


# An unknown noun (“a 55-year-old salesman”) is taken for a person up to here.
MAX_HUMAN_AGE = 125
_PERSON_CATEGORIES = frozenset({
    "troops", "police", "fighters", "killed", "injured", "displaced", "detained", "hostages", "protesters",
    "population", "attendees", "voters", "seats", "migrants", "casualties", "rescued", "people",
    "employees", "students",
})  # fmt: skip
