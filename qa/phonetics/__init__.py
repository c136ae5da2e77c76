"""Mandarin by sound: text to syllables, how likely one syllable is heard as another, and alignment of a script."""

from qa.phonetics.align import probability
from qa.phonetics.lexicon import Hit, Hits, Lexicon, build_lexicon
from qa.phonetics.pattern import Pattern, compile_pattern
from qa.phonetics.syllables import Phones, phones

__all__ = ["Hit", "Hits", "Lexicon", "Pattern", "Phones", "build_lexicon", "compile_pattern", "phones", "probability"]
