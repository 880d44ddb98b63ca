"""Figures as pure functions of deals and a question: sums of contributions, exact numbers."""
