"""Sentences from which `qa/checks/style.py` learns how rudeness, refusal and blame sound, and their training."""
