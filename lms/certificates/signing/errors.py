"""Why a signature was not made. The kind decides whether to try again."""


class SigningFailed(Exception):
    """No signature was made; the unsigned file is unharmed."""

    may_retry = False


class NotAuthorised(SigningFailed):
    """The key or passphrase was refused."""


class NotIssued(SigningFailed):
    """There is no key or certificate to sign with."""


class SignerExpired(SigningFailed):
    """The signer's certificate is not valid at this moment."""


class Rejected(SigningFailed):
    """The file cannot be signed as it is."""


class RateLimited(SigningFailed):
    """The signing service asks to wait."""

    may_retry = True


class Unreachable(SigningFailed):
    """The signing service does not answer."""

    may_retry = True
