// What each window is, beside its outcome. rows: {id, window, starts, ends, first_at, last_at, rows, opened_by, now}
UNWIND $rows AS row
MATCH (s:Assessment {id: row.id})
SET s.window = row.window, s.starts = row.starts, s.ends = row.ends, s.first_at = row.first_at, s.last_at = row.last_at,
    s.rows = row.rows, s.opened_by = row.opened_by, s.now = row.now
