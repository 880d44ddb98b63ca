"""Figures as screens, rows and JSON documents, and as values for pictures."""
