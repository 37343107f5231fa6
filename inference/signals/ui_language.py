"""The language an interface is set to."""

from attrigraph.inference.languages import is_english, language_shares, no_language
from attrigraph.inference.signal import PersonaSignal, account_rows

SIGNAL = PersonaSignal(
    name="ui_language",
    cls="persona",
    unit=("profile field", "profile fields"),
    says="The interface language",
    means="The interface is set to a language spoken in these territories (shares from the Unicode CLDR).",
    misleads="English is delivered as standard; languages cross borders and travel with people.",
    confirm="Look for the language of devices and of replies written in haste.",
    behind=account_rows("language"),
    needs=("babel",),
    shares=language_shares,
    may_leak=True,
    is_default=is_english,
    unread=no_language,
    stated=True,
)
