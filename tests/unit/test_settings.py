import os
from pathlib import Path

import pytest

from pipelines.settings import SETTINGS, SettingError, load_settings


def test_home_lies_beside_the_nearest_settings_file(tmp_path: Path) -> None:
    (tmp_path / "dateline.toml").write_text("workers = 3\n")
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    settings = load_settings({}, below)
    assert settings.home.path == tmp_path / "warehouse"
    assert settings.workers == 3
    assert settings.origins["workers"].endswith("dateline.toml")


def test_home_lies_below_the_current_folder_without_a_file(tmp_path: Path) -> None:
    assert load_settings({}, tmp_path).home.path == tmp_path / "warehouse"


def test_environment_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "dateline.toml").write_text('home = "from-file"\n')
    settings = load_settings({"DATELINE_HOME": str(tmp_path / "from-env")}, tmp_path)
    assert settings.home.path == tmp_path / "from-env"
    assert settings.origins["home"] == "environment"


def test_relative_paths_count_from_the_file(tmp_path: Path) -> None:
    (tmp_path / "dateline.toml").write_text('home = "x"\nreference = "words"\n')
    below = tmp_path / "deep"
    below.mkdir()
    settings = load_settings({}, below)
    assert settings.home.path == tmp_path / "x"
    assert settings.reference == tmp_path / "words"
    assert settings.inbox == tmp_path / "x" / "inbox"


@pytest.mark.parametrize(
    ("env", "message"),
    [
        ({"DATELINE_WORKERS": "many"}, "DATELINE_WORKERS: 'many' is not a whole number"),
        ({"DATELINE_WORKERS": "0"}, "DATELINE_WORKERS: 0 is below 1"),
        ({"DATELINE_HOME": "what?"}, "has \\? in it"),
        ({"DATELINE_ENGINE": "abacus"}, "DATELINE_ENGINE: 'abacus' is not one of"),
    ],
)
def test_a_bad_value_says_which_and_why(tmp_path: Path, env: dict[str, str], message: str) -> None:
    with pytest.raises(SettingError, match=message):
        load_settings(env, tmp_path)


def test_an_unknown_key_in_the_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "dateline.toml").write_text("wrokers = 3\n")
    with pytest.raises(SettingError, match="no setting wrokers"):
        load_settings({}, tmp_path)


def test_workers_default_to_the_cores(tmp_path: Path) -> None:
    assert load_settings({}, tmp_path).workers == (os.cpu_count() or 1)


def test_export_sets_what_child_processes_read(tmp_path: Path) -> None:
    environ: dict[str, str] = {}
    load_settings({"DATELINE_HOME": str(tmp_path)}, tmp_path).export(environ)
    assert environ["DAGSTER_HOME"] == str(tmp_path / "dagster")


def test_every_setting_is_described_and_in_the_commented_file() -> None:
    shipped = Path("dateline.toml").read_text()
    for setting in SETTINGS:
        assert setting.doc.endswith("."), setting.key
        assert setting.key == "engine" or f"# {setting.key} = " in shipped, setting.key
