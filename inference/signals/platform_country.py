"""The territory a platform says an account is based in."""

from attrigraph.inference.signal import PointSignal, signal_rows

SIGNAL = PointSignal(
    name="platform_country",
    cls="network",
    unit=("platform label", "platform labels"),
    ask="the platform's own label",
    says="The platform shows the account as based in {place}.",
    means="The platform's own label: where it places the account, mostly from the addresses it saw.",
    misleads="Long use of a VPN, travel, roaming and satellite links move the label; the rule behind it is not public.",
    confirm="Ask for the addresses behind the label, or watch whether it stays the same for months.",
    behind=signal_rows("platform_country"),
    of_addresses=True,
    stated=True,
)
