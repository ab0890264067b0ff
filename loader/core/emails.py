"""E-mail addresses: why one is none, and domains that are misspelt or cannot exist. No DNS."""

from email_validator import EmailNotValidError, validate_email

from loader.core.cells import meant_domain
from loader.core.phones import Doubt


def domain_of(address: str) -> str:
    """Return the part behind the last @, in small letters."""
    return address.rpartition("@")[2].lower()


def doubt_of_domain(domain: str) -> Doubt | None:
    """Return what is doubtful about a domain; the suggestion is another domain."""
    if meant := meant_domain(domain):
        message = f"The domain of the e-mail address may be meant to be {meant}."
        return Doubt("EMAIL-SLIP", message, meant)
    wrong = why_none(f"name@{domain}")
    return Doubt("EMAIL-DOMAIN", wrong) if wrong else None


def why_none(address: str) -> str:
    """Return in words why a text is no e-mail address, without repeating any of it; "" if it is."""
    try:
        validate_email(address, check_deliverability=False)
    except EmailNotValidError as wrong:
        said = str(wrong).partition(":")[0].rstrip(".")
        return f"{said}."
    return ""
