"""Speech recognition behind one small protocol: samples and speech spans in, timed words out."""

from qa.asr.protocol import Decoding, Hearing, Listener, Profile, Transcriber, Way, engine_name

__all__ = ["Decoding", "Hearing", "Listener", "Profile", "Transcriber", "Way", "engine_name"]
