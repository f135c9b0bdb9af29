"""Mail: letters, and how they leave."""

import smtplib
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from email import message_from_string, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from lms import config, mail
from lms.config import ROOT, Settings
from lms.mail import NoPostOffice
from tests.cast import START

FACTS = {"name": "Sari Uji", "link": "https://teruji.example/lupa-sandi/abc", "minutes": 30}


def settings(var: Path, **other: object) -> Settings:
    made = Settings(mode="demo", var=var, database_url="", public_url="http://localhost", secret_key="x" * 32)
    return replace(made, **other)  # type: ignore[arg-type]


def letter(to: str = "sari@contoh.go.id", language: str = "id") -> EmailMessage:
    return mail.compose(
        "password_reset", language, sender="Teruji <tidak-dibalas@contoh.go.id>", to=to, now=START, facts=FACTS
    )


def test_a_letter_has_its_subject_its_facts_and_its_time() -> None:
    made = letter()

    assert made["Subject"] == "Atur ulang kata sandi Teruji"
    assert made["From"] == "Teruji <tidak-dibalas@contoh.go.id>"
    assert made["Date"] == "Mon, 23 Nov 2026 02:00:00 +0000"
    assert "https://teruji.example/lupa-sandi/abc\n" in made.get_content()


def test_every_letter_is_there_in_both_languages() -> None:
    files = {file.name for file in (ROOT / "templates" / "mail").iterdir()}

    assert files == {f"{name.split('.')[0]}.{language}.txt" for name in files for language in ("id", "en")}
    assert letter(language="en")["Subject"] == "Reset your Teruji password"


def test_a_missing_fact_is_an_error_and_not_a_blank() -> None:
    with pytest.raises(UndefinedError):
        mail.compose("password_reset", "id", sender="a@b.id", to="c@d.id", now=START, facts={"name": "Sari"})


@pytest.mark.parametrize("address", ["sari@contoh.go.id\nBcc: lain@contoh.go.id", "sari"])
def test_an_address_cannot_bring_other_headers(address: str) -> None:
    try:
        made = letter(to=address)
    except ValueError:
        return
    assert made["Bcc"] is None
    assert "lain@contoh.go.id" not in str(made["To"])


def test_a_demo_lays_its_letters_out(tmp_path: Path) -> None:
    mail.send(settings(tmp_path), letter())

    (file,) = (tmp_path / "outbox").iterdir()
    assert b"To: sari@contoh.go.id" in file.read_bytes()


def test_production_without_a_server_says_so_instead_of_losing_letters(tmp_path: Path) -> None:
    production = settings(tmp_path, mode="production")

    assert not mail.is_possible(production)
    with pytest.raises(NoPostOffice):
        mail.send(production, letter())


def test_a_letter_reaches_an_smtp_server(tmp_path: Path) -> None:
    with post_office() as (port, received):
        mail.send(settings(tmp_path, smtp_url=f"smtp://127.0.0.1:{port}"), letter())

    (text,) = received
    assert message_from_string(text, policy=policy.default)["Subject"] == "Atur ulang kata sandi Teruji"
    assert not (tmp_path / "outbox").exists()


def test_a_server_that_does_not_offer_tls_gets_nothing_where_tls_is_asked(tmp_path: Path) -> None:
    with post_office() as (port, received), pytest.raises(smtplib.SMTPNotSupportedError):
        mail.send(settings(tmp_path, smtp_url=f"smtp+starttls://127.0.0.1:{port}"), letter())

    assert received == []


@pytest.mark.parametrize("url", ["mail.contoh.go.id", "http://mail.contoh.go.id", "smtp://"])
def test_an_unusable_address_of_a_server_is_refused_at_start(url: str, tmp_path: Path) -> None:
    environ = {"TERUJI_MODE": "demo", "TERUJI_VAR": str(tmp_path), "SECRET_KEY": "x" * 32, "SMTP_URL": url}

    with pytest.raises(config.BadSetting, match="SMTP_URL"):
        config.read(environ)


class Clerk(socketserver.StreamRequestHandler):
    """Speaks as much SMTP as one letter needs."""

    def handle(self) -> None:
        self.wfile.write(b"220 test\r\n")
        for line in iter(self.rfile.readline, b""):
            verb = line.split()[0].upper() if line.split() else b""
            if verb == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                lines = iter(self.rfile.readline, b".\r\n")
                self.server.received.append(b"".join(lines).decode())  # type: ignore[attr-defined]
            self.wfile.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n")


@contextmanager
def post_office() -> Iterator[tuple[int, list[str]]]:
    """An SMTP server on a free port of this machine: (port, the letters it received)."""
    with socketserver.TCPServer(("127.0.0.1", 0), Clerk) as server:
        server.received = []  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_address[1], server.received  # type: ignore[attr-defined]
        finally:
            server.shutdown()
            thread.join()
