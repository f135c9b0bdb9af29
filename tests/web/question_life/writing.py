"""A question as the browser sends it."""

from collections.abc import Callable

from flask.testing import FlaskClient

from tests.cast import Person

Browser = Callable[[Person | None], FlaskClient]
BANK = "/soal/bank-ki"
TYPED = {
    "jenis": "single_choice", "soal": "Surel mana yang **palsu**?", "pilihan-1": "Dari bank", "pilihan-2": "Dari teman",
    "benar": "1", "pembahasan": "Alamatnya.", "kompetensi": "TEK.KI", "tingkat": "1", "kesulitan": "mudah",
    "tag": "Surel,  Palsu ", "folder": " Dasar / Surel ", "aksi": "simpan",
}  # fmt: skip


def write(client: FlaskClient, **change: str) -> str:
    answer = client.post(f"{BANK}/baru", data=TYPED | change)
    assert answer.status_code == 303, answer.text
    return answer.location
