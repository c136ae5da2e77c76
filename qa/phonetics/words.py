"""Word boundaries (jieba), for words too short to be told by their sound."""

import logging
from functools import lru_cache

import jieba

jieba.setLogLevel(logging.WARNING)


@lru_cache(maxsize=512)
def word_starts(text: str) -> frozenset[int]:
    """Character positions at which a word begins, the end of the text included."""
    edges = {0, len(text)}
    position = 0
    for word in jieba.cut(text):
        edges.add(position)
        position += len(word)
    return frozenset(edges)
