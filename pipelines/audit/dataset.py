"""Rules about a run as a whole: how much of it left, how much came. Pure functions over counts.

Each has its thresholds in `expectations/dataset.toml`, so that a deployment's are edited there.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Account:
    """What became of the inputs that a run read, in numbers.

    `arrival_count`: the arrivals that the ledger holds of it, where they are still all there (this run).
    """

    run_id: str
    read: int
    stored: int
    unchanged: int
    duplicate: int
    rejected: int
    excluded: int
    arrival_count: int | None = None

    def fault(self) -> str | None:
        """What does not add up, in words."""
        known = self.stored + self.unchanged + self.duplicate + self.rejected + self.excluded
        if self.read != known:
            return f"run {self.run_id} read {self.read} inputs and accounts for {known}"
        if self.arrival_count is not None and self.arrival_count != self.stored + self.duplicate:
            counted = self.stored + self.duplicate
            return f"run {self.run_id} counted {counted} arrivals, the ledger holds {self.arrival_count}"
        return None


@dataclass(frozen=True, slots=True)
class RunHistory:
    """What runs did before this one.

    `stored_counts`: new documents of earlier runs, oldest first (runs without new input are passed over).
    `day_counts`: those of earlier days, oldest first. `same_day_count`: what earlier runs of this run's day
    stored. `stored_count`: this run, where it differs from the documents audited (a backfill audits old
    documents again). `accounts`: this run, and those since the last release.
    """

    stored_counts: Sequence[int] = ()
    day_counts: Sequence[int] = ()
    same_day_count: int = 0
    stored_count: int | None = None
    accounts: Sequence[Account] = ()


@dataclass(frozen=True, slots=True)
class Counts:
    """A run in numbers.

    `failing_rows`: rows that failed a rule themselves; `failing_documents`: documents that have such rows;
    `quarantined_rows`: all that left, those carried off with a parent too; `empty_documents`: documents
    in a supported language, no duplicates, in which no sentence was found.
    """

    rows: int
    failing_rows: int
    failing_documents: int
    quarantined_rows: int
    documents: int
    empty_documents: int
    history: RunHistory


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of a dataset rule: how many things were looked at, how many are wrong, and in words."""

    success: bool
    evaluated: int
    unexpected: int
    detail: str


def share_quarantined(counts: Counts, *, max_share: float, min_rows: int, min_documents: int) -> Verdict:
    """Too large a share of the rows left: judged from `min_rows` failing rows of `min_documents` up."""
    share = counts.quarantined_rows / counts.rows if counts.rows else 0.0
    judged = counts.failing_rows >= min_rows and counts.failing_documents >= min_documents
    detail = (
        f"{counts.quarantined_rows} of {counts.rows} rows left ({share:.1%}, at most {max_share:.1%}); "
        f"{counts.failing_rows} failed themselves, in {counts.failing_documents} documents"
    )
    return Verdict(not (judged and share > max_share), counts.rows, counts.quarantined_rows, detail)


def documents_losing_rows(counts: Counts, *, max_share: float, min_documents: int) -> Verdict:
    """Too many documents lost rows: judged from `min_documents` documents up."""
    return _share_of_documents(counts, counts.failing_documents, "lost rows", max_share, min_documents)


def documents_without_sentence(counts: Counts, *, max_share: float, min_documents: int) -> Verdict:
    """Too many documents without a sentence: judged from `min_documents` documents up."""
    what = "without a sentence"
    return _share_of_documents(counts, counts.empty_documents, what, max_share, min_documents)


def _share_of_documents(counts: Counts, bad: int, what: str, max_share: float, min_documents: int) -> Verdict:
    share = bad / counts.documents if counts.documents else 0.0
    detail = f"{bad} of {counts.documents} documents {what} ({share:.0%}, at most {max_share:.0%})"
    is_good = counts.documents < min_documents or share <= max_share
    return Verdict(is_good, counts.documents, bad, detail)


def volume_against_median(
    counts: Counts,
    *,
    runs: int,
    min_runs: int,
    days: int,
    min_days: int,
    min_ratio: float,
    max_ratio: float,
    min_documents: int,
) -> Verdict:
    """Far fewer or far more documents than usual, for a run and for its day, by the median of the last ones.

    Unusual is what is so both ways, in the same direction: the rest of a large input is a small run of a
    large day, and a day's first run among many is as large as others. Judged from `min_runs` earlier runs and
    `min_days` earlier days up, and only where this run or the median run reaches `min_documents`: one file or
    three is no trend. A run without new input (a backfill) is not judged.
    """
    history = counts.history
    now = counts.documents if history.stored_count is None else history.stored_count
    earlier_runs = [count for count in history.stored_counts if count > 0][-runs:]
    earlier_days = [count for count in history.day_counts if count > 0][-days:]
    if now == 0 or len(earlier_runs) < min_runs or len(earlier_days) < min_days:
        return Verdict(
            True,
            now,
            0,
            f"{now} documents; {len(earlier_runs)} earlier runs on {len(earlier_days)} earlier days, "
            f"judged from {min_runs} on {min_days}",
        )
    today = history.same_day_count + now
    median_run, median_day = statistics.median(earlier_runs), statistics.median(earlier_days)
    of_run, of_day = now / median_run, today / median_day
    detail = (
        f"{now} documents, {of_run:.2g} times the median run of {median_run:g}, and {today} on their day, "
        f"{of_day:.2g} times the median day of {median_day:g} (from {min_ratio:g} to {max_ratio:g} times)"
    )
    is_unusual = max(of_run, of_day) < min_ratio or min(of_run, of_day) > max_ratio
    success = not is_unusual or max(now, median_run) < min_documents
    return Verdict(success, now, 0 if success else now, detail)


def inputs_accounted_for(counts: Counts) -> Verdict:
    """Inputs that a run read and that are neither stored, known, rejected nor excluded: lost.

    Each run is judged by the next audit, at the latest: its own, or that of the run after it.
    """
    accounts = counts.history.accounts
    faults = [fault for account in accounts if (fault := account.fault())]
    found = "; ".join(faults[:3]) or "every input is accounted for"
    return Verdict(not faults, len(accounts), len(faults), f"{len(accounts)} runs: {found}")


CHECKS: dict[str, Callable[..., Verdict]] = {
    "share_quarantined": share_quarantined,
    "documents_losing_rows": documents_losing_rows,
    "documents_without_sentence": documents_without_sentence,
    "volume_against_median": volume_against_median,
    "inputs_accounted_for": inputs_accounted_for,
}
