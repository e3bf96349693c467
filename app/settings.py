"""Every setting, read from the environment or `.env` with the prefix `ESPOO_`, and nowhere else."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.errors import ConfigurationError

PROJECT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="ESPOO_", env_file=".env", extra="ignore", frozen=True)

    data_dir: Path = Field(default=Path("var"), description="Everything made at run time: builds, log, spool.")
    knowledge_dir: Path = Field(
        default=PROJECT / "knowledge", description="The folder with the topics, facts and owners."
    )
    host: str = Field(default="127.0.0.1", description="Address that the service listens on.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port that the service listens on.")
    database_url: str = Field(
        default="", description="SQLAlchemy URL of the question log; empty: SQLite in the data folder."
    )
    chroma_url: str = Field(
        default="", description="A Chroma server in place of the embedded store, e.g. http://chroma:8000."
    )
    redis_url: str = Field(default="", description="Redis for rate limits that several processes share.")
    embedding_model: str = Field(
        default="",
        description="A sentence-transformers name or path; `table`: the bundled table; empty: the transformer.",
    )
    llm_base_url: str = Field(default="", description="An OpenAI-compatible server; empty: quoting mode.")
    llm_model: str = Field(default="", description="The language model's name on that server.")
    llm_api_key: SecretStr = Field(default=SecretStr(""), description="The key for that server.")
    llm_timeout: float = Field(
        default=12.0, gt=0, le=50, description="Seconds for an answer by the language model; then quoting answers."
    )
    rate_limit: str = Field(default="30/minute", description="Questions per client address; empty: no limit.")
    conversation_hours: int = Field(
        default=12, ge=1, description="Hours after which a question is no longer taken for the one before."
    )
    retention_days: int = Field(default=90, ge=1, description="Days after which logged questions are deleted.")
    allowed_origins: str = Field(default="", description="Sites that may embed the widget, separated by commas.")
    trusted_proxies: str = Field(default="", description="Proxies whose X-Forwarded-For counts, separated by commas.")
    public_url: str = Field(default="", description="The address under which people reach the service.")
    secret_key: SecretStr = Field(
        default=SecretStr(""),
        description="Makes client addresses unreadable in the rate limits; empty: made at each start.",
    )
    log_level: str = Field(default="INFO", description="DEBUG, INFO, WARNING or ERROR.")

    @model_validator(mode="after")
    def _whole_model(self) -> Self:
        if bool(self.llm_base_url) != bool(self.llm_model):
            raise ValueError("ESPOO_LLM_BASE_URL and ESPOO_LLM_MODEL belong together: set both or neither")
        if self.llm_base_url and not self.llm_base_url.startswith(("http://", "https://")):
            raise ValueError("ESPOO_LLM_BASE_URL must begin with http:// or https://")
        return self

    @property
    def builds_dir(self) -> Path:
        return self.data_dir / "builds"

    @property
    def origins(self) -> tuple[str, ...]:
        return _listed(self.allowed_origins)

    @property
    def proxies(self) -> tuple[str, ...]:
        return _listed(self.trusted_proxies)


def load_settings() -> Settings:
    """Read the settings once, at the start of a command.

    Raises:
        ConfigurationError: a value does not fit; the message names the variable.
    """
    try:
        return Settings()
    except ValidationError as error:
        lines = [_said(item["loc"], item["msg"]) for item in error.errors()]
        raise ConfigurationError("Settings do not fit. " + "; ".join(lines)) from None


def _said(place: tuple[int | str, ...], message: str) -> str:
    """What does not fit, with its variable; what concerns two names both itself."""
    return f"ESPOO_{str(place[0]).upper()}: {message}" if place else message.removeprefix("Value error, ")


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())
