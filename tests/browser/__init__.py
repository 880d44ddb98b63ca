"""Pages in a real browser; `make test-browser` runs them, the suite without a browser doesn't."""
