"""Devices, cookies, cards, recovery mails and phones that several accounts used."""

from attrigraph.inference.signal import LinkSignal

SIGNAL = LinkSignal(
    name="shared_identifier",
    cls="infra",
    unit=("shared identifier", "shared identifiers"),
    means="Accounts that use one device, cookie, card, recovery mail or phone are mostly run by the same people.",
    misleads="Internet cafés, families, phone farms and resold devices share too; the more accounts, the less it says.",
    confirm="Look at what the accounts share besides, and when each of them used the thing.",
)
