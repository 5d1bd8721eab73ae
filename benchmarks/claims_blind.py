"""Score numeric claims field by field against passages written before any output was seen.

`python -m benchmarks.claims_blind tests/golden/claims_blind.txt` prints, for each field, how many were asked
and how many were right. The file says in its head how expectations are written. Used by the golden tests too.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from pipelines.extract.extractor import SourceText, extract
from pipelines.model import NumericClaim

PUBLISHED = date(2026, 11, 20)
FIELDS = ("found", "value", "unit", "bound", "direction", "source", "as_of", "place")
_BOUNDS = frozenset({"exact", "about", "at_least", "more_than", "at_most", "less_than", "range"})
_KEYS = {"b": "bound", "d": "direction", "s": "source", "t": "as_of", "p": "place"}
_DIGITS = {"day": 10, "month": 7, "year": 4}


@dataclass
class Expected:
    """One claim that a passage makes. None: the field must be NULL; "*": anything."""

    amount: str
    value: float
    high: float | None
    fields: dict[str, str | None]
    is_optional: bool = False
    is_vague: bool = False
    known: frozenset[str] = frozenset()


@dataclass
class Passage:
    """A passage with its claims; `known_false`: claims found that should be none."""

    text: str
    claims: list[Expected] = field(default_factory=list)
    known_false: frozenset[str] = frozenset()


@dataclass
class Outcome:
    """What came of one passage: (amount, field, right, what was got), and false claims."""

    checks: list[tuple[Expected, str, bool, object]] = field(default_factory=list)
    false: list[str] = field(default_factory=list)


def load(path: Path) -> list[Passage]:
    """The passages of a file. Raises `ValueError` on a line that it cannot read."""
    passages: list[Passage] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("- "):
            passages[-1].claims.append(_expected(line[2:]))
        elif line.startswith("~ "):
            passages[-1].known_false |= {line[2:].split(" | ")[0]}
        elif line.strip() and not line.startswith("#"):
            passages.append(Passage(line))
    return passages


def _expected(line: str) -> Expected:
    amount, measured, *rest = (part.strip() for part in line.split(" | "))
    value, _, unit = measured.partition(" ")
    low, _, high = value.partition("..")
    fields: dict[str, str | None] = dict.fromkeys(FIELDS[2:])
    fields |= {"unit": unit or None, "bound": "exact"}
    made = Expected(amount, float(low), float(high) if high else None, fields)
    for part in rest:
        key, _, told = part.partition("=")
        if part in ("up", "down"):
            fields["direction"] = part
        elif key in _KEYS:
            fields[_KEYS[key]] = told
        elif key == "known":
            made.known = frozenset(told.split(" (")[0].split(","))
        elif part == "opt":
            made.is_optional = True
        elif part == "vague":
            made.is_vague = True
        elif _BOUNDS.issuperset(part.split(",")):
            fields["bound"] = part
        else:
            raise ValueError(f"{line}: {part}")
    return made


def outcomes(passages: list[Passage]) -> Iterator[Outcome]:
    """Extract every passage, as published on `PUBLISHED`, and compare field by field."""
    texts = [SourceText(str(n), p.text, None, PUBLISHED) for n, p in enumerate(passages)]
    for passage, found in zip(passages, extract(texts), strict=True):
        yield _compare(passage, found.claims)


def _compare(passage: Passage, claims: list[NumericClaim]) -> Outcome:
    outcome, left, at = Outcome(), list(claims), 0
    for expected in passage.claims:
        written = re.compile(rf"(?<!\w){re.escape(expected.amount)}(?!\w)")
        match = written.search(passage.text, at) or written.search(passage.text)
        if match is None:
            raise ValueError(f"{expected.amount!r} is not in {passage.text!r}")
        at = match.end()
        start, end = match.span()
        near = [c for c in left if c.start_char < end and start < c.end_char]
        claim = min(near, key=lambda c: abs(c.start_char - start), default=None)
        if claim is not None:
            left.remove(claim)
        if not expected.is_optional:
            outcome.checks.append((expected, "found", claim is not None, None))
            if claim is not None:
                outcome.checks.extend(_fields(expected, claim))
    outcome.false = [claim.surface for claim in left]
    return outcome


def _fields(expected: Expected, claim: NumericClaim) -> Iterator[tuple[Expected, str, bool, object]]:
    high = claim.value_high if claim.bound == "range" or expected.high is not None else None
    is_same = _near(claim.value, expected.value) and _near(high, expected.high)
    yield expected, "value", is_same, (claim.value, claim.value_high)
    as_of = claim.as_of_on.isoformat() if claim.as_of_on is not None else None
    got = {
        "unit": claim.unit,
        "bound": claim.bound,
        "direction": claim.direction,
        "source": claim.source_surface,
        "as_of": as_of[: _DIGITS[claim.as_of_on_precision or "day"]] if as_of else None,
        "place": claim.place_surface,
    }
    for name, value in got.items():
        wanted = expected.fields[name]
        if wanted != "*" and not (name == "bound" and expected.is_vague):
            yield expected, name, _fits(name, wanted, value), value


def _near(left: float | None, right: float | None) -> bool:
    if left is None or right is None:
        return left is right
    return abs(left - right) <= 1e-3 * max(abs(right), 1e-9)


def _fits(name: str, wanted: str | None, got: str | None) -> bool:
    if wanted is None or got is None:
        return wanted is got
    if name in ("source", "place"):
        left, right = (re.sub(r"^(the|an?) ", "", text.lower()) for text in (wanted, got))
        return left in right or right in left
    return any(got.endswith(one[1:]) if one[:1] == "*" else one == got for one in wanted.split(","))


def main() -> None:
    """Print the figures of each file given."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--wrong", action="store_true", help="print what is wrong, too")
    options = parser.parse_args()
    for path in options.files:
        _report(path, load(path), show=options.wrong)


def _report(path: Path, passages: list[Passage], *, show: bool) -> None:
    asked, right, missing = Counter[str](), Counter[str](), Counter[str]()
    whole, false = 0, 0
    for passage, outcome in zip(passages, outcomes(passages), strict=True):
        wrong = [check for check in outcome.checks if not check[2]]
        for _, name, is_right, got in outcome.checks:
            asked[name] += 1
            right[name] += is_right
            missing[name] += not is_right and got in (None, "exact")
        claims = {id(check[0]) for check in outcome.checks}
        whole += len(claims - {id(check[0]) for check in wrong})
        false += len(outcome.false)
        if show and (wrong or outcome.false):
            print(f"## {passage.text}")
            for expected, name, _, got in wrong:
                wanted = (expected.value, expected.high) if name == "value" else expected.fields.get(name)
                print(f"     {name} {expected.amount!r}: {got!r}, wanted {wanted!r}")
            for surface in outcome.false:
                print(f"     false {surface!r}")
    total = asked["found"]
    print(f"{path}: {len(passages)} passages, {total} claims, all fields right {whole}, false {false}")
    for name in FIELDS:
        print(
            f"  {name:10} asked {asked[name]:4} right {right[name]:4} = {right[name] / asked[name]:.1%}"
            f" (missing {missing[name]}, wrong {asked[name] - right[name] - missing[name]})"
        )


if __name__ == "__main__":
    main()
