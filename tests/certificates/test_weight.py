"""What a web process imports of certificates stays light and parses nothing."""

import subprocess
import sys

LIGHT = (
    *("codes", "facts", "wording", "file_report", "verification", "sandbox_client", "designs"),
    *("signing", "signing.errors", "signing.pki"),
)
HEAVY = ("weasyprint", "pyhanko", "pikepdf", "segno", "fontTools", "flask", "sqlalchemy")


def test_the_web_side_loads_no_renderer_no_signer_and_no_parser() -> None:
    imports = "; ".join(f"import lms.certificates.{name}" for name in LIGHT)
    program = f"import sys; {imports}; print([m for m in {HEAVY!r} if m in sys.modules])"

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
