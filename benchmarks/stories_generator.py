"""Generated stories with a known truth: what agrees, what conflicts, what is a copy, what is a paraphrase.

    python benchmarks/stories_generator.py FOLDER [--stories 240] [--seed 1]

Writes FOLDER/day-DATE.jsonl (the reports of one day of publication) and FOLDER/truth.json. The words are
those of `stories_events.toml`; people, towns, outlets and numbers are drawn from its lists with a seeded
generator, so one seed always gives the same corpus. A story has two to six reports by different outlets on
up to three days, one in ten of the later ones without a date. What is planted:

- figures: `agree` (one number everywhere), `hedge` (exact here, "about" or "nearly" there), `round` (1,960
  here, 2,000 without a hedge there), `conflict` (two exact numbers apart), `rising` (a toll that grows from
  day to day), a part ("including 3 children"), and a number of an older event in the background;
- statements: each in several wordings, direct and indirect, one quotation split in two elsewhere, a speaker
  who is named here and only "the mayor" there;
- copies: a report that another outlet runs with light edits, both credited to one agency;
- neighbours: the same kind of event in another town on the same day, or in the same town weeks later.

The spans of the truth count code points in the `text` of a record.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import tomllib
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

EVENTS = Path(__file__).with_name("stories_events.toml")

Lists = dict[str, list[str]]
LISTS: Lists = tomllib.loads(EVENTS.read_text(encoding="utf-8"))["lists"]
_AGENCIES = ("AFP", "Reuters", "AP")
_WORDS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip
_MARK = re.compile(r"<<([A-Za-z0-9]+)\|(.*?)>>", re.DOTALL)
_MODE_AGREEMENT = {
    "agree": ["agree"],
    "hedge": ["agree", "round_equal"],
    "round": ["round_equal", "agree"],
    "conflict": ["conflict"],
    "rising": ["agree", "round_equal"],
}


@dataclass
class Report:
    """One report as a record of a JSON Lines file, with what it holds of the truth."""

    report_id: str
    outlet: str
    title: str
    published: date
    text: str
    is_dated: bool = True
    copy_of: str | None = None
    agency: str | None = None
    spans: list[tuple[str, int, int]] = field(default_factory=list)


@dataclass
class Figure:
    """A quantity of a story: which values were planted and what an analyst should see."""

    figure_id: str
    category: str
    mode: str
    agreement: list[str]
    values: dict[int, int]
    """The number by day of publication, counted from the event."""
    other: int | None
    part: int | None = None


@dataclass
class Story:
    """An event, its cast, and its reports."""

    story_id: str
    kind: str
    event_on: date
    place: str
    reports: list[Report] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    speakers: dict[str, str] = field(default_factory=dict)


def make_stories(count: int, seed: int, lists: Lists = LISTS) -> list[Story]:
    """`count` stories, the same ones for the same seed; `lists`: other names, towns and outlets."""
    draw = random.Random(seed)
    events = tomllib.loads(EVENTS.read_text(encoding="utf-8"))["event"]
    stories: list[Story] = []
    while len(stories) < count:
        event = draw.choice(events)
        before = stories[-1] if stories and draw.random() < 0.2 else None
        if before and before.kind != event["kind"]:
            event = next(e for e in events if e["kind"] == before.kind)
        place, day = _town(draw, lists), date(2024, 1, 8) + timedelta(days=draw.randrange(150))
        if before and draw.random() < 0.5:
            place, day = before.place, before.event_on + timedelta(days=draw.randrange(20, 45))
        elif before:
            day = before.event_on
        stories.append(_story(draw, event, f"s{len(stories):05}", place, day, lists))
    return stories


def _town(draw: random.Random, lists: Lists) -> str:
    return draw.choice(lists["town_heads"]) + draw.choice(lists["town_tails"])


def _story(  # noqa: PLR0917
    draw: random.Random, event: dict[str, Any], story_id: str, place: str, day: date, lists: Lists
) -> Story:
    story = Story(story_id, event["kind"], day, place)
    names = {
        "place": place,
        "region": draw.choice(lists["regions"]),
        "spot": draw.choice(event["spots"]),
        "day": day.strftime("%A"),
        "org": f"{draw.choice(lists['firms'])} {draw.choice(lists['firm_tails'])}",
    }
    story.figures = [_figure(draw, one, f"F{n}") for n, one in enumerate(event["figure"])]
    cast = list(
        zip(event["roles"], draw.sample(lists["last"], 3), draw.sample(lists["first"], 3), strict=True)
    )
    story.speakers = {f"S{n}": f"{first} {last}" for n, (_, last, first) in enumerate(cast)}
    outlets = draw.sample(lists["outlets"], draw.choice((2, 3, 3, 4, 4, 5, 6)))
    used: dict[str, int] = {}
    for n, outlet in enumerate(outlets):
        offset = 0 if n == 0 else draw.choice((0, 0, 1, 1, 2))
        text, spans = _write(
            draw, event=event, story=story, names=names, cast=cast, offset=offset, turn=n, used=used
        )
        report = Report(
            f"{story_id}-r{n}",
            outlet,
            draw.choice(event["headlines"]).format(**names),
            day + timedelta(days=offset),
            text,
            is_dated=n == 0 or draw.random() > 0.1,
            spans=spans,
        )
        story.reports.append(report)
    if draw.random() < 0.25:
        story.reports.append(_copy(draw, story, lists))
    return story


def _figure(draw: random.Random, one: dict[str, Any], name: str) -> Figure:
    low, high = one["range"]
    mode = draw.choice(one["modes"])
    value = draw.randint(low, high)
    if mode in ("round", "hedge") and value >= 100:
        value -= value % 10
        value += draw.randint(1, 9)
    values, other = dict.fromkeys(range(3), value), None
    if mode == "rising":
        step = max(1, value // 3)
        values = {0: value, 1: value + step, 2: value + 2 * step}
    elif mode == "conflict":
        other = value + max(2, round(value * draw.uniform(0.2, 0.5)))
    part = draw.randint(2, max(2, value // 2)) if one.get("part") and value > 4 else None
    return Figure(name, one["category"], mode, _MODE_AGREEMENT[mode], values, other, part)


def _phrase(draw: random.Random, figure: Figure, offset: int, turn: int) -> str:
    value = figure.values[offset]
    if figure.mode == "conflict" and turn % 2:
        return _number(draw, figure.other or value)
    if figure.mode == "round" and turn % 2:
        return f"{_rounded(value):,}"
    if figure.mode == "hedge" and turn % 2:
        near = _rounded(value)
        if near == value:
            return f"about {_number(draw, value)}"
        word = draw.choice(("nearly", "almost", "about") if near > value else ("more than", "over", "about"))
        return f"{word} {near:,}"
    return _number(draw, value)


def _number(draw: random.Random, value: int) -> str:
    return _WORDS[value] if value < 10 or (value <= 12 and draw.random() < 0.5) else f"{value:,}"


def _rounded(value: int) -> int:
    """To one digit that counts, or two where one would be off by over 4%."""
    for digits in (1, 2):
        unit = 10 ** max(0, len(str(value)) - digits)
        near = round(value / unit) * unit
        if abs(near - value) <= 0.04 * value:
            return near
    return value


def _write(
    draw: random.Random,
    *,
    event: dict[str, Any],
    story: Story,
    names: dict[str, str],
    cast: list[tuple[str, str, str]],
    offset: int,
    turn: int,
    used: dict[str, int],
) -> tuple[str, list[tuple[str, int, int]]]:
    paragraphs = [draw.choice(event["leads"]).format(**names)]
    numbers = []
    for one, figure in zip(event["figure"], story.figures, strict=True):
        if turn < 2 or draw.random() < 0.7:
            at = used[figure.figure_id] = used.get(figure.figure_id, -1) + 1
            numbers.append(_figure_sentence(draw, one, figure, offset, at))
    paragraphs.append(" ".join(numbers))
    chosen = [n for n in range(3) if turn < 2 or draw.random() < 0.7]
    draw.shuffle(chosen)
    for n in chosen:
        paragraphs.append(_statement(draw, event["statement"][n], f"S{n}", cast[n]))
    if draw.random() < 0.4:
        old = story.event_on.year - draw.randint(4, 14)
        words = draw.choice(event["background"])
        number = _number(draw, draw.randint(*event["figure"][0]["range"]) + 1)
        paragraphs.append(_upper(words.format(oldyear=old, n=f"<<B{old}|{number}>>", **names)))
    paragraphs.append(draw.choice(event["closings"]))
    return _strip_marks("\n\n".join(p for p in paragraphs if p))


def _figure_sentence(draw: random.Random, one: dict[str, Any], figure: Figure, offset: int, at: int) -> str:
    number = _phrase(draw, figure, offset, at)
    sentence = draw.choice(one["sentences"])
    value = figure.values[offset]
    if "${n}" in sentence:
        sentence = sentence.replace("${n} million", "{n}")
        head, _, last = number.rpartition(" ")
        number = f"{head} ${last} million".strip()
        number = number.replace("$" + last, f"${_WORDS.index(last) if last in _WORDS else last}")
    sentence = sentence.replace("{n}", f"<<{figure.figure_id}|{number}>>")
    if figure.part and figure.part < value and draw.random() < 0.6:
        tail = one["part"].replace("{m}", f"<<P{figure.figure_id}|{_number(draw, figure.part)}>>")
        sentence = f"{sentence[:-1]}, {tail}."
    return _upper(sentence)


def _upper(sentence: str) -> str:
    """A capital at the start, inside a mark too."""
    match = re.match(r"(<<[A-Za-z0-9]+\|)?(.)", sentence, re.DOTALL)
    assert match
    return (match.group(1) or "") + match.group(2).upper() + sentence[match.end() :]


def _statement(draw: random.Random, one: dict[str, Any], key: str, speaker: tuple[str, str, str]) -> str:
    role, last, first = speaker
    article = "the " + role.lower()
    full = f"{role} {first} {last}" if draw.random() < 0.6 else f"{first} {last}, {article},"
    if draw.random() < 0.15:
        full = article
    short = last if first in full else article
    if draw.random() < 0.35:
        words = draw.choice(one["indirect"])
        return f"{_upper(full)} said that <<{key}|{words}>>."
    words = draw.choice(one["direct"])
    first_part, _, rest = words.partition(" || ")
    trailing = full.rstrip(",")
    form = draw.randrange(3)
    if not rest:
        if form == 0:
            return f"“<<{key}|{words},>>” {short if draw.random() < 0.3 else full} said."
        if form == 1:
            return f"“<<{key}|{words},>>” said {trailing}."
        return f"{_upper(full)} said: “<<{key}|{words}.>>”"
    if form == 0:
        return f"“<<{key}|{first_part},>>” said {trailing}. “<<{key}|{rest}.>>”"
    if form == 1:
        return f"“<<{key}|{first_part}. {rest},>>” {full} said."
    return f"{_upper(full)} said: “<<{key}|{first_part}. {rest}.>>”"


def _strip_marks(marked: str) -> tuple[str, list[tuple[str, int, int]]]:
    spans, pieces, at, last = [], [], 0, 0
    for match in _MARK.finditer(marked):
        before = marked[last : match.start()]
        inner = match.group(2)
        at += len(before)
        spans.append((match.group(1), at, at + len(inner)))
        at += len(inner)
        pieces += [before, inner]
        last = match.end()
    pieces.append(marked[last:])
    return "".join(pieces), spans


def _copy(draw: random.Random, story: Story, lists: Lists) -> Report:
    """Another outlet's run of one report: its last paragraph gone or an opening added, the agency named."""
    original = draw.choice(story.reports)
    agency = draw.choice(_AGENCIES)
    outlet = draw.choice([o for o in lists["outlets"] if all(r.outlet != o for r in story.reports)])
    text, shift = original.text, 0
    line = f"{story.place.upper()} ({agency}) — "
    text, shift = line + text, len(line)
    original.text, original.agency = text, agency
    original.spans = [(key, a + shift, b + shift) for key, a, b in original.spans]
    if draw.random() < 0.6:
        text = text.rpartition("\n\n")[0]
    spans = [(key, a, b) for key, a, b in original.spans if b <= len(text)]
    return Report(
        f"{story.story_id}-c",
        outlet,
        original.title,
        original.published + timedelta(days=draw.choice((0, 0, 1))),
        text,
        copy_of=original.report_id,
        agency=agency,
        spans=spans,
    )


def record(report: Report) -> dict[str, str]:
    """The report as a line of the JSON Lines file."""
    host = re.sub(r"[^a-z]", "", report.outlet.lower())
    row = {
        "url": f"https://{host}.example/{report.report_id}",
        "outlet": report.outlet,
        "title": report.title,
        "text": report.text,
    }
    return row | ({"published": report.published.isoformat()} if report.is_dated else {})


def write(stories: list[Story], folder: Path) -> None:
    """The reports by day of publication, and the truth."""
    folder.mkdir(parents=True, exist_ok=True)
    days: dict[str, list[str]] = {}
    reports = sorted((r for s in stories for r in s.reports), key=lambda r: (r.published, r.report_id))
    for report in reports:
        days.setdefault(report.published.isoformat(), []).append(
            json.dumps(record(report), ensure_ascii=False)
        )
    for day, lines in days.items():
        (folder / f"day-{day}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    truth = json.dumps([asdict(s) for s in stories], default=str, ensure_ascii=False, indent=1)
    (folder / "truth.json").write_text(truth, encoding="utf-8")


def main() -> None:
    """Write a corpus into a folder."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--stories", type=int, default=240)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    write(make_stories(given.stories, given.seed), given.folder)


if __name__ == "__main__":
    main()
