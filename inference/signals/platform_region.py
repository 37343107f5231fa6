"""The region a platform says an account is based in: a set of territories, never one of them."""

from attrigraph.inference.signal import PointSignal, signal_rows

SIGNAL = PointSignal(
    name="platform_region",
    cls="network",
    unit=("platform label", "platform labels"),
    says="The platform shows the account as based in {place}.",
    means="The platform places the account somewhere in a region; every territory of the region gains alike.",
    misleads="Owners may choose to show a region instead of a country, and regions differ between platforms.",
    confirm="Ask the platform for the country behind the region.",
    behind=signal_rows("platform_region"),
    of_addresses=True,
    stated=True,
)
