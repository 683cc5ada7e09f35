"""One typed settings object: environment, then the project's `.env`, then Jupyter's config, then the defaults.

    settings = load_settings()                       # the environment and .env
    settings = load_settings(config.CanvasWidget)    # with a section of Jupyter's config below them

A setting is an environment variable `CANVAS_WIDGET_…` (the same in `.env`), or the field's name in the config; the
three keys keep their usual names. Nothing is ever read from a notebook's metadata.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import AfterValidator, BeforeValidator, Field, PrivateAttr, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from canvas_widget.errors import InvalidArgument
from canvas_widget.written import PREFIX, dotenv_file

__all__ = ["KEY_VARIABLES", "PREFIX", "RateLimit", "Settings", "Share", "Source", "load_settings", "variable_of"]

LEAST_SECRET = 32
"""Characters of a secret that signs tokens; a shorter one could be guessed from a token."""

KEY_VARIABLES = ("OPENROUTER_API_KEY", "ANTHROPIC_API_KEY", "OPENAI_API_KEY")
"""The variables that keep their usual names, without the prefix."""

Source = Literal["the environment", ".env", "the configuration", "the defaults"]
Share = Literal["samples", "schema", "none"]
ProviderName = Literal["openrouter", "anthropic", "openai", "custom", "offline"]


@dataclass(frozen=True, slots=True)
class RateLimit:
    """A token bucket: `count` in `seconds`, written `20/60`."""

    count: int
    seconds: float

    def __str__(self) -> str:
        return f"{self.count}/{self.seconds:g}"


def _rate(value: object) -> RateLimit:
    if isinstance(value, RateLimit):
        return value
    count, slash, seconds = str(value).partition("/")
    try:
        limit = RateLimit(int(count), float(seconds) if slash else 60.0)
    except ValueError:
        limit = RateLimit(0, 0)
    if limit.count < 1 or not 0 < limit.seconds < float("inf"):
        raise ValueError("write it as COUNT/SECONDS, like 20/60")
    return limit


def _listed(value: object) -> object:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.strip().strip("[]").replace('"', "").split(",") if part.strip())
    return value


def _url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("write a whole address, like https://host/v1")
    if parts.username or parts.password:
        raise ValueError("a key does not belong into the address; set it by its own variable")
    return value.rstrip("/")


def _signing(value: SecretStr) -> SecretStr:
    if len(value.get_secret_value()) < LEAST_SECRET:
        raise ValueError(f"a secret that signs has {LEAST_SECRET} characters or more")
    return value


Url = Annotated[str, AfterValidator(_url)]
Rate = Annotated[RateLimit, NoDecode, BeforeValidator(_rate)]
Lower = BeforeValidator(lambda value: value.strip().lower() if isinstance(value, str) else value)
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class Settings(BaseSettings):
    """All settings. `Settings()` is the defaults alone; `load_settings` reads them from where they are set.

    Times are in seconds, sizes in px or bytes, money in USD.
    """

    model_config = SettingsConfigDict(
        defer_build=True,
        env_prefix=PREFIX,
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        populate_by_name=True,
        validate_default=True,
    )

    openrouter_api_key: SecretStr | None = Field(default=None, validation_alias="OPENROUTER_API_KEY")
    anthropic_api_key: SecretStr | None = Field(default=None, validation_alias="ANTHROPIC_API_KEY")
    openai_api_key: SecretStr | None = Field(default=None, validation_alias="OPENAI_API_KEY")

    providers: Annotated[tuple[ProviderName, ...], NoDecode, BeforeValidator(_listed)] = (
        "openrouter",
        "anthropic",
        "openai",
        "custom",
    )
    openai_model: str = "gpt-4o-mini"
    anthropic_model: str = "claude-sonnet-5"
    openrouter_model: str = "openai/gpt-4o-mini"
    openai_base_url: Url | None = None
    anthropic_base_url: Url | None = None
    openrouter_base_url: Url | None = None
    base_url: Url | None = None
    api_key: SecretStr | None = None
    model: str | None = None
    temperature: float = Field(default=0.2, ge=0, le=2, allow_inf_nan=False)
    max_tokens: int = Field(default=4096, ge=1)
    budget: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    share: Annotated[Share, Lower] = "samples"

    default_canvas_width: int = Field(default=800, ge=1, le=100_000)
    default_canvas_height: int = Field(default=600, ge=1, le=100_000)
    max_conversation_history: int = Field(default=20, ge=1)
    max_function_calls_per_turn: int = Field(default=5, ge=1)
    max_function_calls_extended: int = Field(default=10, ge=1)
    function_call_timeout: Positive = 30.0
    retries: int = Field(default=2, ge=0)
    circuit_failures: int = Field(default=3, ge=1)
    circuit_seconds: Positive = 300.0
    rate_limit: Rate = RateLimit(20, 60)
    edit_rate_limit: Rate = RateLimit(600, 60)
    work_rate_limit: Rate = RateLimit(240, 60)
    login_rate_limit: Rate = RateLimit(10, 60)
    ping_interval: Positive = 30.0
    ping_timeout: Positive = 10.0
    session_expiry: Positive = 3600.0
    max_message_bytes: int = Field(default=1_048_576, ge=1024)
    max_uploads: int = Field(default=100, ge=1)
    max_upload_bytes: int = Field(default=2**30, ge=1024)
    max_kernel_clients: int = Field(default=100, ge=1)
    cors_origins: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)] = ()
    cors_allow_credentials: bool = False
    connect_timeout: Positive = 10.0
    read_timeout: Positive = 120.0
    jwt_secret: Annotated[SecretStr, AfterValidator(_signing)] | None = None
    jwt_minutes: Positive = 30.0
    database_url: SecretStr | None = None
    data_url: SecretStr | None = None
    cassette: Path | None = None
    cassette_mode: Annotated[Literal["replay", "record", "off"], Lower] = "off"
    log_level: Annotated[Literal["debug", "info", "warning", "error", "critical"], Lower] = "info"
    log_file: Path | None = None

    _sources: Mapping[str, Source] = PrivateAttr(default_factory=dict)

    def source(self, field: str) -> Source:
        """Where a field's value came from."""
        return self._sources.get(field, "the configuration" if field in self.model_fields_set else "the defaults")

    def secrets(self) -> tuple[str, ...]:
        """The keys that are set, for taking them out of whatever is written."""
        values = (getattr(self, field) for field in type(self).model_fields)
        return tuple(value.get_secret_value() for value in values if isinstance(value, SecretStr))

    @classmethod
    def of(cls, values: Mapping[str, Any], sources: Mapping[str, Source]) -> Self:
        """Settings that know where each value came from."""
        settings = cls(**values)
        settings._sources = dict(sources)
        return settings

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what is given: `load_settings` reads the sources itself, so that it knows which value is whose."""
        return (init_settings,)


class _EnvFile(EnvSettingsSource):
    """The variables of a `.env` file. `${NAME}` stays as written: a cloned project must not read the user's keys."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(Settings)

    def _load_env_vars(self) -> Mapping[str, str | None]:
        values = dotenv_values(self.path, interpolate=False, encoding="utf-8")
        return {name.lower(): value for name, value in values.items() if value}


def variable_of(field: str) -> str:
    """The environment variable of a field."""
    upper = field.upper()
    return upper if upper in KEY_VARIABLES else PREFIX + upper


def load_settings(config: Mapping[str, Any] | None = None, *, directory: Path | None = None) -> Settings:
    """The settings as they are set now.

    Args:
        config: a section of Jupyter's config, by field name; below the environment and `.env`.
        directory: where to look for `.env`: there, then upwards to the project's root; the working directory
            when None.

    Raises:
        InvalidArgument: a value that cannot be used; names the variable and where it is set, never the value.
    """
    found: dict[str, Any] = {}
    sources: dict[str, Source] = {}
    layers: list[tuple[Source, Mapping[str, Any]]] = [
        ("the environment", EnvSettingsSource(Settings)()),
        (".env", _read_file(directory or Path.cwd())),
        ("the configuration", config or {}),
    ]
    for source, layer in layers:
        for name, value in layer.items():
            field = name.lower()
            if field in Settings.model_fields and field not in found:
                found[field] = value
                sources[field] = source
    problem = ""
    try:
        return Settings.of(found, sources)
    except ValidationError as error:
        problem = _explain(error, sources)
    raise InvalidArgument(problem)


def _read_file(start: Path) -> dict[str, Any]:
    path = dotenv_file(start)
    if path is None:
        return {}
    try:
        return _EnvFile(path)()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidArgument(f"{path} cannot be read ({type(error).__name__}): write it as UTF-8 text.") from None


_EXPECTED = {
    "int_parsing": "expected a whole number",
    "int_from_float": "expected a whole number",
    "float_parsing": "expected a number",
    "finite_number": "expected a finite number",
    "bool_parsing": "expected true or false",
}


def _explain(error: ValidationError, sources: Mapping[str, Source]) -> str:
    lines = []
    for problem in error.errors(include_input=False, include_url=False, include_context=False):
        field = str(problem["loc"][0]).lower()
        source = sources.get(field, "the defaults")
        name = field if source == "the configuration" else variable_of(field)
        message = problem["msg"].removeprefix("Value error, ").replace("Input should be", "expected")
        reason = _EXPECTED.get(problem["type"], message)
        lines.append(f"{name}, set in {source}, cannot be used: {reason}.")
    return "\n".join(dict.fromkeys(lines))
