"""What the model reaches on data with known truth: `python -m evaluation`, or `make evaluate`.

A development room beside `tests/` and `bench/`, not part of the package. Every module holds one group of measures and
`rows(quick) -> Iterable[Row]`.
"""
