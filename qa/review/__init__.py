"""Review and appeals as pure values: what people did to a call, and what follows from it for the score."""
