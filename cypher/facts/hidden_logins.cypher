// Every routable address: kind of network, and whether it was looked up in lists of anonymisers with known dates.
MATCH (i:IPAddress)
WHERE coalesce(i.routable, true)
RETURN i.id AS ip, coalesce(i.network_type, 'unknown') AS network_type, coalesce(i.anonymiser_checked, false) AS checked
