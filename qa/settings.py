"""What can be set once for a centre: environment variables `QA_…`, or the same names in a file `.env`."""

import os
import secrets
from functools import partial
from hashlib import sha256
from hmac import new as new_hmac
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from qa.errors import ConfigError
from qa.metadata import Pseudonymise

Profile = Literal["fast", "balanced", "careful"]

# The checkout that this package is installed from, with rules/ and sample_data/ in it.
PROJECT = Path(__file__).resolve().parent.parent


def _rules() -> Path:
    here = Path("rules")
    return here if here.is_dir() or not (PROJECT / "rules").is_dir() else PROJECT / "rules"


class Settings(BaseSettings):
    """Defaults of every command; an option on the command line goes before them.

    `ruleset` is the rule set of calls that name none. `cluster` is the address of a Ray cluster that works recordings.
    `model` is None for the bundled one. `caller_key` is
    the secret with which callers are pseudonymised; without it a key file is kept beside the database.
    A message is sent after each run to `webhook_url` (`wecom`: a robot of 企业微信; `json`: plain figures) and by mail
    to `mail_to` (addresses with commas), if these are set; `dashboard_url` is where its readers find the dashboard.
    `keep_words_days` and `keep_recordings_days` are for how many days after a call what was said in it, and its
    recording, are kept (`qa forget`); unset: for ever.
    """

    model_config = SettingsConfigDict(env_prefix="QA_", env_file=".env", env_ignore_empty=True, extra="ignore")

    db: str = "sqlite:///qa.db"
    rules: Path = Field(default_factory=_rules)
    ruleset: str = "telecom"
    model: str | None = None
    profile: Profile = "balanced"
    workers: int = Field(default=0, ge=0, le=256)
    cluster: str | None = None
    port: int = Field(default=8501, ge=1, le=65535)
    host: str = "127.0.0.1"
    caller_key: SecretStr | None = None
    dashboard_url: str | None = None
    webhook_url: SecretStr | None = None
    webhook_kind: Literal["wecom", "json"] = "wecom"
    mail_to: str | None = None
    mail_from: str | None = None
    smtp_host: str = "localhost"
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_tls: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    keep_words_days: int | None = Field(default=None, ge=1, le=36500)
    keep_recordings_days: int | None = Field(default=None, ge=1, le=36500)


def load_settings() -> Settings:
    """The settings of this process; raises ConfigError naming the variable that is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "QA_" + str(first["loc"][0]).upper()
        raise ConfigError(f"{name}: {first['msg'].lower()}, not {first['input']!r}; correct or unset it") from error


def cache_dir() -> Path:
    """Where models and fetched recordings are kept: QA_CACHE_DIR, else ~/.cache/callqa."""
    return Path(os.environ.get("QA_CACHE_DIR") or Path.home() / ".cache" / "callqa")


def pseudonymiser(settings: Settings, db: str) -> Pseudonymise:
    """A keyed one-way function for callers' numbers: the same caller gives the same pseudonym.

    A plain hash would not do: all telephone numbers can be tried in minutes.
    """
    if settings.caller_key is not None:
        key = settings.caller_key.get_secret_value().encode()
    else:
        key = _kept_key(_key_file(db))
    return partial(_pseudonym, key)


def _pseudonym(key: bytes, caller: str) -> str:
    return new_hmac(key, caller.encode(), sha256).hexdigest()[:24]


def _key_file(db: str) -> Path:
    from qa.store.engine import parse_url

    url = parse_url(db)
    if url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:":
        return Path(url.database).with_suffix(".key")
    return Path("var/caller.key")


def _kept_key(path: Path) -> bytes:
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = path.with_name(f"{path.name}.{os.getpid()}")
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(secrets.token_hex(32).encode())
            try:
                # A link fails where the file exists: of two first runs at once only one key is kept.
                os.link(draft, path)
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(
            f"{path}: the key for callers' numbers cannot be kept ({error.strerror}); "
            "make the folder writable or set QA_CALLER_KEY"
        ) from error
