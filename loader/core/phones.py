"""Telephone numbers: the normal form of one that is written in another way."""

import re
from dataclasses import dataclass

import phonenumbers
from phonenumbers import PhoneNumberFormat, ValidationResult

from loader.core.cells import PHONE_EXTENSION, PHONE_NORMAL, phone_advice

# The country code has at most three digits, and one more tells whether a trunk prefix follows:
# so far a number decides, with its length, whether it is possible.
_DECIDES = len("+4420")


@dataclass(frozen=True, slots=True)
class Doubt:
    """What is said of a value: code, message ("" for the title alone) and what may be meant."""

    code: str
    message: str = ""
    suggestion: str | None = None


class Phones:
    """Judges numbers; those that are normal and alike in what decides are looked up once."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int], str] = {}

    def doubt(self, text: str, country: str) -> Doubt | None:
        """Return what is doubtful about a number; None where nothing is.

        `country` is the two-letter code of where the parcel goes, "" where it is not known.
        """
        if re.fullmatch(PHONE_NORMAL, text):
            number = text.partition("ext")[0]
            alike = (number[:_DECIDES], len(number))
            if alike not in self._known:
                self._known[alike] = _impossible(_parsed(number, ""))
            wrong = self._known[alike]
            return Doubt("PHONE-UNLIKELY", wrong) if wrong else None
        parsed = _parsed(text, country)
        if parsed is not None and (wrong := _impossible(parsed)):
            return Doubt("PHONE-UNLIKELY", wrong)
        advice = phone_advice(text)
        message = f"The telephone number is not in its normal form: {advice}." if advice else ""
        return Doubt("PHONE-FORM", message, _sure(text, parsed))


def _sure(text: str, parsed: phonenumbers.PhoneNumber | None) -> str | None:
    """Return the normal form of a number; None where a country code without + may be meant."""
    normal = _normal(parsed)
    digits = re.sub("[^0-9]", "", text)
    if parsed is None or not digits.startswith(str(parsed.country_code)):
        return normal
    international = _normal(_parsed(f"+{text.strip()}", ""))
    return normal if international in (None, normal) else None


def _parsed(text: str, country: str) -> phonenumbers.PhoneNumber | None:
    extension = re.search(PHONE_EXTENSION, text)
    try:
        number = phonenumbers.parse(text[: extension.start()] if extension else text, country)
    except phonenumbers.NumberParseException:
        return None
    if extension:
        number.extension = re.sub("[^0-9]", "", extension[0])
    return number


def _impossible(number: phonenumbers.PhoneNumber | None) -> str:
    """Return in words why nobody can have the number; "" where somebody may."""
    if number is None:
        return "The telephone number begins with no country code that is in use."
    said = phonenumbers.is_possible_number_with_reason(number)
    if said == ValidationResult.IS_POSSIBLE:
        return ""
    many = "many" if said == ValidationResult.TOO_LONG else "few"
    return f"The telephone number has too {many} digits for its country."


def _normal(number: phonenumbers.PhoneNumber | None) -> str | None:
    """Return + and digits for a number that is surely one; the extension as the guide has it."""
    if number is None or not phonenumbers.is_valid_number(number):
        return None
    extension = f"ext{number.extension}" if number.extension else ""
    number.extension = None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164) + extension
