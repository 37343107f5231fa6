// How many accounts the case has on each platform.
MATCH (a:Account)
RETURN a.platform AS platform, count(a) AS accounts
ORDER BY platform
