"""The territory a platform noted when the account was registered."""

from attrigraph.inference.signal import PointSignal, signal_rows

SIGNAL = PointSignal(
    name="registration_country",
    cls="acquisition",
    unit=("registration", "registrations"),
    ask="the country of registration",
    says="The platform says the account was registered in {place}.",
    means="The platform noted this territory when the account was opened.",
    misleads="Accounts are bought ready-made, and a rented connection or SIM card decides the note.",
    confirm="Compare with the first logins, and ask who opened the account.",
    behind=signal_rows("registration_country"),
    one_value=True,
    stated=True,
)
