// What a run's evidence was weighed against: priors by territory, and the share of each territory by pool of values.
MATCH (r:Run {id: $run})
RETURN r.territories AS territories, r.priors AS priors, r.pools AS pools, r.shares AS shares
