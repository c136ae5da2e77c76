"""Calibration sessions (校准): inspectors score the same calls blind, and how far they agree."""
