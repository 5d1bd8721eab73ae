"""The prompt of `dateline sql`: completion of names and keywords, history, statements over several lines.

Statements end with a semicolon. Words that begin with a dot are for the prompt itself. A question is put to
the release in force when it is sent.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb
from prompt_toolkit import PromptSession
from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.history import FileHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.lexers import PygmentsLexer
from pygments.lexers.sql import SqlLexer
from rich.text import Text

from pipelines import report, terminal
from pipelines.results import FORMATS, FormatError, write_result
from pipelines.settings import Home
from pipelines.warehouse.connection import open_release

_HELP = """\
  .tables          every table and view, and what it holds
  .columns NAME    columns of a table or view, and what they hold
  .format NAME     table, csv, json, jsonl or markdown
  .limit N         rows shown in a table; 0: all
  .quit            or Ctrl-D
A query ends with a semicolon. Tab completes, arrows bring back earlier queries, Ctrl-C breaks off."""

_COLUMNS = """
    SELECT column_name, data_type, comment FROM duckdb_columns()
    WHERE database_name = current_database()
      AND (table_name = $name OR schema_name || '.' || table_name = $name)
    ORDER BY schema_name = 'marts' DESC, schema_name, column_index"""

_NAMES = """
    SELECT DISTINCT schema_name || '.' || table_name, column_name FROM duckdb_columns()
    WHERE database_name = current_database() AND schema_name IN ('main', 'marts', 'audit')"""


class SqlCompleter(Completer):
    """Tables and views, columns of the tables named so far, keywords, and the prompt's own words."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.columns: dict[str, set[str]] = {}
        for table, column in connection.execute(_NAMES).fetchall():
            self.columns.setdefault(table, set()).add(column)
        rows = connection.execute("SELECT keyword_name FROM duckdb_keywords()").fetchall()
        self.keywords = sorted(name for (name,) in rows)
        self.macros = [row["name"] for row in report.table_facts(connection) if row["name"].endswith(")")]

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """What the word before the cursor may become."""
        if document.text.lstrip().startswith("."):
            yield from self._own(document)
            return
        word = document.get_word_before_cursor(pattern=_WORD)
        if not word:
            return
        for name, kind in self._candidates(document.text):
            if name.lower().startswith(word.lower()) or name.partition(".")[2].startswith(word.lower()):
                yield Completion(name, -len(word), display_meta=kind)

    def _own(self, document: Document) -> Iterator[Completion]:
        words = document.text.split(" ")
        choices = [line.split()[0] for line in _HELP.splitlines() if line.startswith("  .")]
        if len(words) > 1:
            choices = {".columns": sorted(self.columns), ".format": list(FORMATS)}.get(words[0], [])
        yield from (Completion(name, -len(words[-1])) for name in choices if name.startswith(words[-1]))

    def _candidates(self, text: str) -> Iterator[tuple[str, str]]:
        yield from ((name, "view" if name.startswith("marts.") else "table") for name in sorted(self.columns))
        yield from ((name, "macro") for name in self.macros)
        named = [table for table in self.columns if table in text]
        own = {column for table in named for column in self.columns[table]}
        yield from ((name, "column") for name in sorted(own))
        if not named:
            yield from ((name, "column") for name in sorted(set().union(*self.columns.values())))
        yield from ((name, "keyword") for name in self.keywords)


_WORD = re.compile(r"[\w.]+")


class Prompt:
    """One session at the prompt: what is asked of which release, in which form it is answered."""

    def __init__(self, home: Home, output: str, limit: int) -> None:
        self.home, self.output, self.limit = home, output, limit

    def own(self, connection: duckdb.DuckDBPyConnection, line: str) -> None:
        """Do what a line that begins with a dot asks for."""
        word, _, rest = line.strip().rstrip(";").partition(" ")
        console = terminal.out()
        if word == ".tables":
            report.print_tables(connection)
        elif word == ".columns" and rest:
            found = connection.execute(_COLUMNS, {"name": rest.strip()}).fetchall()
            console.print(terminal.table(("column", "type", "what it holds"), found))
        elif word == ".format" and rest in FORMATS and rest != "parquet":
            self.output = rest
        elif word == ".limit" and rest.isdecimal():
            self.limit = int(rest)
        else:
            console.print(Text(_HELP))

    def answer(self, connection: duckdb.DuckDBPyConnection, text: str) -> None:
        """Answer one statement, or say in one line why not."""
        try:
            if text.lstrip().startswith("."):
                self.own(connection, text)
            else:
                write_result(connection.execute(text), self.output, self.limit)
        except (duckdb.Error, FormatError) as error:
            terminal.err().print(Text(terminal.safe(" ".join(str(error).split())), style="red"))
        except KeyboardInterrupt:
            terminal.err().print("broken off")

    def loop(self, session: PromptSession[str]) -> None:
        """Ask and answer until the user leaves."""
        text = ""
        while True:
            release = self.home.current.resolve()
            with open_release(self.home.database) as connection:
                session.completer = SqlCompleter(connection)
                while self.home.current.resolve() == release:
                    if text.strip():
                        self.answer(connection, text)
                    text = _read(session)
                    if text.strip().rstrip(";") in (".quit", ".exit", "quit", "exit"):
                        return
            terminal.err().print(f"a newer release is published: {self.home.current.resolve().name}")


def _read(session: PromptSession[str]) -> str:
    try:
        return session.prompt("dateline> ")
    except KeyboardInterrupt:
        return ""
    except EOFError:
        return ".quit"


def ask(home: Home, output: str, limit: int) -> None:
    """Talk SQL with the user at a terminal until they leave. The history is kept in the home's state/."""
    history = home.ledger.with_name("sql_history")
    terminal.out().print(f"release {home.current.resolve().name}; .help, .tables, .quit; a query ends with ;")
    session: PromptSession[str] = PromptSession(
        history=FileHistory(str(private(history))),
        auto_suggest=AutoSuggestFromHistory(),
        lexer=PygmentsLexer(SqlLexer),
        multiline=True,
        prompt_continuation="      -> ",
        key_bindings=_bindings(),
        complete_while_typing=True,
    )
    Prompt(home, output, limit).loop(session)
    sys.stdout.flush()


def private(file: Path) -> Path:
    """A file that only its owner reads: what somebody asks may tell of an unpublished story."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)
    return file


def is_complete(text: str) -> bool:
    """Whether Enter sends what was typed: a statement with its semicolon, a dot word, or nothing."""
    typed = text.strip()
    return not typed or typed.startswith(".") or typed.endswith(";") or typed in ("quit", "exit")


def _bindings() -> KeyBindings:
    bindings = KeyBindings()

    @bindings.add("enter")
    def _(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        if buffer.complete_state and buffer.complete_state.current_completion:
            buffer.complete_state = None
        elif is_complete(buffer.text):
            buffer.validate_and_handle()
        else:
            buffer.insert_text("\n")

    return bindings
