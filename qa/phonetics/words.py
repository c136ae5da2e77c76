"""Word boundaries (jieba), for words too short to be told by their sound."""

import logging

import jieba

jieba.setLogLevel(logging.WARNING)


def word_starts(text: str) -> frozenset[int]:
    """Character positions at which a word begins."""
    edges = set()
    position = 0
    for word in jieba.cut(text):
        edges.add(position)
        position += len(word)
    return frozenset(edges)
