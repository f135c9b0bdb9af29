"""A small package, written by hand, that tests bend and break."""

from pathlib import Path

COURSE = """\
format: 1
id: 11111111-1111-4111-8111-111111111111
slug: kursus-kecil
title: Kursus Kecil
summary: Ringkasan kursus kecil.
audience: Semua pegawai.
language: id
learning_hours: 1
method: e-learning
competencies:
  - code: TEK.KI
    level: 2
lessons:
  - 01-awal
  - 02-lanjut
licence: CC-BY-4.0
"""
FIRST = """\
---
id: 22222222-2222-4222-8222-222222222221
title: Awal
minutes: 25
objectives:
  - Memulai dengan benar.
---

## Mulai

Teks awal, lihat [lanjutannya](materi:02-lanjut).

::: latihan 33333333-3333-4333-8333-333333333330
:::
"""
SECOND = """\
---
id: 22222222-2222-4222-8222-222222222222
title: Lanjut
minutes: 20
objectives:
  - Melanjutkan.
---

## Lanjut

::: penting Ingat
Teks lanjutan.
:::
"""
PRACTICE = """\
- id: 33333333-3333-4333-8333-333333333330
  kind: true_false
  lesson: 01-awal
  competency: TEK.KI
  level: 1
  difficulty: mudah
  stem: Benarkah?
  answer: true
  explanation: Benar.
"""
QUESTIONS = """\
- id: 33333333-3333-4333-8333-333333333331
  kind: single_choice
  lesson: 01-awal
  competency: TEK.KI
  level: 1
  difficulty: mudah
  stem: Pilih satu.
  options:
    - text: Salah
    - text: Betul
      correct: true
  explanation: Yang kedua.
- id: 33333333-3333-4333-8333-333333333332
  kind: numeric
  lesson: 01-awal
  competency: TEK.KI
  level: 2
  difficulty: sedang
  stem: |
    Baris pertama.

    Berapa?
  answer: "12.5"
  tolerance: "0.5"
  unit: jam
  explanation: Dua belas setengah.
"""
EXAM = """\
format: 1
id: 44444444-4444-4444-8444-444444444444
slug: uk-kecil
title: Uji Kecil
duration_minutes: 10
pass_total: 70
proctored: false
attempts: 2
cooldown_hours: 0
sections:
  - title: Dasar
    competency: TEK.KI
    level: 1
    draw: 1
    pass: 60
    difficulty:
      mudah: 1
  - title: Terapan
    competency: TEK.KI
    level: 2
    draw: 1
    pass: 60
    difficulty:
      sedang: 1
"""
FILES = {
    "course.yaml": COURSE,
    "exam.yaml": EXAM,
    "lessons/01-awal.md": FIRST,
    "lessons/02-lanjut.md": SECOND,
    "questions/01-awal.yaml": QUESTIONS,
    "questions/latihan.yaml": PRACTICE,
}


def write(folder: Path, **changed: str | bytes) -> Path:
    """The small package in `folder`/kursus-kecil. changed: file name, with `__` for `/` and `_yaml` or `_md` behind, → text."""
    root = folder / "kursus-kecil"
    for name, text in FILES.items():
        put(root, name, text)
    for key, content in changed.items():
        name, _, ending = key.replace("__", "/").rpartition("_")
        put(root, f"{name.replace('_', '-')}.{ending}", content)
    return root


def put(root: Path, name: str, content: str | bytes) -> None:
    """One file of a package."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
