"""Why there is no calibration, or none of an item, in words."""

from typing import Any

from lms.exams.irt import FEWEST, FEWEST_ITEMS, Refusal, WhyItem
from lms.questions.said import Said, say

ITEMS: dict[WhyItem, Said] = {
    "part": say("ada nilai sebagian; model ini hanya mengenal benar dan salah"),
    "constant": say("semua peserta benar, atau semua salah"),
    "few": say("kurang dari %(least)s peserta mendapat butir ini", least=FEWEST),
    "unsettled": say("angkanya tidak menetap; tinjau kunci dan daya bedanya"),
}


def refused(refusal: Refusal[Any]) -> Said:
    """What is missing, and what to do."""
    match refusal.why:
        case "extra":
            return say(
                "Model 2PL memerlukan paket tambahan (numpy), yang belum terpasang di server ini. Operator memasangnya "
                "sekali dengan perintah bin/serve --irt."
            )
        case "few":
            return say(
                "Model 2PL memerlukan sedikitnya %(least)s pengerjaan; ada %(n)s. Dengan lebih sedikit, angkanya tidak dapat dipegang.",
                least=FEWEST,
                n=refusal.n,
            )
        case "items":
            return say(
                "Model 2PL memerlukan sedikitnya %(least)s butir yang hanya benar atau salah, masing-masing dengan %(n)s peserta.",
                least=FEWEST_ITEMS,
                n=FEWEST,
            )
        case "converged":
            return say(
                "Perhitungan tidak mencapai titik tetap, jadi tidak ada angka yang dapat dipegang. Tinjau dahulu butir "
                "dengan daya beda rendah atau negatif."
            )
