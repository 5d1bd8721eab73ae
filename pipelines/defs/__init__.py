"""The only Dagster decorators. Each module wires one layer; none holds logic of its own.

Order of a run: land -> read and segment -> extract -> audit -> load -> resolve -> history checks -> views ->
publish. Steps hand each other files under the run's folder, never Python objects: there is no I/O manager.
"""

from pipelines.imports import deferred

# Dagster locks files of projects, which Dateline has none of. The package for it, once loaded, has every call
# of `id` and many others go through a function of its own: more than a hundredth of a run.
with deferred("filelock", callables=("FileLock",)):
    import dagster as _dagster  # noqa: F401
