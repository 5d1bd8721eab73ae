"""What the command line shows: a run's outcome, the state of a deployment, query results.

Belongs here: choosing and laying out facts for a person. Does not belong here: changing anything.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
from rich.text import Text

from pipelines import terminal
from pipelines.explain import Explanation, Passage, shown_columns
from pipelines.model import Run
from pipelines.search import Found
from pipelines.settings import Home
from pipelines.warehouse.connection import open_release
from pipelines.warehouse.gate import HeldBackError, held_back
from pipelines.warehouse.ledger import Ledger
from pipelines.warehouse.release import ReleaseInfo, current_release
from pipelines.warehouse.rulings import orphaned, waiting
from pipelines.warehouse.sources import Source

if TYPE_CHECKING:
    from pipelines.warehouse.forget import Forgotten

_FOUND = """
SELECT (SELECT count(*) FROM main.documents) AS documents,
       (SELECT count(*) FROM main.quotes WHERE NOT is_headline AND NOT is_negated) AS quotes,
       (SELECT count(*) FROM main.numeric_claims) AS claims,
       (SELECT count(*) FROM main.entities) AS entities
"""

_EXAMPLES = (
    (
        "Who gives which number of the same thing?",
        """
        SELECT source_label AS source, value, bound, noun, agreement, given_by
        FROM marts.figure_comparison
        WHERE source_count > 1
        QUALIFY dense_rank() OVER (
            ORDER BY reported_high > reported_low DESC, source_count DESC, label, figure_id) = 1
        ORDER BY value, source_label, claim_id LIMIT 6
        """,
    ),
    (
        "What did the person quoted by most sources say, in each one's words?",
        """
        WITH most AS (
            SELECT speaker FROM marts.quote_feed WHERE speaker IS NOT NULL AND kind = 'direct'
            GROUP BY speaker ORDER BY count(DISTINCT source_label) DESC, count(*) DESC, speaker LIMIT 1
        )
        SELECT q.speaker, q.surface AS words, q.source_label AS source, q.said_on
        FROM marts.quote_feed AS q JOIN most USING (speaker)
        WHERE q.kind = 'direct' ORDER BY length(q.surface), q.source_label LIMIT 4
        """,
    ),
    (
        "Which words stand in quotation marks without being anybody's?",
        """
        SELECT s.surface AS words, count(*) AS times, any_value(d.source_label) AS source
        FROM main.scare_quotes AS s JOIN main.documents AS d USING (document_id)
        GROUP BY ALL ORDER BY times DESC, words LIMIT 3
        """,
    ),
)


def found_counts(home: Home) -> dict[str, int] | None:
    """Documents, quotes, claims and entities of the current release; None before the first."""
    if current_release(home) is None:
        return None
    with open_release(home.database) as connection:
        row = connection.execute(_FOUND).fetchone()
    return dict(zip(("documents", "quotes", "claims", "entities"), row or (), strict=True))


def run_facts(home: Home, ledger: Ledger, run: Run) -> dict[str, Any]:
    """A run as facts, for `--json`."""
    return {
        "run": asdict(run),
        "release": current_release(home),
        "database": str(home.database),
        "found": found_counts(home),
        "quarantined": _held_rows(ledger, run.run_id),
        "rejected": [asdict(row) for row in ledger.rows("rejected_documents", "run_id = ?", [run.run_id])],
        "failed": _failed_rules(ledger, run.run_id),
    }


def _held_rows(ledger: Ledger, run_id: str) -> list[dict[str, Any]]:
    rows = ledger.rows(
        "quarantined_rows", "run_id = ? AND expectation NOT IN ('parent_quarantined', 'ruling')", [run_id]
    )
    return [
        {"table": row.table_name, "expectation": row.expectation, "reason": row.reason, "row": row.row}
        for row in rows
    ]


def _failed_rules(ledger: Ledger, run_id: str) -> list[dict[str, Any]]:
    rows = ledger.rows("validation_results", "run_id = ? AND NOT success", [run_id])
    return [asdict(row) for row in rows]


def print_run(home: Home, ledger: Ledger, run: Run) -> None:
    """What a run found, what it held back, and where to look."""
    console = terminal.out()
    console.print(Text(f"run {run.run_id}: {_OUTCOMES[run.outcome]}", style="bold"))
    console.print(
        f"read {run.read_count} documents: {run.stored_count} new, {run.unchanged_count} unchanged, "
        f"{run.duplicate_count} known at a further path, {run.rejected_count} rejected, "
        f"{run.excluded_count} excluded; published {run.published_count}"
        + (f"; {run.deferred_count:,} left to the next run" if run.deferred_count else "")
    )
    for row in ledger.rows("rejected_documents", "run_id = ?", [run.run_id])[:5]:
        console.print(Text(terminal.safe(f"  rejected {row.source_uri}: {row.reason}: {row.detail or ''}")))
    counts = found_counts(home)
    if counts:
        console.print(
            "the release holds " + ", ".join(f"{number:,} {what}" for what, number in counts.items())
        )
    _print_held(ledger, run)
    if run.outcome == "held_back":
        _print_way_out(ledger, run)
    elif run.outcome == "failed":
        console.print(Text(terminal.safe(f"reason: {run.detail}"), style="red"))
        console.print("The release stays as it is. Run again; DATELINE_DEBUG=1 shows where it failed.")
    if counts:
        console.print(Text(f"database: {home.database}"))


_OUTCOMES = {
    "published": "published",
    "nothing_new": "nothing new, the release stays as it is",
    "held_back": "held back by the audit, the release stays as it is",
    "failed": "failed, the release stays as it is",
    "interrupted": "interrupted, the release stays as it is",
    "running": "running",
}


def _print_held(ledger: Ledger, run: Run) -> None:
    rows = _held_rows(ledger, run.run_id)
    console = terminal.out()
    console.print(f"rows held back: {run.quarantined_count}")
    for row in rows[:5]:
        surface = json.loads(row["row"]).get("surface") or ""
        console.print(Text(terminal.safe(f"  {row['table']} “{surface[:60]}”: {row['reason']}")))
    if len(rows) > 5:
        where = "audit.quarantined_rows" if run.outcome == "published" else "dateline run --json"
        console.print(f"  … and {len(rows) - 5} more: {where}")


def _print_way_out(ledger: Ledger, run: Run) -> None:
    console = terminal.out()
    for rule in ledger.rows(
        "validation_results", "run_id = ? AND NOT success AND severity = 'blocking'", [run.run_id]
    ):
        console.print(Text(terminal.safe(f"  failed: {rule.expectation}: {rule.detail or ''}"), style="red"))
    console.print("To publish it all the same:")
    console.print(Text(f'  dateline release approve {run.run_id} --why "…"'))
    suspects = _suspects(ledger, run)
    if suspects:
        console.print("To leave a source out and run again:")
    for uri in suspects:
        console.print(Text(terminal.safe(f'  dateline source exclude "{uri}" --why "…"')))


def _suspects(ledger: Ledger, run: Run) -> list[str]:
    """Sources of the documents that lost most rows in a run; else what the run would have published."""
    losses: dict[str, int] = {}
    for row in ledger.rows("quarantined_rows", "run_id = ?", [run.run_id]):
        if row.document_id:
            losses[row.document_id] = losses.get(row.document_id, 0) + 1
    worst = sorted(losses, key=lambda document_id: (-losses[document_id], document_id))[:3]
    found = []
    for document_id in worst:
        landed = ledger.landed("document_id = ? AND state = 'pending'", [document_id])
        found += [landed[-1].place] if landed else []
    if found:
        return found
    try:
        held = set(held_back(ledger, run.run_id)[0])
    except HeldBackError:
        return []
    return [row.place for row in ledger.landed("state = 'pending'") if row.seq in held][:3]


# The figure whose evidence is worth a look first.
_MOST_SOURCES = """
    SELECT figure_id FROM main.figures
    ORDER BY agreement = 'conflict' DESC, source_count DESC, claim_count DESC, figure_id LIMIT 1"""


def print_examples(home: Home) -> None:
    """Rows worth a look from the views, and what to try next."""
    console = terminal.out()
    with open_release(home.database) as connection:
        for title, query in _EXAMPLES:
            cursor = connection.execute(query)
            columns = [column[0] for column in cursor.description or []]
            rows = cursor.fetchall()
            if rows:
                console.print()
                console.print(terminal.table(columns, rows, title))
        figure = connection.execute(_MOST_SOURCES).fetchone()
    console.print()
    console.print("Try next:")
    home_setting = f"DATELINE_HOME={_short(home)} "
    explained = [f"{home_setting}.venv/bin/dateline explain figure {figure[0][:8]}"] if figure else []
    for command in (
        f"{home_setting}.venv/bin/dateline dashboard      # all of it in a browser, on this machine alone",
        f'{home_setting}.venv/bin/dateline sql "from marts.troop_counts select source_label, value, bound"',
        f"{home_setting}.venv/bin/dateline sql            # every table and view, with an example question",
        *explained,
        ".venv/bin/dateline run FOLDER             # your own reports, into warehouse/",
        ".venv/bin/dagster dev                     # the asset graph, schedule and checks in a browser",
    ):
        console.print(Text(f"  {command}"), soft_wrap=True)


def _short(home: Home) -> str:
    try:
        return str(home.path.relative_to(Path.cwd()))
    except ValueError:
        return str(home.path)


def status_facts(home: Home, ledger: Ledger) -> dict[str, Any]:
    """The state of a deployment as facts, for `--json`."""
    runs = ledger.rows("runs")
    return {
        "home": str(home.path),
        "release": current_release(home),
        "database": str(home.database),
        "found": found_counts(home),
        "pending_documents": len(ledger.landed("state = 'pending'")),
        "runs": [asdict(run) for run in runs[-10:]],
        "held_back": [run.run_id for run in _open_held_back(ledger, runs)],
        "waiting_rulings": waiting(home, ledger),
        "orphaned_rulings": [asdict(ruling) for ruling in orphaned(ledger)],
    }


def _open_held_back(ledger: Ledger, runs: Sequence[Run]) -> list[Run]:
    """Held-back runs whose documents still wait: those after the last published run."""
    if not ledger.landed("state = 'pending'"):
        return []
    waiting: list[Run] = []
    for run in runs:
        if run.outcome == "published":
            waiting = []
        elif run.outcome == "held_back":
            waiting.append(run)
    return waiting


def print_status(home: Home, ledger: Ledger) -> None:
    """The release in force, the last runs, what waits, and the way out of a held-back run."""
    console = terminal.out()
    facts = status_facts(home, ledger)
    console.print(Text(f"home: {home.path}"))
    console.print(Text(f"release: {facts['release'] or 'none yet'}"))
    if facts["found"]:
        console.print(", ".join(f"{number:,} {what}" for what, number in facts["found"].items()))
    if facts["pending_documents"]:
        console.print(f"landed and not published: {facts['pending_documents']}")
    if facts["waiting_rulings"]:
        console.print(f"rulings that the next run applies or takes back: {facts['waiting_rulings']}")
    for ruling in facts["orphaned_rulings"]:
        about = ruling["surface"] or ruling["row_key"] or ""
        line = (
            f"orphaned, fits no row: {ruling['kind']} {ruling['ruling_id']} “{about[:60]}”: {ruling['why']}"
        )
        console.print(Text(terminal.safe(line)), soft_wrap=True)
    runs = ledger.rows("runs")
    if runs:
        _print_runs(runs[-10:])
    for run in _open_held_back(ledger, runs)[-1:]:
        console.print(Text(f"run {run.run_id} is held back:", style="bold"))
        _print_way_out(ledger, run)


def _print_runs(runs: Sequence[Run]) -> None:
    """Runs as a table; how they were started and what was said of them only where there is room."""
    console = terminal.out()
    columns = ("run", "outcome", "read", "new", "rejected", "held back", "trigger", "detail")
    rows = [
        (
            run.run_id,
            run.outcome.replace("_", " "),
            run.read_count,
            run.stored_count,
            run.rejected_count,
            run.quarantined_count,
            run.trigger,
            run.detail or "",
        )
        for run in runs
    ]
    shown = len(columns) if terminal.fits(columns, rows, console.width) else len(columns) - 2
    console.print(terminal.table(columns[:shown], [row[:shown] for row in rows]))


# Columns of a window in which names, values and meanings stand side by side.
_WIDE_ENOUGH = 120


def print_settings(rows: Sequence[Sequence[Any]]) -> None:
    """Settings as a table; in a narrow window each with its meaning below it."""
    console = terminal.out()
    if console.width >= _WIDE_ENOUGH:
        console.print(terminal.table(("setting", "value", "from", "meaning"), rows))
        return
    for name, value, origin, meaning in rows:
        shown = Text(str(name), style="bold").append(" = ", "default").append(terminal.cell(value))
        terminal.say(console, shown.append(f"  ({origin})", "dim"))
        terminal.say(console, terminal.safe(meaning), 2)


def print_releases(found: Sequence[ReleaseInfo]) -> None:
    """Releases as a table."""
    rows = [
        (
            info.release_id,
            "current" if info.is_current else "",
            f"{info.published_at:%Y-%m-%d %H:%M}",
            f"{info.size_bytes / 1e6:.1f} MB",
        )
        for info in found
    ]
    terminal.out().print(terminal.table(("release", "", "published (UTC)", "size"), rows))


def print_sources(sources: Sequence[Source], excluded: Sequence[Sequence[Any]]) -> None:
    """Listed and excluded sources."""
    console = terminal.out()
    rows = [(s.address, s.outlet, s.language, s.schedule, s.columns) for s in sources]
    if rows:
        console.print(terminal.table(("source", "outlet", "language", "schedule", "columns"), rows))
    else:
        console.print("no source is listed: 'dateline source add PATH' lists one")
    if excluded:
        console.print(terminal.table(("excluded", "by", "why"), excluded))


def print_forgotten(done: Forgotten) -> None:
    """What a document was taken out of, and what a person still has to look at."""
    console = terminal.out()

    def say(line: str) -> None:
        console.print(terminal.safe(line), markup=False, highlight=False, soft_wrap=True)

    say(f"forgotten: {', '.join(done.document_ids)}")
    say(
        f"rewritten: {len(done.releases)} releases, {done.rewritten_files} inputs in landing; "
        f"removed: {done.removed_files} files of landing, {done.log_count} log entries"
    )
    for file in done.inputs:
        say(f"the file it was read from is yours and still there: {file}")
    for document_id in done.copies:
        say(f"a copy under another id stays: {document_id}")
    if not done.is_compact:
        say("another process reads the ledger: close it and run this command again")


def table_facts(connection: duckdb.DuckDBPyConnection) -> list[dict[str, str]]:
    """Tables and views of a release with what they hold: views first."""
    rows = connection.execute(
        """
        SELECT schema_name || '.' || name AS name, comment FROM (
            SELECT schema_name, table_name AS name, comment FROM duckdb_tables()
            WHERE database_name = current_database()
            UNION ALL
            SELECT schema_name, view_name, comment FROM duckdb_views()
            WHERE database_name = current_database() AND NOT internal
            UNION ALL
            SELECT schema_name, function_name || '(' || array_to_string(parameters, ', ') || ')', comment
            FROM duckdb_functions()
            WHERE database_name = current_database() AND function_type = 'table_macro' AND NOT internal)
        WHERE schema_name IN ('main', 'marts', 'audit')
        ORDER BY schema_name = 'marts' DESC, schema_name = 'main' DESC, name
        """
    ).fetchall()
    return [dict(zip(("name", "comment"), row, strict=True)) for row in rows]


def print_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Tables and views of a release with what they hold."""
    rows = [tuple(row.values()) for row in table_facts(connection)]
    terminal.out().print(terminal.table(("name", "what it holds"), rows))


def print_found(found: Found) -> None:
    """Hits of a search, each with its words marked [[so]], where it stands, and how to see more."""
    console = terminal.out()
    for hit in found.hits:
        line = Text(terminal.safe(f"{hit.who}: ") if hit.who else "", style="bold")
        at = 0
        for start, end in hit.marks:
            line.append(terminal.safe(hit.text[at:start]), style="not bold")
            line.append(f"[[{terminal.safe(hit.text[start:end])}]]", style="bold yellow")
            at = end
        terminal.say(console, line.append(terminal.safe(hit.text[at:]), style="not bold"))
        when = hit.published_on.isoformat() if hit.published_on else "no date"
        more = hit.source_uri if hit.kind == "document" else f"dateline explain {hit.kind} {hit.row_id[:12]}"
        where = f"  {hit.source_label}, {when}; {more}"
        console.print(Text(terminal.safe(where), style="dim"), soft_wrap=True)
    if not found.hits:
        console.print("nothing holds all of these words")
    elif found.total > len(found.hits):
        terminal.err().print(f"{len(found.hits)} of {found.total:,}; --limit 0 shows all")


def print_explanation(found: Explanation) -> None:
    """A row, what it rests on, and each sentence with its span marked [[so]], in colour on a terminal."""
    console = terminal.out()
    if found.redirected_from:
        console.print(Text(f"{found.redirected_from} joined {found.row_id}"))
    console.print(Text(f"{found.kind} {found.row_id}", style="bold"))
    for column in shown_columns(found.kind):
        value = found.row.get(column)
        if value is None or value == [] or column == f"{found.kind}_id":
            continue
        name = found.names.get(column)
        shown = f"{terminal.safe(name)} ({value})" if name else terminal.cell(value).plain
        terminal.say(console, Text(f"{column}: {shown}"), 2)
    if found.wider:
        console.print(Text(f"  more: dateline explain {found.wider[0]} {found.wider[1]}"), soft_wrap=True)
    for ruling in found.rulings:
        terminal.say(console, Text(terminal.safe(f"ruling: {ruling}")), 2)
    for check in found.date_checks:
        terminal.say(console, Text(terminal.safe(f"against dates: {check}")), 2)
    for passage in found.passages:
        console.print()
        _print_passage(passage)


def _print_passage(passage: Passage) -> None:
    console = terminal.out()
    when = passage.published_on.isoformat() if passage.published_on else "no date"
    notes = [passage.relation, f"given by {passage.given_by}" if passage.given_by else None, passage.method]
    if passage.confidence is not None:
        notes.append(f"confidence {passage.confidence:.2f}")
    if passage.is_duplicate:
        notes.append("copy of an earlier document")
    notes += passage.agencies
    head = f"{passage.source_label}, {when}: {'; '.join(note for note in notes if note)}"
    terminal.say(console, Text(terminal.safe(head), style="bold"))
    text = passage.sentence
    line = Text()
    line.append(terminal.safe(text[: passage.mark_start]))
    line.append(f"[[{terminal.safe(text[passage.mark_start : passage.mark_end])}]]", style="bold yellow")
    line.append(terminal.safe(text[passage.mark_end :]))
    terminal.say(console, line, 2)
    if passage.evidence:
        terminal.say(console, Text(terminal.safe(f"why: {passage.evidence}")), 2)
    where = f"  {passage.source_uri} [{passage.start_char}:{passage.end_char}]"
    console.print(Text(terminal.safe(where), style="dim"), soft_wrap=True)
