"""DuckDB and the ledger: schema, load, release. The only layer that writes them."""
