"""Superset for a check on this machine: metadata in SQLite, loopback only, nothing asked of the network."""

import os
from pathlib import Path

HERE = Path(os.environ["SUPERSET_HOME"])
SECRET_KEY = os.environ["SUPERSET_PASSWORD"] * 2
SQLALCHEMY_DATABASE_URI = f"sqlite:///{HERE}/metadata.db"
# A file is what is opened here; the check talks to the REST interface without a form token.
PREVENT_UNSAFE_DB_CONNECTIONS = False
WTF_CSRF_ENABLED = False
TALISMAN_ENABLED = False
