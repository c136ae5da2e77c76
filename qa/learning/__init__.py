"""Learning from review: how often people overturn a rule's deductions, and what thresholds would have been right."""
