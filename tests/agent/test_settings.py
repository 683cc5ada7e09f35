from __future__ import annotations

from pathlib import Path

import pytest

from canvas_widget.errors import InvalidArgument
from canvas_widget.settings import RateLimit, Settings, load_settings, variable_of

pytestmark = pytest.mark.ledger("A15")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").touch()
    return tmp_path


def test_environment_then_env_file_then_config_then_default(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / ".env").write_text("CANVAS_WIDGET_MAX_TOKENS=2\nCANVAS_WIDGET_RETRIES=2\n")
    monkeypatch.setenv("CANVAS_WIDGET_MAX_TOKENS", "1")
    settings = load_settings({"max_tokens": 3, "retries": 3, "jwt_minutes": 3}, directory=project)
    assert (settings.max_tokens, settings.retries, settings.jwt_minutes) == (1, 2, 3)
    assert settings.temperature == 0.2
    assert [settings.source(name) for name in ("max_tokens", "retries", "jwt_minutes", "temperature")] == [
        "the environment",
        ".env",
        "the configuration",
        "the defaults",
    ]


def test_keys_keep_their_usual_names_and_are_hidden(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-planted")
    settings = load_settings(directory=project)
    assert settings.openai_api_key is not None
    assert settings.openai_api_key.get_secret_value() == "sk-planted"
    assert "sk-planted" not in repr(settings) + str(settings) + settings.model_dump_json()
    assert variable_of("openai_api_key") == "OPENAI_API_KEY"
    assert variable_of("api_key") == "CANVAS_WIDGET_API_KEY"


@pytest.mark.parametrize(
    ("variable", "value", "expected"),
    [
        ("CANVAS_WIDGET_MAX_TOKENS", "sk-planted", "a whole number"),
        ("CANVAS_WIDGET_TEMPERATURE", "sk-planted", "a number"),
        ("CANVAS_WIDGET_TEMPERATURE", "nan", "finite"),
        ("CANVAS_WIDGET_CORS_ALLOW_CREDENTIALS", "sk-planted", "true or false"),
        ("CANVAS_WIDGET_JWT_SECRET", "sk-planted", "32 characters"),
        ("CANVAS_WIDGET_DEFAULT_CANVAS_WIDTH", "0", "greater than or equal to 1"),
        ("CANVAS_WIDGET_PROVIDERS", "openai,sk-planted", "'openrouter'"),
        ("CANVAS_WIDGET_BASE_URL", "https://user:sk-planted@host/v1", "a key does not belong into the address"),
        ("CANVAS_WIDGET_BASE_URL", "sk-planted", "a whole address"),
        ("CANVAS_WIDGET_RATE_LIMIT", "sk-planted", "20/60"),
        ("CANVAS_WIDGET_SHARE", "sk-planted", "'samples', 'schema' or 'none'"),
    ],
)
def test_an_invalid_value_names_its_variable_and_never_itself(
    project: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, expected: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(InvalidArgument) as caught:
        load_settings(directory=project)
    assert variable in caught.value.message
    assert expected in caught.value.message
    assert "the environment" in caught.value.message
    assert "sk-planted" not in caught.value.message
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_an_invalid_value_of_the_config_is_named_as_it_is_written_there(project: Path) -> None:
    with pytest.raises(InvalidArgument, match=r"^max_tokens, set in the configuration"):
        load_settings({"max_tokens": "many"}, directory=project)


def test_lists_and_rates_are_written_plainly(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANVAS_WIDGET_PROVIDERS", "openai, offline")
    monkeypatch.setenv("CANVAS_WIDGET_CORS_ORIGINS", "https://a.example,https://b.example")
    monkeypatch.setenv("CANVAS_WIDGET_RATE_LIMIT", "5/10")
    settings = load_settings(directory=project)
    assert settings.providers == ("openai", "offline")
    assert settings.cors_origins == ("https://a.example", "https://b.example")
    assert settings.rate_limit == RateLimit(5, 10.0)
    assert str(settings.edit_rate_limit) == "600/60"


def test_an_empty_variable_is_not_set(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANVAS_WIDGET_MAX_TOKENS", "")
    assert load_settings(directory=project).max_tokens == 4096


def test_the_env_file_cannot_read_the_users_key(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-planted")
    (project / ".env").write_text(
        "CANVAS_WIDGET_BASE_URL=https://evil.example/${OPENAI_API_KEY}\nCANVAS_WIDGET_API_KEY=${OPENAI_API_KEY}\n"
    )
    settings = load_settings(directory=project)
    assert "sk-planted" not in str(settings.base_url)
    assert settings.api_key is not None
    assert settings.api_key.get_secret_value() == "${OPENAI_API_KEY}"


def test_the_env_file_is_found_up_to_the_projects_root_and_not_above(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("CANVAS_WIDGET_MAX_TOKENS=1\n")
    project = tmp_path / "project"
    (project / "notebooks").mkdir(parents=True)
    (project / ".git").mkdir()
    assert load_settings(directory=project / "notebooks").max_tokens == 4096
    (project / ".env").write_text("CANVAS_WIDGET_MAX_TOKENS=2\nMAX_TOKENS=3\n")
    assert load_settings(directory=project / "notebooks").max_tokens == 2


def test_an_unreadable_env_file_is_named(project: Path) -> None:
    (project / ".env").write_bytes(b"CANVAS_WIDGET_MAX_TOKENS=\xff\xfe\n")
    with pytest.raises(InvalidArgument, match="UTF-8"):
        load_settings(directory=project)


def test_the_defaults_are_those_of_the_documentation() -> None:
    settings = Settings()
    assert (settings.max_function_calls_per_turn, settings.max_function_calls_extended) == (5, 10)
    assert (settings.max_conversation_history, settings.function_call_timeout) == (20, 30)
    assert (settings.default_canvas_width, settings.default_canvas_height) == (800, 600)
    assert settings.providers == ("openrouter", "anthropic", "openai", "custom")
    assert (settings.openai_model, settings.share) == ("gpt-4o-mini", "samples")
