"""Finding what was said: words and their sounds as an index can hold them."""
