"""Plain prose for `corpus.py`: sentences of a small grammar, as dense in names, numbers and quotes as news.

A report names people, towns and firms of three kinds: of the world (a few hundred that any report may name,
some far more often than others), of its story (shared with the other reports of it), and its own. Words are
drawn from `corpus_words.toml`, common ones more often than rare ones, and rare nouns are compounds.
"""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from stories_generator import Lists

WORDS: dict[str, list[str]] = {
    name: words.split()
    for name, words in tomllib.loads(
        Path(__file__).with_name("corpus_words.toml").read_text(encoding="utf-8")
    ).items()
}
_DOUBLED = re.compile(r"[^aeiou]*[aeiou][bdgmnpt]|.+[^e]el|control|refer")
_PARAGRAPH = (1, 2, 2, 2, 3)
# Shares of rare words: compounds among nouns, derived words among adjectives and verbs.
_COMPOUND = 0.4
_DERIVED = 0.15
# Every third word is drawn without regard to how common it is.
_EVEN = 0.33
_PREPOSITIONS = ("near", "behind", "beyond", "against", "under", "beside", "without", "for", "from", "about")
_CONJUNCTIONS = ("after", "before", "while", "although", "because", "once", "until", "since")
_SAID = ("said", "told reporters", "added", "argued", "explained", "warned", "insisted", "noted")
_WROTE = ("called", "described", "dismissed")
_WOMEN = frozenset(
    (
        "Maria", "Ines", "Amara", "Leila", "Sofia", "Olga", "Nadia", "Teresa", "Mirjam", "Alice", "Carla",
        "Judith", "Paula", "Irena", "Nora", "Bianca", "Helen", "Laura", "Petra", "Silvia",
    )
)  # fmt: skip
_UNITS = (
    "people",
    "households",
    "vehicles",
    "employees",
    "children",
    "voters",
    "passengers",
    "miles",
    "acres",
)

Person = tuple[str, str]
"""First name and family name."""


@dataclass(frozen=True, slots=True)
class Names:
    """People, places and bodies that a text may name."""

    people: list[Person]
    towns: list[str]
    firms: list[str]


def make_world(draw: random.Random, made: list[str], lists: Lists) -> Names:
    """What any report may name: people, towns and firms of these made-up words, and real regions."""
    people = [(draw.choice(lists["first"]), name) for name in made[:400]]
    towns = [*lists["regions"], *(_town(draw, lists) for _ in range(40)), *made[400:600]]
    firms = [f"{name} {draw.choice(lists['firm_tails'])}" for name in made[600:]]
    return Names(people, towns, firms)


class Writer:
    """Writes the prose of the reports of one story."""

    def __init__(self, draw: random.Random, lists: Lists, world: Names) -> None:
        self._draw = draw
        self._lists = lists
        self._world = world
        self._story = self._made(4, 2, 3)
        self._cast = self._story
        self._known: set[Person] = set()

    def paragraphs(self, words: int) -> Iterator[str]:
        """Paragraphs of one report, until they have so many words."""
        self._cast = self._chosen(words)
        self._known = set()
        while words > 0:
            paragraph = " ".join(self._sentence() for _ in range(self._draw.choice(_PARAGRAPH)))
            words -= len(paragraph.split())
            yield paragraph

    # Names ---------------------------------------------------------------------------------------

    def _made(self, people: int, towns: int, firms: int) -> Names:
        draw, lists = self._draw, self._lists
        return Names(
            [(draw.choice(lists["first"]), draw.choice(lists["last"])) for _ in range(people)],
            [_town(draw, lists) for _ in range(towns)],
            [f"{draw.choice(lists['firms'])} {draw.choice(lists['firm_tails'])}" for _ in range(firms)],
        )

    def _chosen(self, words: int) -> Names:
        """Whom and what a report of so many words names."""
        size = words / 100
        own = self._made(*(_about(self._draw, share * size) for share in (0.65, 0.55, 0.5)))
        world, story = self._world, self._story
        return Names(
            [*story.people[:2], *own.people, *self._often(world.people, 0.12 * size)],
            [*story.towns[:1], *own.towns, *self._often(world.towns, 0.12 * size)],
            [*story.firms[:1], *own.firms, *self._often(world.firms, 0.12 * size)],
        )

    def _often[T](self, things: list[T], count: float) -> list[T]:
        return [_zipf(self._draw, things) for _ in range(_about(self._draw, count))]

    def _person(self) -> str:
        """A person in full at first, then mostly by the family name alone."""
        first, last = person = self._draw.choice(self._cast.people)
        if person in self._known and self._draw.random() < 0.7:
            return last
        self._known.add(person)
        return f"{first} {last}"

    def _whoever(self) -> str:
        """A person, or less often a firm."""
        return self._person() if self._draw.random() < 0.65 else self._firm()

    def _place(self) -> str:
        return self._draw.choice(self._cast.towns)

    def _firm(self) -> str:
        return self._draw.choice(self._cast.firms)

    # Words ---------------------------------------------------------------------------------------

    def _word(self, kind: str) -> str:
        words = WORDS[kind]
        return self._draw.choice(words) if self._draw.random() < _EVEN else _zipf(self._draw, words)

    def _noun(self) -> str:
        if self._draw.random() < _COMPOUND:
            return self._draw.choice(WORDS["heads"]) + self._draw.choice(WORDS["tails"])
        return self._word("nouns")

    def _plural(self) -> str:
        return plural(self._noun())

    def _past(self) -> str:
        return past(self._derived("verbs", ("re", "over", "out", "mis")))

    def _doing(self) -> str:
        return doing(self._word("verbs"))

    def _adjective(self) -> str:
        return self._derived("adjectives", ("non", "semi", "pre", "un"))

    def _derived(self, kind: str, prefixes: tuple[str, ...]) -> str:
        is_derived = self._draw.random() < _DERIVED
        return (self._draw.choice(prefixes) if is_derived else "") + self._word(kind)

    def _thing(self) -> str:
        """A noun phrase of three to six words."""
        draw = self._draw
        adjective = self._adjective()
        form = draw.randrange(10)
        if form == 0:
            return f"{draw.choice(WORDS['nationals'])} {self._plural()}"
        if form < 3:
            return f"the {self._noun()} of the {adjective} {self._noun()}"
        if form < 5:
            return f"{adjective} {self._plural()} and {self._plural()}"
        return f"the {adjective} {self._noun()}"

    def _tail(self) -> str:
        """A subordinate clause, or a prepositional phrase."""
        draw = self._draw
        if draw.random() < 0.5:
            return f"{draw.choice(_CONJUNCTIONS)} {self._plural()} {self._past()} {self._thing()}"
        return f"{draw.choice(_PREPOSITIONS)} {self._thing()}"

    # Sentences -----------------------------------------------------------------------------------

    def _sentence(self) -> str:
        text = self._draw.choices(_FORMS, _WEIGHTS)[0](self)
        return text[0].upper() + text[1:]

    def _narrative(self) -> str:
        return (
            f"{self._plural()} in {self._place()} {self._past()} {self._thing()} {self._tail()}, "
            f"and {self._whoever()}, {self._doing()} {self._thing()}, {self._past()} {self._thing()}."
        )

    def _background(self) -> str:
        return (
            f"{self._tail()}, {self._thing()} was {self._past()} by {self._person()}, "
            f"who had {self._past()} {self._thing()} with {self._person()} in {self._place()}."
        )

    def _own_words(self) -> str:
        return (
            f"“We {self._past()} {self._thing()} {self._tail()}, and {self._plural()} {self._past()} "
            f"{self._thing()} {self._tail()},” {self._person()} {self._draw.choice(_SAID)}. "
            f"“It was {self._thing()} that {self._past()} {self._thing()} {self._tail()}.”"
        )

    def _reported(self) -> str:
        return (
            f"{self._whoever()} {self._draw.choice(_SAID)} that {self._plural()} from {self._place()} "
            f"had {self._past()} {self._thing()} {self._tail()}, {self._doing()} {self._thing()} "
            f"{self._tail()}."
        )

    def _pronoun(self) -> str:
        first, last = person = self._draw.choice(self._cast.people)
        self._known.add(person)
        return (
            f"{first} {last} {self._past()} {self._thing()} {self._tail()} in {self._place()}. "
            f"{'She' if first in _WOMEN else 'He'} {self._past()} {self._thing()} {self._tail()}, "
            f"{self._doing()} {self._plural()} for {self._person()} {self._tail()}."
        )

    def _marked(self) -> str:
        return (
            f"{self._person()}, {self._doing()} {self._thing()}, {self._draw.choice(_WROTE)} it as "
            f"“{self._adjective()} and {self._adjective()}” {self._tail()} in {self._place()}."
        )

    def _counted(self) -> str:
        draw = self._draw
        number = f"{draw.randrange(2, 90) if draw.random() < 0.6 else draw.randrange(90, 9000):,}"
        return (
            f"{number} {draw.choice(_UNITS)} in {self._place()} {self._past()} {self._thing()} "
            f"{self._tail()}, while {self._firm()} {self._past()} {draw.randrange(2, 60)} {self._plural()}."
        )

    def _money(self) -> str:
        draw = self._draw
        return (
            f"{self._firm()} spent ${draw.randrange(2, 80)} million on {self._thing()} {self._tail()}, "
            f"{draw.randrange(2, 40)} percent more than {self._person()} {self._past()} {self._tail()}."
        )


_FORMS = (
    Writer._narrative, Writer._background, Writer._own_words, Writer._reported, Writer._pronoun,
    Writer._marked, Writer._counted, Writer._money,
)  # fmt: skip
_WEIGHTS = (22, 20, 12, 15, 12, 7, 15, 11)


def plural(noun: str) -> str:
    """The plural of a regular noun; of one that has it already, the noun itself."""
    if noun.endswith("s") and not noun.endswith(("ss", "us")):
        return noun
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "x", "z", "ch", "sh")) else "s")


def past(verb: str) -> str:
    """The past of a regular verb."""
    if verb.endswith("e"):
        return verb + "d"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return verb[:-1] + "ied"
    return _doubled(verb) + "ed"


def doing(verb: str) -> str:
    """The present participle of a regular verb."""
    return (verb[:-1] if verb.endswith("e") else _doubled(verb)) + "ing"


def _doubled(verb: str) -> str:
    return verb + (verb[-1] if _DOUBLED.fullmatch(verb) else "")


def _town(draw: random.Random, lists: Lists) -> str:
    return draw.choice(lists["town_heads"]) + draw.choice(lists["town_tails"])


def _zipf[T](draw: random.Random, things: list[T]) -> T:
    """One of them, the n-th about as often as 1/n to the first."""
    return things[int(len(things) ** draw.random()) - 1]


def _about(draw: random.Random, number: float) -> int:
    """A whole number that is this on average."""
    return int(number + draw.random())
