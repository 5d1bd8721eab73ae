"""The only Dagster decorators. Each module wires one layer; none holds logic of its own.

Order of a run: land -> read and segment -> extract -> audit -> load -> resolve -> history checks -> views ->
publish. Steps hand each other files under the run's folder, never Python objects: there is no I/O manager.
"""
