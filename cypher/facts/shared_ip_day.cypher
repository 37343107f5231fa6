// Addresses of some types of network that the internet routes.
MATCH (i:IPAddress)
WHERE coalesce(i.network_type, 'unknown') IN $types AND coalesce(i.routable, true)
RETURN i.id AS ip
