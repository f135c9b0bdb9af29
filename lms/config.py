"""Settings: typed, read once from the environment, complete or refused."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from lms.clock import ZONES

Mode = Literal["demo", "production", "test"]
ROOT = Path(__file__).resolve().parent.parent
#: Requests that a web process works on at once; more wait outside of Python. Eight held SQLite's lock longer, each waiting for
#: the interpreter: 24 people who start at once took 1.8 s instead of 1.2.
THREADS = 4
#: What SIGNER may begin with: a key file, a token, BSrE for a person or an agency's seal.
SIGNER_KINDS = ("file", "pkcs11", "bsre-v1", "bsre-v2", "bsre-seal")


class BadSetting(ValueError):
    """A setting is missing or makes no sense; the message names it and what to put there."""


@dataclass(frozen=True)
class SignerSettings:
    """Who signs certificates. address: empty for the local test PKI, else as `SIGNER` in docs/operator.md.

    secret: password, PIN or the activation code of a seal; account: user:password at BSrE; identity: NIK or subscriber there.
    chain: a PEM file with certificates that the key itself comes without. stamps: address of a time-stamp authority.
    """

    address: str = ""
    secret: str = field(default="", repr=False)
    account: str = field(default="", repr=False)
    identity: str = field(default="", repr=False)
    chain: str = ""
    stamps: str = ""

    @property
    def is_slow(self) -> bool:
        """Whether each signature waits for a service."""
        return bool(self.stamps) or self.address.startswith("bsre-")

    @property
    def is_personal(self) -> bool:
        """Whether a person signs, whose passphrase is asked for each time."""
        return self.address.startswith(("bsre-v1:", "bsre-v2:"))


@dataclass(frozen=True)
class Settings:
    """All that differs between one installation and another."""

    mode: Mode
    var: Path
    database_url: str
    public_url: str
    secret_key: str
    zone: str = "Asia/Jakarta"
    max_upload_bytes: int = 5 * 1024 * 1024
    counts_sql: bool = False
    smtp_url: str = ""
    mail_from: str = "Teruji <tidak-dibalas@localhost>"
    proxies: int = 0
    help_phone: str = ""
    help_email: str = ""
    signer: SignerSettings = SignerSettings()

    @property
    def is_secure(self) -> bool:
        """Whether browsers reach the site by HTTPS: cookies are then marked Secure."""
        return self.public_url.startswith("https://")

    @property
    def admits_demo(self) -> bool:
        """Whether the accounts of the demo may sign in: their password stands in the README."""
        return self.mode != "production"

    @property
    def sandbox_socket(self) -> Path:
        """Where the process that opens uploaded PDFs listens."""
        return self.var / "sandbox.sock"

    @property
    def pki_folder(self) -> Path:
        """Where the local test-grade PKI is kept."""
        return self.var / "pki"

    @property
    def credential_folder(self) -> Path:
        """Where the keys that sign credentials are kept."""
        return self.pki_folder / "credential"

    @property
    def log_folder(self) -> Path:
        """Where the public log's key and the last checkpoint it signed are kept."""
        return self.var / "log"


def read(environ: Mapping[str, str]) -> Settings:
    """Settings from environment variables.

    Raises BadSetting when production lacks `PUBLIC_URL`, `SECRET_KEY` or `DATABASE_URL`, or a value is unusable.
    """
    mode = _mode(environ.get("TERUJI_MODE", "production"))
    var = Path(environ.get("TERUJI_VAR", ROOT / "var")).resolve()
    if mode == "production":
        _require(environ, "PUBLIC_URL", "DATABASE_URL", "SECRET_KEY")
    return Settings(
        mode=mode,
        var=var,
        database_url=environ.get("DATABASE_URL") or f"sqlite:///{var / 'teruji.db'}",
        public_url=_url(environ.get("PUBLIC_URL", "http://127.0.0.1:8000")),
        secret_key=_secret(environ, var),
        zone=_zone(environ.get("TERUJI_ZONE", "Asia/Jakarta")),
        counts_sql=environ.get("TERUJI_COUNT_SQL") == "1",
        smtp_url=_smtp(environ.get("SMTP_URL", "")),
        mail_from=environ.get("MAIL_FROM", "Teruji <tidak-dibalas@localhost>"),
        proxies=int(environ.get("TERUJI_PROXIES", "0")),
        help_phone=environ.get("HELP_PHONE", "021-555-0142" if mode == "demo" else ""),
        help_email=environ.get("HELP_EMAIL", "bantuan@teruji.example" if mode == "demo" else ""),
        signer=_signer(environ),
    )


def _require(environ: Mapping[str, str], *names: str) -> None:
    missing = [name for name in names if not environ.get(name)]
    if missing:
        raise BadSetting(
            f"Production needs {', '.join(missing)}: set them in the environment, or set TERUJI_MODE=demo."
        )


def _mode(value: str) -> Mode:
    if value == "demo":
        return "demo"
    if value == "production":
        return "production"
    if value == "test":
        return "test"
    raise BadSetting(f"TERUJI_MODE is {value!r}; use demo or production.")


def _url(value: str, name: str = "PUBLIC_URL") -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise BadSetting(f"{name} is {value!r}; write it like https://teruji.example.go.id.")
    return value.rstrip("/")


def _smtp(value: str) -> str:
    parts = urlsplit(value)
    if value and (parts.scheme not in {"smtp", "smtps", "smtp+starttls"} or not parts.hostname):
        raise BadSetting("SMTP_URL must look like smtps://user:password@mail.example.go.id:465 (or smtp+starttls://).")
    return value


def _zone(value: str) -> str:
    if value not in ZONES:
        raise BadSetting(f"TERUJI_ZONE is {value!r}; use one of {', '.join(ZONES)}.")
    return value


def _signer(environ: Mapping[str, str]) -> SignerSettings:
    """A personal passphrase is no setting: it is the signer's alone, and asked for when signing."""
    address, stamps = environ.get("SIGNER", ""), environ.get("TIMESTAMP_URL", "")
    secret = _from_file(environ, "SIGNER_SECRET")
    kind, _, rest = address.partition(":")
    if address and (kind not in SIGNER_KINDS or not rest):
        raise BadSetting(f"SIGNER must begin with one of {', '.join(f'{one}:' for one in SIGNER_KINDS)}")
    if kind in {"bsre-v1", "bsre-v2"} and secret:
        raise BadSetting("A personal passphrase does not belong in settings: leave SIGNER_SECRET out.")
    account, identity = _from_file(environ, "BSRE_ACCOUNT"), _from_file(environ, "BSRE_IDENTITY")
    if kind.startswith("bsre-"):
        _url(rest, "SIGNER")
        if ":" not in account or not identity:
            raise BadSetting(
                "BSrE needs BSRE_ACCOUNT (user:password) and BSRE_IDENTITY (NIK, or the seal's subscriber)."
            )
        if kind == "bsre-seal" and not secret:
            raise BadSetting("A seal needs SIGNER_SECRET or SIGNER_SECRET_FILE: the code of its activation.")
    if stamps:
        _url(stamps, "TIMESTAMP_URL")
        if kind.startswith("bsre-"):
            raise BadSetting("BSrE stamps the time itself: leave TIMESTAMP_URL out.")
    return SignerSettings(address, secret, account, identity, environ.get("SIGNER_CHAIN", ""), stamps)


def _from_file(environ: Mapping[str, str], name: str) -> str:
    """A secret: from the environment, or from the file that NAME_FILE names."""
    path = environ.get(f"{name}_FILE", "")
    if not path:
        return environ.get(name, "")
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as fault:
        raise BadSetting(f"{name}_FILE is {path}, which cannot be read.") from fault


def _secret(environ: Mapping[str, str], var: Path) -> str:
    """The signing key: from the environment, else from the file that `bin/serve` makes at the first start."""
    given = environ.get("SECRET_KEY", "")
    file = var / "secret_key"
    if not given and file.is_file():
        given = file.read_text(encoding="ascii").strip()
    if len(given) < 32:
        raise BadSetting(f"SECRET_KEY needs 32 characters or more: set it, or let bin/serve write {file}.")
    return given
