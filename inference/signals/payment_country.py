"""The territory a payment of the account came from."""

from attrigraph.inference.signal import PointSignal, signal_rows

SIGNAL = PointSignal(
    name="payment_country",
    cls="acquisition",
    unit=("payment", "payments"),
    ask="the country of a payment",
    says="Payments came from {place}.",
    means="A card, account or billing address of this territory paid.",
    misleads="Cards are bought, prepaid or belong to a reseller; agencies pay for their clients.",
    confirm="Ask for the issuer of the card and the billing address.",
    behind=signal_rows("payment_country"),
    stated=True,
)
