"""What the template says of its columns, and an example of every kind."""

from lms.questions.exchange.columns import KINDS

DEFINITIONS: tuple[tuple[str, str], ...] = (
    ("Kolom", "Isinya"),
    ("Nama", "Nama soal untuk Anda sendiri; boleh kosong."),
    ("Jenis", f"Salah satu dari: {', '.join(names[0] for names in KINDS.values())}. Kosong: ditebak dari isian lain."),
    ("Soal", "Yang ditanyakan. Teks biasa; awali dengan [markdown] atau [html] untuk teks berformat."),
    ("Pilihan A … J", "Pilihan jawaban, diisi berurutan dari A."),
    ("Kunci", "Jawaban yang benar; bentuknya menurut jenis, lihat di bawah."),
    ("Pembahasan", "Mengapa jawaban itu benar."),
    ("Kompetensi", "Kode kompetensi di kamus, misalnya TEK.KI."),
    ("Tingkat", "1 sampai 5."),
    ("Kesulitan", "mudah, sedang, atau sulit."),
    ("Poin", "Nilai soal, 0,25 sampai 100; kosong berarti 1."),
    ("Toleransi", "Untuk angka: selisih yang masih diterima."),
    ("Satuan", "Untuk angka: satuan, misalnya m. Satuan lain dengan nilainya: m; cm=0,01."),
    ("Tag", "Kata untuk menyaring soal, dipisah dengan koma; boleh kosong."),
    ("Folder", "Tempat soal di bank, misalnya Dasar/Surel; boleh kosong."),
    ("", ""),
    ("Jenis", "Cara mengisi"),
    ("Pilihan ganda", "Kunci satu huruf: B. Dengan bobot: B:100%, C:50%."),
    (
        "Pilihan jamak",
        "Kunci beberapa huruf: A, C. Benar semua atau nol: A, C (semua). Dengan bobot: A:50%, C:50%, B:-50%.",
    ),
    ("Benar/salah", "Kunci Benar atau Salah."),
    ("Situasional", "Kunci poin 1 sampai 5 setiap pilihan: A=5, B=4, C=3, D=2, E=1."),
    ("Angka", "Kunci angka: 12,5. Beberapa jawaban: 12,5 | 13:50%."),
    ("Isian singkat", "Kunci jawaban yang diterima: Bandung | Bdg:50%. Tanda * menggantikan huruf apa saja."),
    ("Menjodohkan", "Pilihan A … J berisi kiri -> kanan. Pengecoh: -> kanan."),
    ("Mengurutkan", "Pilihan A … J berisi butir dalam urutan yang benar."),
    ("Rumpang", "Soal memuat {{1}}, {{2}}, …; Pilihan A untuk {{1}}, B untuk {{2}}, dan seterusnya."),
    ("", "Isi rumpang: teks: a | b:50%   ·   angka: 3 ± 0,5   ·   pilihan: *benar | salah | salah"),
    ("Esai", "Kunci: yang dicari pemeriksa; boleh kosong."),
    ("Berkas", "Kunci: yang dicari pemeriksa; boleh kosong."),
)

EXAMPLES: tuple[dict[str, str], ...] = (
    {"name": "Contoh 1", "kind": "Pilihan ganda", "stem": "Ibu kota Jawa Barat adalah …", "A": "Bogor", "B": "Bandung", "key": "B"},
    {"name": "Contoh 2", "kind": "Pilihan jamak", "stem": "Mana bilangan genap?", "A": "2", "B": "3", "C": "4", "key": "A, C"},
    {"name": "Contoh 3", "kind": "Benar/salah", "stem": "Satu JP adalah 45 menit.", "key": "Benar"},
    {
        "name": "Contoh 4", "kind": "Situasional", "stem": "Rekan Anda terlambat. Anda …", "A": "bertanya sebabnya", "B": "diam",
        "key": "A=5, B=2",
    },
    {"name": "Contoh 5", "kind": "Angka", "stem": "Berapa 25 ÷ 2?", "key": "12,5", "tolerance": "0,1"},
    {"name": "Contoh 6", "kind": "Isian singkat", "stem": "Ibu kota Jawa Barat?", "key": "Bandung | Bdg:50%"},
    {"name": "Contoh 7", "kind": "Menjodohkan", "stem": "Pasangkan.", "A": "Jabar -> Bandung", "B": "Banten -> Serang", "C": "-> Palu"},
    {"name": "Contoh 8", "kind": "Mengurutkan", "stem": "Urutkan dari yang kecil.", "A": "satu", "B": "dua", "C": "tiga"},
    {"name": "Contoh 9", "kind": "Rumpang", "stem": "Ibu kota Banten adalah {{1}}.", "A": "pilihan: *Serang | Bandung"},
    {"name": "Contoh 10", "kind": "Esai", "stem": "Jelaskan arti pelayanan publik."},
    {"name": "Contoh 11", "kind": "Berkas", "stem": "Unggah rencana aksi Anda."},
)  # fmt: skip
