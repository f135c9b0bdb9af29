"""Mail: plain text from templates/mail, by SMTP where an address is set, else into var/outbox for a demo.

A template is one file for each language; its first line is the subject, the text follows after a blank line.
"""

import smtplib
import ssl
from collections.abc import Mapping
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid, parseaddr
from functools import cache
from urllib.parse import unquote, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from lms.config import ROOT, Settings

PATIENCE_SECONDS = 20


class NoPostOffice(RuntimeError):
    """A production installation without SMTP_URL cannot send mail."""


class NotTaken(RuntimeError):
    """A letter did not leave: the server did not take it, or there was no address on it."""


def is_possible(settings: Settings) -> bool:
    """Whether mail leaves this installation, or at least reaches the demo's outbox."""
    return bool(settings.smtp_url) or settings.mode != "production"


def compose(
    letter: str, language: str, *, sender: str, to: str, now: datetime, facts: Mapping[str, object]
) -> EmailMessage:
    """The letter of that name in a language, with its facts filled in; a fact that is missing raises."""
    subject, body = _letters().get_template(f"{letter}.{language}.txt").render(facts).split("\n\n", 1)
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = _address(sender)
    message["To"] = _address(to)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = make_msgid(domain=_address(sender).domain or "localhost")
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body)
    return message


def send(settings: Settings, message: EmailMessage) -> None:
    """Hand the letter over. Raises smtplib.SMTPException or OSError when the server does not take it."""
    if settings.smtp_url:
        _post(settings.smtp_url, message)
    elif is_possible(settings):
        _lay_out(settings, message)
    else:
        raise NoPostOffice("set SMTP_URL, such as smtps://user:password@mail.example.go.id:465")


def write(
    settings: Settings, letter: str, language: str, *, to: str, now: datetime, facts: Mapping[str, object]
) -> None:
    """Compose a letter and hand it over. Raises NotTaken, after which one of a sweep's letters waits and the others go on."""
    try:
        send(settings, compose(letter, language, sender=settings.mail_from, to=to, now=now, facts=facts))
    except (smtplib.SMTPException, OSError, ValueError) as error:  # the last for what is no address
        raise NotTaken from error


def _post(url: str, message: EmailMessage) -> None:
    """smtps:// speaks TLS at once, smtp+starttls:// insists on it, smtp:// is for a relay in the same machine or room."""
    parts = urlsplit(url)
    host, trust = parts.hostname or "localhost", ssl.create_default_context()
    server: smtplib.SMTP
    if parts.scheme == "smtps":
        server = smtplib.SMTP_SSL(host, parts.port or 465, timeout=PATIENCE_SECONDS, context=trust)
    else:
        server = smtplib.SMTP(host, parts.port or (587 if parts.username else 25), timeout=PATIENCE_SECONDS)
    with server:
        if parts.scheme == "smtp+starttls":
            server.starttls(context=trust)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(message)


def _lay_out(settings: Settings, message: EmailMessage) -> None:
    folder = settings.var / "outbox"
    folder.mkdir(parents=True, exist_ok=True)
    name = message["Message-ID"].strip("<>").split("@")[0]
    (folder / f"{name}.eml").write_bytes(message.as_bytes())


def _address(text: str) -> Address:
    """Raises ValueError for what is no address, without repeating it: it may be a person's."""
    name, spec = parseaddr(text)
    if not spec:  # of which Python 3.11.2 asks for the first letter
        raise ValueError("this is no address for a letter")
    return Address(name, addr_spec=spec)


@cache
def _letters() -> Environment:
    """Not escaped: the letters are plain text."""
    folder = FileSystemLoader(ROOT / "templates" / "mail")
    return Environment(loader=folder, undefined=StrictUndefined, autoescape=False, keep_trailing_newline=True)  # noqa: S701
