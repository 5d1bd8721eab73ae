"""Publication dates as pages and metadata print them.

A printed date stands on a line of its own, with nothing beside it but labels ("Updated", "Published on"), a
weekday, a time with its zone, and reading time. Rules:

- A time gives `at` only where its zone is known: an offset, UTC, or an abbreviation of `timezones.csv`.
  `on` stays the date as printed, `at` is in UTC.
- 17/04/2024 has one reading, 03/04/2024 two: None, unless a weekday beside it fits only one. With full stops
  (03.04.2024) the day comes first. 2024/04/03 is year, month, day.
- A date without a year, and a relative one ("2 hours ago"), is None.
- Of several dates on a line the one labelled as publication, else the first.
- Month names of other languages are left to dateparser, in its default settings.
"""

from __future__ import annotations

import email.utils
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import cache
from typing import Literal
from zoneinfo import ZoneInfo

from pipelines.ingest.calendar_grammar import DAY, GAP, YEAR, alternatives, day_number, make_date, number
from pipelines.reference import read_table, words

# A line longer than this holds prose beside its date.
MAX_PRINTED_CHARS = 160
Precision = Literal["day", "month", "year"]
_FALLBACK_LANGUAGES = ["de", "fr", "es", "it", "pt", "nl", "pl", "ru", "uk", "tr", "sv", "ro"]


@dataclass(frozen=True, slots=True)
class PrintedDate:
    """A publication date. `at` is UTC without tzinfo, None where time or zone is not known.

    `start` and `end` are the date's span in the text that was read.
    """

    on: date
    precision: Precision
    at: datetime | None = None
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """A line read for dates: the date or None, and what is left of the line beside date, time and labels.

    `is_clock`: a time of day without a date, as over an entry of a liveblog.
    """

    printed: PrintedDate | None
    rest: str
    is_dated: bool
    is_clock: bool = False


def parse_printed(text: str) -> PrintedDate | None:
    """The publication date on a line that holds nothing else; None for prose or a date that is not fixed."""
    line = read_line(text)
    if line.rest:
        return _foreign(text)
    return line.printed


def parse_metadata(text: str) -> PrintedDate | None:
    """A date from metadata: ISO 8601, RFC 2822, seconds since 1970, or any printed form. Never raises."""
    text = text.strip()
    if not text or len(text) > MAX_PRINTED_CHARS:
        return None
    return _iso(text) or _rfc2822(text) or _epoch(text) or parse_printed(text)


def read_line(text: str) -> PrintedLine:
    """Find dates, times and labels on a line by own rules. Over-long lines have no date; never raises."""
    if len(text) > MAX_PRINTED_CHARS:
        return PrintedLine(None, text, is_dated=False)
    dates = list(_date_pattern().finditer(text))
    blank = _blank(text, dates)
    clocks = list(_clock_pattern().finditer(blank))
    blank = _blank(blank, clocks)
    zones = list(_lone_zone_pattern().finditer(blank)) if clocks else []
    blank = _blank(blank, zones)
    weekdays = list(re.finditer(rf"\b{alternatives('weekday')}(?!\w)", blank))
    blank = _blank(blank, weekdays)
    ago = list(_ago_pattern().finditer(blank))
    rest = _without_labels(_blank(blank, ago))
    weekday = number("weekday", weekdays[0].group()) if weekdays else None
    printed = _choose(text, dates, clocks, weekday, zones[0].group() if len(zones) == 1 else None)
    is_clock = bool(clocks) and not (dates or ago)
    return PrintedLine(printed, rest, is_dated=bool(dates or ago or (clocks and not rest)), is_clock=is_clock)


def _blank(text: str, matches: list[re.Match[str]]) -> str:
    for match in matches:
        text = text[: match.start()] + " " * (match.end() - match.start()) + text[match.end() :]
    return text


def _without_labels(text: str) -> str:
    labels = _labels("date_label")
    tokens = re.findall(r"\w+(?:['’]\w+)?|[^\w\s]", text)
    rest = [t for t in tokens if not (t.casefold() in labels or re.fullmatch(r"[|·•.,:;/()\[\]–—-]", t))]
    return text.strip(" \t|·•,:;/–—-") if rest else ""


@cache
def _labels(kind: str) -> frozenset[str]:
    return words("page_words", "form", {"kind": kind})


@cache
def _date_pattern() -> re.Pattern[str]:
    month = alternatives("month")
    # Pages lose the space between date and time: "June 4, 20246:01 AM".
    year = rf"(?:{YEAR}|(?:19|20)\d\d(?=\d{{1,2}}:\d\d))"
    choices = (
        r"(?P<y0>(?:19|20)\d\d)[-/.](?P<n0>0?[1-9]|1[0-2])[-/.](?P<d0>0?[1-9]|[12]\d|3[01])(?=T|\b)",
        r"(?P<a>\d{1,2})(?P<sep>[/.-])(?P<b>\d{1,2})(?P=sep)(?P<y1>(?:19|20)\d\d|\d\d)(?!\d)",
        rf"(?P<d2>{DAY}){GAP}?[-. ]?(?:of{GAP})?(?P<m2>{month}){GAP}?[-,.]?{GAP}?(?P<y2>{year})",
        rf"(?P<m3>{month}){GAP}?(?P<d3>{DAY}),?{GAP}(?P<y3>{year})",
        rf"(?P<m4>{month}),?{GAP}(?P<y4>{year})",
        rf"(?P<part>(?:{month}{GAP}{DAY}|{DAY}{GAP}{month}))(?![\w])",
    )
    return re.compile(rf"(?<![\w/])(?:{'|'.join(choices)})", re.IGNORECASE)


@cache
def _clock_pattern() -> re.Pattern[str]:
    zones = "|".join(sorted(_zones(), key=len, reverse=True))
    zone = rf"(?P<zone>(?:GMT|UTC)?[ ]?[+\u2212-]\d{{1,2}}:?(?:\d\d)?(?!\d)|\b(?:{zones})\b|(?<=\d)Z\b)"
    half = r"(?P<half>[ap]\.?m\b\.?)"
    clock = (
        rf"(?P<h1>[01]?\d|2[0-4])[:.h](?P<min1>[0-5]\d)(?::(?P<sec>[0-5]\d)(?:[.,]\d{{1,9}})?)?(?:{GAP}?{half})?"
        rf"|(?P<h2>1[0-2]|0?[1-9]){GAP}?(?P<half2>[ap]\.?m\b\.?)"
        rf"|(?P<h3>[01]\d|2[0-3])(?P<min3>[0-5]\d)(?={GAP}(?:{zones})\b|{GAP}hrs?\b)"
    )
    return re.compile(rf"(?<![\w:.])T?(?:{clock})(?:{GAP}?(?:hrs?\b{GAP})?\(?{zone}\)?)?", re.IGNORECASE)


@cache
def _lone_zone_pattern() -> re.Pattern[str]:
    """A zone apart from its time: "10:00, 17 April 2024 (GMT+4)"."""
    zones = "|".join(sorted(_zones(), key=len, reverse=True))
    worded = "|".join(zone for zone in (row["abbreviation"] for row in _zone_rows()) if " " in zone)
    offset = r"(?:GMT|UTC)[ ]?[+\u2212-]\d{1,2}(?::?\d\d)?(?!\d)"
    return re.compile(rf"\b{offset}|\b(?:(?i:{worded})|{zones})\b")


@cache
def _ago_pattern() -> re.Pattern[str]:
    return re.compile(
        rf"\b(?:\d{{1,3}}|an?|one){GAP}?(?:s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?|months?|years?)"
        rf"{GAP}ago\b|\b\d{{1,3}}[ -]?min(?:ute)?s?\.?{GAP}(?:read|watch)\b|\bjust now\b|\byesterday\b",
        re.IGNORECASE,
    )


@cache
def _zones() -> dict[str, str]:
    return {row["abbreviation"].upper(): row["zone"] for row in _zone_rows()}


def _zone_rows() -> list[dict[str, str]]:
    return read_table("timezones", ("abbreviation", "zone"))


def _choose(
    text: str, dates: list[re.Match[str]], clocks: list[re.Match[str]], weekday: int | None, zone: str | None
) -> PrintedDate | None:
    known = [(m, day) for m in dates if (day := _date_of(m, weekday if len(dates) == 1 else None))]
    if not known:
        return None
    first_labels = _labels("date_label_first")

    def is_publication(match: re.Match[str]) -> bool:
        before = re.findall(r"\w+", text[max(0, match.start() - 40) : match.start()].casefold())
        return any(word in first_labels for word in before[-3:])

    match, (on, precision) = next(((m, day) for m, day in known if is_publication(m)), known[0])
    clock = _clock_of(match, clocks, dates)
    at = _utc(on, clock, zone) if clock and precision == "day" else None
    return PrintedDate(on, precision, at, match.start(), match.end())


def _date_of(match: re.Match[str], weekday: int | None) -> tuple[date, Precision] | None:
    group = match.groupdict()
    if group["part"]:
        return None
    if group["m4"]:
        return date(int(group["y4"]), number("month", group["m4"]), 1), "month"
    on: date | None
    if group["a"]:
        on = _numeric(int(group["a"]), int(group["b"]), group["y1"], group["sep"], weekday)
    elif group["y0"]:
        on = make_date(int(group["y0"]), int(group["n0"]), int(group["d0"]))
    else:
        key = "2" if group["m2"] else "3"
        month = number("month", group["m" + key])
        on = make_date(int(group["y" + key]), month, day_number(group["d" + key]))
    return (on, "day") if on else None


def _numeric(a: int, b: int, year_text: str, separator: str, weekday: int | None) -> date | None:
    year = int(year_text) + (2000 if len(year_text) == 2 else 0)
    readings = {on for day, month in ((a, b), (b, a)) if (on := make_date(year, month, day))}
    if len(readings) > 1 and weekday is not None:
        readings = {on for on in readings if on.weekday() == weekday} or readings
    if len(readings) > 1 and separator == ".":
        return make_date(year, b, a)
    return readings.pop() if len(readings) == 1 else None


def _clock_of(
    match: re.Match[str], clocks: list[re.Match[str]], dates: list[re.Match[str]]
) -> re.Match[str] | None:
    if len(dates) == 1:
        return clocks[0] if clocks else None

    # Of several dates each has the time that stands nearest, on either side.
    def distance(clock: re.Match[str], date_match: re.Match[str]) -> int:
        return max(clock.start() - date_match.end(), date_match.start() - clock.end())

    own = [clock for clock in clocks if min(dates, key=lambda other: distance(clock, other)) is match]
    return min(own, key=lambda clock: distance(clock, match), default=None)


def _utc(on: date, clock: re.Match[str], lone_zone: str | None) -> datetime | None:
    group = clock.groupdict()
    zone_name = group["zone"] or lone_zone
    zone = _zone(zone_name) if zone_name else None
    hour = int(group["h1"] or group["h2"] or group["h3"])
    half = (group["half"] or group["half2"] or "").casefold()
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    if zone is None or hour > 23:
        return None
    minute = int(group["min1"] or group["min3"] or 0)
    return _to_utc(datetime.combine(on, time(hour, minute, int(group["sec"] or 0)), zone))


def _zone(name: str) -> tzinfo | None:
    text = _zones().get(" ".join(name.split()).upper(), name.strip())
    match = re.fullmatch(r"(?:GMT|UTC)?\s?([+\u2212-])(\d{1,2}):?(\d\d)?", text, re.IGNORECASE)
    if match is None:
        return ZoneInfo(text) if "/" in text else None
    minutes = int(match[2]) * 60 + int(match[3] or 0)
    # The widest offset in use is 14 hours; a larger number is no offset.
    return timezone(timedelta(minutes=minutes if match[1] == "+" else -minutes)) if minutes <= 840 else None


def _to_utc(moment: datetime) -> datetime | None:
    try:
        return moment.astimezone(UTC).replace(tzinfo=None)
    except OverflowError:
        return None


def _iso(text: str) -> PrintedDate | None:
    if match := re.fullmatch(r"((?:19|20)\d\d)(?:-(0[1-9]|1[0-2]))?", text):
        return PrintedDate(
            date(int(match[1]), int(match[2] or 1), 1), "month" if match[2] else "year", None, 0, len(text)
        )
    if not re.match(r"\d{4}-?\d\d-?\d\d", text):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    at = _to_utc(moment) if moment.tzinfo else None
    return PrintedDate(moment.date(), "day", at, 0, len(text))


def _rfc2822(text: str) -> PrintedDate | None:
    if not re.match(r"(?:[A-Za-z]{3},? )?\d{1,2} [A-Za-z]{3} \d{4} \d", text):
        return None
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except (ValueError, IndexError, OverflowError):
        return None
    at = _to_utc(moment) if moment.tzinfo else None
    return PrintedDate(moment.date(), "day", at, 0, len(text))


def _epoch(text: str) -> PrintedDate | None:
    if not re.fullmatch(r"\d{9,10}|\d{12,13}", text):
        return None
    seconds = int(text) / (1000 if len(text) > 10 else 1)
    moment = datetime.fromtimestamp(seconds, UTC)
    return PrintedDate(moment.date(), "day", moment.replace(tzinfo=None), 0, len(text))


def _foreign(text: str) -> PrintedDate | None:
    """A day, a month's name and a year in another language. Only such lines are worth dateparser's time."""
    text = text.strip()
    if len(text) > 60 or not re.search(r"\b\d{1,2}\b", text) or not re.search(r"\b(?:19|20)\d\d\b", text):
        return None
    if len(re.findall(r"[^\W\d_]{3,}", text)) not in (1, 2, 3):
        return None
    import dateparser

    settings = {"STRICT_PARSING": True, "REQUIRE_PARTS": ["day", "month", "year"]}
    try:
        moment = dateparser.parse(text, languages=_FALLBACK_LANGUAGES, settings=settings)
    except Exception:  # it raises many kinds on odd input, and a date is never worth a document
        return None
    return PrintedDate(moment.date(), "day", None, 0, len(text)) if moment else None
