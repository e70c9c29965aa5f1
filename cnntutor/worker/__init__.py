"""The other process: data, models, fit, evaluate. Started, never imported."""
