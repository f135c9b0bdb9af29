"""Why a signature was not made. The kind decides whether to try again; the words for people stand at the edge."""

from typing import ClassVar


class SigningFailed(Exception):
    """No signature was made; the unsigned file is unharmed. The message tells the operator what to do, and no secret."""

    cause: ClassVar[str] = "failed"
    may_retry: ClassVar[bool] = False


class NotAuthorised(SigningFailed):
    """The password, PIN or passphrase was refused, or there is none. Never tried again by itself: tokens lock."""

    cause = "auth"


class NotIssued(SigningFailed):
    """There is no key or certificate to sign with, or they do not belong together."""

    cause = "not_issued"


class SignerExpired(SigningFailed):
    """The signer's certificate is not valid at this moment."""

    cause = "expired"


class Rejected(SigningFailed):
    """This one file cannot be signed as it is; others can."""

    cause = "rejected"


class RateLimited(SigningFailed):
    """The signing service asks to wait."""

    cause = "rate_limited"
    may_retry = True


class Unreachable(SigningFailed):
    """The signing service or the token does not answer."""

    cause = "unreachable"
    may_retry = True


class BadAnswer(SigningFailed):
    """What the signing service gave back is not the file that it was given, signed. It was thrown away."""

    cause = "bad_answer"
    may_retry = True


class NotStamped(SigningFailed):
    """The time-stamp authority gave no stamp; without one nothing is issued where one is set."""

    cause = "not_stamped"
    may_retry = True
