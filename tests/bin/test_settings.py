"""What the scripts tell the application, and what they keep in the state folder."""

import stat
from pathlib import Path

import pytest
from _settings import is_first_start, make_var, record_url, settings

URL = "http://127.0.0.1:8000"


@pytest.fixture
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("PUBLIC_URL", "TERUJI_MODE", "TERUJI_VAR"):
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "var"
    make_var(folder)
    return folder


def test_the_secret_key_is_made_once_and_readable_by_its_owner_only(var: Path) -> None:
    file = var / "secret_key"
    settings(var, URL)
    first = file.read_text()
    settings(var, URL)
    assert file.read_text() == first
    assert len(first) == 64
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_state_folder_is_closed_to_others(var: Path) -> None:
    assert stat.S_IMODE(var.stat().st_mode) == 0o700


def test_the_demo_is_the_default_and_what_the_operator_set_stands(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings(var, URL)["TERUJI_MODE"] == "demo"
    monkeypatch.setenv("TERUJI_MODE", "production")
    monkeypatch.setenv("PUBLIC_URL", "https://teruji.example")
    given = settings(var, URL)
    assert given["TERUJI_MODE"] == "production"
    assert given["PUBLIC_URL"] == "https://teruji.example"


def test_the_folder_given_wins_over_the_one_in_the_environment(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERUJI_VAR", "/elsewhere")
    assert settings(var, URL)["TERUJI_VAR"] == str(var)


def test_only_an_unused_folder_is_a_first_start(var: Path) -> None:
    assert is_first_start(var)
    record_url(var, URL)
    assert not is_first_start(var)


def test_a_command_before_the_first_start_leaves_it_the_first(var: Path) -> None:
    settings(var, URL)
    assert is_first_start(var)


def test_a_folder_with_a_database_but_no_address_is_no_first_start(var: Path) -> None:
    (var / "teruji.db").touch()
    assert not is_first_start(var)
