"""People are put in order by their own names, not by their titles."""

import pytest

from lms.people.names import sort_key


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Dr. Hj. Siti Rahmawati Puspitasari, S.H., M.Hum.", "siti rahmawati puspitasari"),
        ("Drs. Ahmad Fauzi Ramadhan, M.A.P.", "ahmad fauzi ramadhan"),
        ("Prof. Dr. Ir. H. Surya Dharma, M.T.", "surya dharma"),
        ("Dr.Ir.Surya", "surya"),
        ("dra Ida Ayu", "ida ayu"),
        ("Joko Susilo", "joko susilo"),
        ("Sukarno", "sukarno"),
        ("M. Iqbal Lubis, S.Sos.", "m iqbal lubis"),  # an abbreviated name is no title
        ("Drs. I Made Ny\u00f3man", "i made nyoman"),
        ("Ma'ruf Amin", "maruf amin"),
        ("H.", "h"),  # nothing else is left
        ("Irwan Drajat", "irwan drajat"),  # a title is a word, not a beginning
        ("\u5f20\u4f1f", ""),
    ],
)
def test_titles_before_and_behind_a_name_do_not_count(name: str, key: str) -> None:
    assert sort_key(name) == key
