"""SIGNER and what belongs to it: secrets from files, never shown, and no personal passphrase at all."""

from pathlib import Path

import pytest

from lms import config
from lms.config import BadSetting, SignerSettings

BASE = {"TERUJI_MODE": "test", "SECRET_KEY": "k" * 40}
BSRE = {"BSRE_ACCOUNT": "teruji:rahasia-akun", "BSRE_IDENTITY": "3171012345670001"}


def signer(**environ: str) -> SignerSettings:
    return config.read({**BASE, **environ}).signer


def test_without_a_setting_the_test_pki_signs() -> None:
    assert signer() == SignerSettings()


def test_a_secret_comes_from_a_file_and_is_not_shown(tmp_path: Path) -> None:
    (tmp_path / "pin").write_text("482915\n")

    found = signer(SIGNER="pkcs11:token=T;object=k?module-path=/l.so", SIGNER_SECRET_FILE=str(tmp_path / "pin"))

    assert found.secret == "482915"
    assert "482915" not in repr(found)
    assert "rahasia-akun" not in repr(signer(SIGNER="bsre-v2:https://esign.example.go.id", **BSRE))


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"SIGNER": "/etc/kunci.p12"}, "SIGNER must begin with"),
        ({"SIGNER": "file:"}, "SIGNER must begin with"),
        ({"SIGNER": "bsre-v2:https://e.example", **BSRE, "SIGNER_SECRET": "frasa"}, "passphrase does not belong"),
        ({"SIGNER": "bsre-v1:https://e.example"}, "BSRE_ACCOUNT"),
        ({"SIGNER": "bsre-v1:e.example", **BSRE}, "SIGNER is"),
        ({"SIGNER": "bsre-seal:https://e.example", **BSRE}, "activation"),
        ({"TIMESTAMP_URL": "stempel"}, "TIMESTAMP_URL is"),
        ({"SIGNER": "bsre-v1:https://e.example", **BSRE, "TIMESTAMP_URL": "https://t.example"}, "leave TIMESTAMP_URL"),
        ({"SIGNER": "file:/k.p12", "SIGNER_SECRET_FILE": "/tidak/ada"}, "cannot be read"),
    ],
)
def test_a_setting_that_makes_no_sense_stops_the_start(environ: dict[str, str], said: str) -> None:
    with pytest.raises(BadSetting, match=said) as caught:
        signer(**environ)

    assert "frasa" not in str(caught.value)
