"""The time zone a profile is set to."""

from attrigraph.inference.signal import PersonaSignal, account_rows
from attrigraph.inference.zones import is_los_angeles, no_zone, zone_shares

SIGNAL = PersonaSignal(
    name="timezone_setting",
    cls="persona",
    unit=("profile field", "profile fields"),
    says="The time zone of the profile",
    means="The profile is set to the clock of these territories (by the people who live in the zone).",
    misleads="It is free to set, and Pacific Time was delivered as standard by some platforms.",
    confirm="Compare with the hours in which the account is active.",
    behind=account_rows("time_zone"),
    shares=zone_shares,
    may_leak=True,
    is_default=is_los_angeles,
    unread=no_zone,
    stated=True,
)
