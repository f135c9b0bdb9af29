"""What commands are given: a way to open the installation, so that `--help` needs no settings."""

from collections.abc import Callable

from lms.platform import Platform

OpenPlatform = Callable[[], Platform]
