"""Figures as pure functions, and their renderings as tables, documents and pictures."""
