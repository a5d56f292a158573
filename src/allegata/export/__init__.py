"""Records to open formats; each writer is found by its name."""
