"""Passwords: how they are kept, and what a new one must be."""

import threading

import pytest
from argon2 import PasswordHasher

from lms.config import THREADS
from lms.people import passwords
from lms.people.passwords import BadPassword, Busy

NIP = "198804122010122003"


def test_a_password_is_kept_as_argon2id_with_19_mebibytes() -> None:
    kept = passwords.hash_password("gajah ungu makan rujak")

    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.matches(kept, "gajah ungu makan rujak")
    assert not passwords.matches(kept, "gajah ungu makan rujax")


def test_no_password_matches_where_there_is_none() -> None:
    assert not passwords.matches(None, "")
    assert not passwords.matches(None, "apa saja")


def test_the_same_letters_in_another_encoding_match() -> None:
    assert passwords.matches(passwords.hash_password("cafe\u0301 di kota tua"), "caf\u00e9 di kota tua")


def test_a_hash_is_renewed_only_when_its_parameters_are_old() -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("gajah ungu makan rujak")

    renewed = passwords.renewed(old, "gajah ungu makan rujak")

    assert renewed is not None
    assert passwords.matches(renewed, "gajah ungu makan rujak")
    assert passwords.renewed(renewed, "gajah ungu makan rujak") is None


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("sebelas hrf", "short"),
        ("x9 " * 67, "long"),
        ("ratna 198804122010122003", "person"),
        ("ratna-12-04-1988", "person"),
        ("19880412 ratna", "person"),
        ("aaaaaaaaaaaa", "common"),
        ("Indonesia2026!", "common"),
        ("KataSandi12345", "common"),
        ("qwertyuiop12", "common"),
        ("kata sandi 12345", "common"),
    ],
)
def test_an_unfit_password_is_refused_with_its_reason(password: str, problem: str) -> None:
    with pytest.raises(BadPassword) as caught:
        passwords.check_new(password, nip=NIP)
    assert caught.value.problem == problem


@pytest.mark.parametrize("password", ["dua belas ok", "gajah ungu makan rujak", "Tr0mb0n&Kelapa-Muda"])
def test_a_long_enough_password_of_other_words_is_taken(password: str) -> None:
    passwords.check_new(password, nip=NIP)


def test_of_many_at_once_one_is_computed_one_waits_and_the_rest_are_turned_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    going_on, most, refused = 0, 0, 0
    count, release, started = threading.Lock(), threading.Event(), threading.Semaphore(0)

    def slow(_hash: str, _password: str) -> bool:
        nonlocal going_on, most
        with count:
            going_on += 1
            most = max(most, going_on)
        started.release()
        release.wait()
        with count:
            going_on -= 1
        return True

    def one() -> None:
        nonlocal refused
        try:
            passwords.matches("hash", "password")
        except Busy:
            with count:
                refused += 1
            started.release()

    monkeypatch.setattr(passwords, "HASHER", type("Slow", (), {"verify": staticmethod(slow)}))
    crew = [threading.Thread(target=one) for _ in range(10)]
    for thread in crew:
        thread.start()
    for _ in range(1 + 8):  # one has started, eight were turned away: the other one waits
        started.acquire()
    seen = (most, refused)
    release.set()
    for thread in crew:
        thread.join()

    assert seen == (1, 8)
    assert most == 1


def test_two_threads_of_a_process_never_wait_for_a_password() -> None:
    assert THREADS - passwords.AT_ONCE - passwords.WAITING == 2
