"""Mandarin by sound: text to syllables, how likely one syllable is heard as another, and alignment of a script."""

from qa.phonetics.align import Hit, find
from qa.phonetics.pattern import Pattern, compile_pattern
from qa.phonetics.syllables import Phones, phones

__all__ = ["Hit", "Pattern", "Phones", "compile_pattern", "find", "phones"]
