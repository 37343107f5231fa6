// Private addresses: home, office and unclassified networks that the internet routes.
MATCH (i:IPAddress)
WHERE coalesce(i.network_type, 'unknown') IN $private AND coalesce(i.routable, true)
RETURN i.id AS ip
