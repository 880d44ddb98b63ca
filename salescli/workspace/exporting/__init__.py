"""A store or its records as data for other programs, and a store back from it."""
