"""The carrier of the SIM card an account was used with."""

from attrigraph.inference.signal import PointSignal, signal_rows

SIGNAL = PointSignal(
    name="sim_carrier",
    cls="acquisition",
    unit=("SIM card", "SIM cards"),
    ask="the SIM card's country",
    says="The SIM card of the account belongs to {place}.",
    means="The carrier of the SIM card serves this territory; it does not pass through an address database.",
    misleads="SIM cards are sold abroad and roam, and eSIMs are bought online for any territory.",
    confirm="Ask for the network codes over time, and whether the card was roaming.",
    behind=signal_rows("sim_carrier"),
    stated=True,
)
