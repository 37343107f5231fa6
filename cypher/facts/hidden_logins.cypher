// Every routable address: kind of network, and whether it was looked up in lists of anonymisers with known dates.
MATCH (i:IPAddress)
WHERE coalesce(i.routable, true)
RETURN i.id AS ip, i.network_type AS network_type, i.types_over_time AS types_over_time,
       coalesce(i.anonymiser_checked, false) AS checked
