"""QR symbols put together from parts are those that the encoder draws."""

import segno
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from lms.certificates import qr
from lms.certificates.qr import Symbol


def drawn(symbol: Symbol) -> Image.Image:
    picture = Image.new("L", (symbol.side + 8, symbol.side + 8), 255)
    for x, y, length in symbol.runs():
        for at in range(x, x + length):
            picture.putpixel((at + 4, y + 4), 0)
    return picture.resize((picture.width * 4, picture.height * 4))


def encoded(text: str, mask: int) -> Symbol:
    matrix = segno.make_qr(text, error="q", boost_error=False, mask=mask).matrix
    side = len(matrix)
    return Symbol(side, sum(bit << y * (side + 1) + x for y, row in enumerate(matrix) for x, bit in enumerate(row)))


@settings(max_examples=30, deadline=None)
@given(st.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=12, max_size=12))
def test_it_is_one_of_the_encoder_s_own_eight(code: str) -> None:
    text = f"https://teruji.contoh.go.id/cek/{code}"

    found = qr.symbol(text, "q")

    assert found in [encoded(text, mask) for mask in range(8)]
    assert [one.text for one in zxingcpp.read_barcodes(drawn(found))] == [text]


def test_texts_of_any_other_kind_are_drawn_as_well() -> None:
    for text in ("https://a.id", "HTTPS://CONTOH.GO.ID/CEK/K7QDM4XR2TVE", "https://contoh.go.id/périksa/K7QDM4XR2TVE"):
        found = qr.symbol(text, "q")

        assert found in [encoded(text, mask) for mask in range(8)]
        assert [one.text for one in zxingcpp.read_barcodes(drawn(found))] == [text]


def test_a_symbol_with_less_of_what_confuses_scanners_is_chosen() -> None:
    side = 21
    whole = sum(((1 << side) - 1) << y * (side + 1) for y in range(side))
    # Worked by hand: 42 runs of 21 are 42 × (3 + 16), 20 × 20 blocks are 3 each, and the share of dark is 50 % off.
    assert qr._penalty(Symbol(side, whole)) == 42 * 19 + 400 * 3 + 100
    checks = sum(1 << y * (side + 1) + x for y in range(side) for x in range(side) if (x + y) % 2)
    assert qr._penalty(Symbol(side, checks)) == 0
