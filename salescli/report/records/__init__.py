"""Screens and documents of records: the deal, its timeline, the agenda, lists of findings."""
