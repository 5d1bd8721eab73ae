"""Dateline: news text in, an audited warehouse out."""

__version__ = "0.1.0"
