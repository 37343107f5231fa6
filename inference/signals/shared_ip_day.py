"""Addresses that several accounts used within one UTC day."""

from attrigraph.inference.signal import LinkSignal

SIGNAL = LinkSignal(
    name="shared_ip_day",
    cls="infra",
    unit=("shared address day", "shared address days"),
    means="Who is behind one home, office or exit address on the same day is often run from the same place.",
    misleads="Carriers, campuses and VPN services put strangers on one address; the more accounts, the less it says.",
    confirm="Ask for source ports and user agents, and look for the same address on other days.",
)
