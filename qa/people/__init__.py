"""Agents, teams, shifts and period scores as values: lists read from CSV, and the arithmetic of a period."""
