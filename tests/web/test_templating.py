"""What is kept of compiled templates: of this release alone, whoever else starts at the same time."""

from pathlib import Path

from lms.web.templating import forget_others


def test_what_was_compiled_with_other_words_is_deleted_and_nothing_else(tmp_path: Path) -> None:
    for name in ("id-aaaa-1", "en-aaaa-2", "id-bbbb-1", "id-bbbb-1x7.tmp", "en-cccc-3"):
        (tmp_path / name).write_bytes(b"compiled")

    forget_others(tmp_path, "aaaa")

    assert sorted(file.name for file in tmp_path.iterdir()) == ["en-aaaa-2", "id-aaaa-1"]


def test_two_that_start_at_once_do_not_mind_what_the_other_has_deleted(tmp_path: Path) -> None:
    """The other deletes the file between the look into the folder and the act."""

    class Contested(type(tmp_path)):  # type: ignore[misc]
        def unlink(self, missing_ok: bool = False) -> None:
            Path(self).unlink()
            super().unlink(missing_ok=missing_ok)

    (tmp_path / "id-bbbb-1").write_bytes(b"compiled")

    forget_others(Contested(tmp_path), "aaaa")

    assert list(tmp_path.iterdir()) == []
