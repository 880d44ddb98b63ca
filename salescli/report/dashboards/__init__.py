"""Dashboards: what their blocks show, as text and as a document."""
