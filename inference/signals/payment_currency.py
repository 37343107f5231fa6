"""The currency an account paid in: all territories whose tender it is, never one of them."""

from attrigraph.inference.signal import PointSignal, signal_rows

SIGNAL = PointSignal(
    name="payment_currency",
    cls="acquisition",
    unit=("payment", "payments"),
    says="Payments were made in {value}, the money of {place}.",
    means="Payments were made in the tender of these territories; people mostly pay in the money they earn.",
    misleads="Advertisers choose a currency to look legitimate, and dollars and euros are used everywhere.",
    confirm="Ask for the issuer of the card behind the payment.",
    behind=signal_rows("payment_currency"),
    stated=True,
)
