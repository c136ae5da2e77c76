"""Parts that pages draw with."""
