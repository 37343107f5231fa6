// Every inference run, complete or not.
MATCH (r:Run)
RETURN r.id AS id, coalesce(r.complete, false) AS complete, r.started_at AS started_at, r.finished_at AS finished_at,
       r.deceivers AS deceivers, r.prior_mix AS prior_mix, r.weights AS weights, r.weights_sha256 AS weights_sha256,
       r.calibration AS calibration, r.windows AS windows, r.fitted AS fitted
