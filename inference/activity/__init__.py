"""When accounts are active: hours, daylight saving, weekends and holidays, for all accounts at once.

`offsets.py` and `dst.py` have pure functions over arrays of times (seconds since 1970, UTC) and account numbers;
`events.py` reads those arrays from the observations; the signals in `inference/signals/` join the two.
"""
