"""The dashboard: Streamlit pages over the views of the published release.

Belongs here: pages, charts, and how values look. Does not belong here: any SQL on tables (pages read schema
`marts` alone; `pipelines.explain` shows a row's evidence), and anything that writes, but for one ruling.

Text of documents never reaches a function that reads Markdown or HTML: it is drawn by `markup`, where every
character is escaped, in tables, and in charts. Nothing is asked of any address but the dashboard's own.
"""
