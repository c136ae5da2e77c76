"""Call-quality toolkit: recordings in, scored and explained calls out."""

__version__ = "0.3.0"
