"""The environment, under every name that the documents use (contract 2.6). Nothing set means: embedded defaults."""

from __future__ import annotations

import importlib.util
import ipaddress
import os
import secrets
import tempfile
from pathlib import Path
from typing import Any

import environ
from django.core.files import locks

from mobilegpt.core.private_files import keep_private

BASE_DIR = Path(__file__).resolve().parent.parent
_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off"}


class BadSetting(SystemExit):
    """A setting that cannot be used; ends the process with one line."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name}: {why}")


def load_dotenv() -> None:
    """``.env`` beside manage.py; what the process already has wins."""
    path = BASE_DIR / ".env"
    if path.is_file():
        environ.Env.read_env(path, overwrite=False, encoding="utf-8-sig")  # some editors mark UTF-8


def text(name: str, default: str = "") -> str:
    """A value without its inline comment: ``60  # minutes`` is ``60``."""
    value = os.environ.get(name, default)
    return value.split(" #", 1)[0].split("\t#", 1)[0].strip().strip("'\"")


def secret(name: str) -> str:
    """As ``text``, or what the file holds that ``<name>_FILE`` names: a secret that no process list shows."""
    path = text(f"{name}_FILE")
    if text(name) or not path:
        return text(name)
    try:
        return Path(path).read_text().strip()
    except OSError as error:
        raise BadSetting(f"{name}_FILE", f"{path} cannot be read ({error.strerror})") from None


def flag(name: str, default: bool) -> bool:
    value = text(name).lower()
    if not value:
        return default
    if value in _TRUE:
        return True
    if value in _FALSE:
        return False
    raise BadSetting(name, f"{value!r} is neither true nor false")


def integer(name: str, default: int) -> int:
    value = text(name)
    if not value:
        return default
    try:
        return int(value)
    except ValueError:
        raise BadSetting(name, f"{value!r} is not a whole number") from None


def share(name: str, default: float) -> float:
    """A number from 0 to 1."""
    value = text(name)
    try:
        found = float(value) if value else default
    except ValueError:
        found = -1.0
    if not 0 <= found <= 1:
        raise BadSetting(name, f"{value!r} is not a number from 0 to 1")
    return found


def items(name: str) -> list[str]:
    """A list separated by commas."""
    return [item.strip() for item in text(name).split(",") if item.strip()]


def pairs(name: str) -> dict[str, str]:
    """``a=1,b=2``."""
    found = [item.partition("=") for item in items(name)]
    if any(not key.strip() or not equals for key, equals, _ in found):
        raise BadSetting(name, "is a list of name=value")
    return {key.strip(): value.strip() for key, _, value in found}


def networks(name: str) -> list[str]:
    """A list of addresses or CIDR networks, refused at start rather than at the first request."""
    found = items(name)
    for item in found:
        try:
            ipaddress.ip_network(item, strict=False)
        except ValueError:
            raise BadSetting(name, f"{item!r} is no address and no network") from None
    return found


def trusted_callers(name: str, default: str) -> str | list[str]:
    """``off``, ``loopback``, or a list of networks."""
    value = (text(name) or default).lower()
    return value if value in ("off", "loopback") else networks(name)


def file_storage() -> dict[str, Any]:
    """Uploads lie under ``DATA_DIR``, or in a bucket of an S3-compatible storage when ``S3_BUCKET`` names one."""
    bucket = text("S3_BUCKET")
    if not bucket:
        return {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    if None in (importlib.util.find_spec("storages"), importlib.util.find_spec("boto3")):
        raise BadSetting("S3_BUCKET", "needs the package django-storages[s3]")
    from boto3.s3.transfer import TransferConfig
    from botocore.config import Config

    # A storage that hangs holds a thread: seconds, not boto's minutes. Checksums of AWS's own are asked of nobody else.
    patience = Config(
        connect_timeout=3,
        read_timeout=10,
        retries={"max_attempts": 2, "mode": "standard"},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    options = {
        "bucket_name": bucket,
        "endpoint_url": text("S3_ENDPOINT_URL") or None,
        "region_name": text("S3_REGION") or None,
        "access_key": text("S3_ACCESS_KEY") or None,
        "secret_key": text("S3_SECRET_KEY") or None,
        "file_overwrite": False,
        "max_memory_size": 1024 * 1024,
        "client_config": patience,
        "transfer_config": TransferConfig(use_threads=False),
    }
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}


def kafka() -> dict[str, Any]:
    """Where activity logs go first, under which names (contract 2.7); no address means no Kafka."""
    servers = text("KAFKA_BOOTSTRAP_SERVERS")
    if servers and importlib.util.find_spec("confluent_kafka") is None:
        raise BadSetting("KAFKA_BOOTSTRAP_SERVERS", "needs the package confluent-kafka")
    activity = text("KAFKA_ACTIVITY_TOPIC") or "activity_logs"
    return {
        "BOOTSTRAP_SERVERS": servers,
        "OPTIONS": pairs("KAFKA_OPTIONS"),
        "ACTIVITY_TOPIC": activity,
        "HELP_TOPIC": text("KAFKA_HELP_TOPIC") or "help_requests",
        "DEAD_LETTER_TOPIC": text("KAFKA_DEAD_LETTER_TOPIC") or f"{activity}.dlt",
        "GROUP": text("KAFKA_GROUP") or "mobilegpt",
        "WAIT_SECONDS": integer("KAFKA_WAIT_MS", 150) / 1000,
    }


def choice(name: str, default: str, allowed: tuple[str, ...]) -> str:
    value = (text(name) or default).lower()
    if value not in allowed:
        raise BadSetting(name, f"{value!r} is none of {', '.join(allowed)}")
    return value


def data_dir() -> Path:
    """``DATA_DIR``, made when absent: the SQLite file, the development secret, uploads."""
    path = Path(text("DATA_DIR") or BASE_DIR / "data").expanduser().resolve()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Without a name that several processes, which start at once, would take from each other.
        tempfile.TemporaryFile(dir=path).close()
    except OSError as error:
        raise BadSetting("DATA_DIR", f"{path} cannot be written ({error.strerror})") from None
    keep_private(path / "media", 0o700)
    return path


def development_secret(directory: Path) -> str:
    """A random key, made once and kept with the data, so that tokens survive a restart.

    Processes that start at once agree on it: the first to hold the file makes it.
    """
    path = directory / "secret_key"
    if path.exists() and (secret := path.read_text().strip()):
        return secret
    path.touch(mode=0o600)
    with path.open("r+") as file:
        locks.lock(file, locks.LOCK_EX)
        secret = file.read().strip()
        if not secret:
            secret = secrets.token_urlsafe(50)
            file.write(secret)
        return secret


def jobs() -> str:
    """Who does the background work: ``celery``, or ``embedded`` in the serving processes."""
    chosen = choice("JOBS", "celery" if text("CELERY_BROKER_URL") else "embedded", ("embedded", "celery"))
    if chosen == "celery" and importlib.util.find_spec("celery") is None:
        raise BadSetting("JOBS", "needs the package celery[redis]")
    return chosen


def broker_url() -> str:
    """Where Celery's programs look, whoever else uses them."""
    return text("CELERY_BROKER_URL") or _redis_address() or "redis://localhost:6379"


def _redis_address() -> str:
    """``CHANNEL_LAYER_REDIS_URL`` > ``REDIS_URL`` > ``REDIS_HOST``+``REDIS_PORT``; empty when none is set."""
    url = text("CHANNEL_LAYER_REDIS_URL") or text("REDIS_URL")
    if not url and text("REDIS_HOST"):
        url = f"redis://{text('REDIS_HOST')}:{integer('REDIS_PORT', 6379)}"
    return url


def redis_url() -> str | None:
    """The address of Redis, if there is one; ``USE_REDIS_CHANNELS`` decides."""
    url = _redis_address()
    if not flag("USE_REDIS_CHANNELS", bool(url)):
        return None
    return url or "redis://localhost:6379"


def speech() -> dict[str, Any]:
    """Who makes speech of steps without a clip, in order: any OpenAI-compatible address, espeak-ng on this machine."""
    order = tuple(name for name in (part.strip() for part in text("SPEECH_ORDER", "server").lower().split(",")) if name)
    for name in order:
        if name not in ("server", "espeak"):
            raise BadSetting("SPEECH_ORDER", f"{name!r} is neither server nor espeak")
    if "espeak" in order and importlib.util.find_spec("espeakng_loader") is None:
        raise BadSetting("SPEECH_ORDER", "needs the package espeakng-loader for espeak")
    url = text("SPEECH_BASE_URL")
    if url and not url.startswith(("http://", "https://")):
        raise BadSetting("SPEECH_BASE_URL", "is no http or https address")
    return {
        "ORDER": order,
        "BASE_URL": url,
        "API_KEY": text("SPEECH_API_KEY"),
        "MODEL": text("SPEECH_MODEL") or "gpt-4o-mini-tts",
        "VOICE": text("SPEECH_VOICE") or "alloy",
        "ESPEAK_VOICE": text("SPEECH_ESPEAK_VOICE") or "ko",
        "TIMEOUT_SECONDS": 30.0,
        "CALLS_PER_DAY": integer("SPEECH_CALLS_PER_DAY", 2000),
    }


def openai() -> dict[str, Any]:
    """A language model for help, behind any OpenAI-compatible address; the documents' own placeholder is no key."""
    key = text("OPENAI_API_KEY")
    if key in ("your-openai-api-key", "your_openai_api_key"):
        key = ""
    if key and importlib.util.find_spec("openai") is None:
        raise BadSetting("OPENAI_API_KEY", "needs the package openai")
    return {
        "API_KEY": key,
        "BASE_URL": text("OPENAI_BASE_URL"),
        "MODEL": text("OPENAI_MODEL") or "gpt-4o-mini",
        "TIMEOUT_SECONDS": 10.0,
        "CALLS_PER_USER": integer("OPENAI_CALLS_PER_USER", 30),
        "CALLS_PER_DAY": integer("OPENAI_CALLS_PER_DAY", 2000),
    }
