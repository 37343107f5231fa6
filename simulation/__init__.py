"""Operations with known truth, for the demo, tests and calibration."""
