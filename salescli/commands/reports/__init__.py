"""The reports, a module each; what they share stands in `options` and `pictures`."""
