"""IP enrichment without a store: bundled tables, lists and databases of the user, look-up by column."""

from attrigraph.loaders.ip.lookup import IpFacts, lookup
from attrigraph.loaders.ip.mmdb import geoip2_reader
from attrigraph.loaders.ip.sources import IpSources

__all__ = ["IpFacts", "IpSources", "geoip2_reader", "lookup"]
