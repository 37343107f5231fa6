"""The language a platform says it shows itself in to an account."""

from attrigraph.inference.languages import is_english, language_shares, no_language
from attrigraph.inference.signal import PersonaSignal, signal_rows

SIGNAL = PersonaSignal(
    name="display_language",
    cls="persona",
    unit=("profile field", "profile fields"),
    columns="signals: display_language",
    says="The display language",
    means="The platform is shown in a language spoken in these territories (shares from the Unicode CLDR).",
    misleads="English is delivered as standard, and the setting is free to change.",
    confirm="Compare with the language of devices and of replies written in haste.",
    behind=signal_rows("display_language"),
    needs=("babel",),
    shares=language_shares,
    may_leak=True,
    is_default=is_english,
    unread=no_language,
)
