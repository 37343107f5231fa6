"""The app store an account was set up through."""

from attrigraph.inference.signal import PointSignal, signal_rows

SIGNAL = PointSignal(
    name="store_country",
    cls="acquisition",
    unit=("store", "stores"),
    ask="the app store's country",
    says="The app store the account was set up through belongs to {place}.",
    means="The app store the account was set up through belongs to this territory.",
    misleads="Store accounts are bought, and a gift card is enough to open one abroad.",
    confirm="Ask for the billing country, or for the stores seen over time.",
    behind=signal_rows("store_country"),
    stated=True,
)
