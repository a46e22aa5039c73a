"""The simulated home: devices as real ones behave."""
