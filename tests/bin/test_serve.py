"""bin/serve from end to end, with a stand-in for the application that notes what it was asked to do."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.bin.conftest import Checkout
from tests.waiting import wait_until

# Notes its words, but for the web's. `demo load` fails while a file "broken" is there; the web tells the address that it was
# given, from a process of its own; worker and sandbox run until stopped.
LMS = """
import os, sys, time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

class Address(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(os.environ["PUBLIC_URL"].encode())

var = Path(os.environ["TERUJI_VAR"])
words = sys.argv[1:]
if words[0] == "web":
    told = dict(zip(words[1::2], words[2::2]))
    server = HTTPServer((told["--host"], int(told["--port"])), Address)
    if os.fork():
        os.wait()
    server.serve_forever()
with (var / "calls").open("a") as calls:
    print(*words, file=calls)
if words == ["demo", "load"] and (var / "broken").exists():
    sys.exit(1)
if words == ["demo", "accounts"]:
    print("Peserta: 19900101", flush=True)
while words in (["worker"], ["sandbox"]):
    time.sleep(0.05)
"""


class Serve:
    """A running bin/serve on a free port."""

    def __init__(self, checkout: Checkout, *options: str, **environment: str) -> None:
        self.var = checkout.root / "var"
        self.output = checkout.root / "said"
        self.process = subprocess.Popen(
            [sys.executable, checkout.root / "bin" / "serve", "--port", "0", *options],
            stdout=self.output.open("w"),
            stderr=subprocess.STDOUT,
            env={**os.environ, **environment},
        )

    def said(self) -> list[str]:
        return self.output.read_text().splitlines()

    def address(self) -> str:
        """Where it serves, once it says so."""
        wait_until(lambda: self._ready() != [] or self.process.poll() is not None)
        assert self._ready(), self.output.read_text()
        return self._ready()[0].split()[3]

    def _ready(self) -> list[str]:
        return [line for line in self.said() if line.startswith("Teruji siap di ")]

    def calls(self) -> list[str]:
        return (self.var / "calls").read_text().splitlines()

    def stop(self, sent: signal.Signals = signal.SIGINT) -> int:
        self.process.send_signal(sent)
        return self.process.wait()


@pytest.fixture
def site(ready_checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    for name in ("PUBLIC_URL", "TERUJI_MODE"):
        monkeypatch.delenv(name, raising=False)
    package = ready_checkout.root / "lms"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "__main__.py").write_text(LMS)
    return ready_checkout


@pytest.fixture
def served() -> Iterator[list[Serve]]:
    """What a test serves; whatever happens, it ends with the test."""
    started: list[Serve] = []
    yield started
    for serve in started:
        serve.process.terminate()
        serve.process.wait()


def start(served: list[Serve], site: Checkout, *options: str, **environment: str) -> Serve:
    served.append(Serve(site, *options, **environment))
    return served[-1]


def test_the_first_start_migrates_loads_the_demo_and_serves(served: list[Serve], site: Checkout) -> None:
    serve = start(served, site)
    address = serve.address()
    with urlopen(address) as answer:
        assert answer.read().decode() == address
    assert serve.calls()[:2] == ["db upgrade", "demo load"]
    assert sorted(serve.calls()[2:]) == ["demo accounts", "sandbox", "worker"]
    assert "Peserta: 19900101" in serve.said()


def test_a_second_start_migrates_but_loads_no_demo_again(served: list[Serve], site: Checkout) -> None:
    for _ in range(2):
        serve = start(served, site)
        serve.address()
        serve.stop()
    assert serve.calls().count("demo load") == 1
    assert serve.calls().count("db upgrade") == 2
    assert serve.calls().count("demo accounts") == 2


def test_a_demo_that_failed_to_load_is_loaded_at_the_next_start(served: list[Serve], site: Checkout) -> None:
    (site.root / "var").mkdir()
    broken = site.root / "var" / "broken"
    broken.touch()
    serve = start(served, site)
    assert serve.process.wait() == 1
    broken.unlink()
    again = start(served, site)
    again.address()
    assert again.calls().count("demo load") == 2


def test_an_empty_start_stays_empty(served: list[Serve], site: Checkout) -> None:
    for options in (["--empty"], []):
        serve = start(served, site, *options)
        serve.address()
        serve.stop()
    assert not [call for call in serve.calls() if call.startswith("demo")]


def test_production_gets_no_demo(served: list[Serve], site: Checkout) -> None:
    serve = start(served, site, TERUJI_MODE="production", PUBLIC_URL="https://teruji.example")
    assert serve.address() == "https://teruji.example"
    assert not [call for call in serve.calls() if call.startswith("demo")]


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_stopping_leaves_no_process_behind(served: list[Serve], site: Checkout, sent: signal.Signals) -> None:
    serve = start(served, site)
    serve.address()
    assert len(processes(site)) > 3
    assert serve.stop(sent) == 0
    assert processes(site) == []


def processes(site: Checkout) -> list[str]:
    """Command lines of what runs in the checkout."""
    lines = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if (folder / "cwd").readlink() == site.root:
                lines.append((folder / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue  # it has ended, or is not ours to look at
    return lines


def test_a_folder_in_use_is_not_served_twice(served: list[Serve], site: Checkout) -> None:
    start(served, site).address()
    command = [sys.executable, str(site.root / "bin" / "serve"), "--port", "0"]
    second = subprocess.run(command, capture_output=True, text=True, check=False)
    assert second.returncode == 1
    assert second.stderr == f"Teruji sudah berjalan dengan {site.root / 'var'}. Pilih folder lain dengan --var.\n"


def test_a_port_in_use_is_named(site: Checkout) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        command = [sys.executable, str(site.root / "bin" / "serve"), "--port", str(port)]
        refused = subprocess.run(command, capture_output=True, text=True, check=False)
    assert refused.returncode == 1
    assert refused.stderr.startswith(f"Tidak dapat memakai 127.0.0.1:{port} ")
    assert refused.stderr.endswith("Pilih yang lain dengan --port.\n")


def test_a_changed_address_is_pointed_out(served: list[Serve], site: Checkout) -> None:
    first = start(served, site)
    address = first.address()
    first.stop()
    second = start(served, site)
    second.address()
    assert second.said()[0].startswith(f"Perhatian: sertifikat terdahulu memuat alamat {address}, sekarang ")
