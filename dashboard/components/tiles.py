"""Figures in a row, all of one height."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import streamlit as st


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure with its name; `delta` is the change against the period before, `good` the direction that is welcome."""

    name: str
    value: str | int
    delta: str | None = None
    good: Literal["up", "down", "neither"] = "up"


def tiles(row: Sequence[Tile]) -> None:
    """Draw the figures side by side."""
    colours: dict[str, Literal["normal", "inverse", "off"]] = {"up": "normal", "down": "inverse", "neither": "off"}
    for column, tile in zip(st.columns(len(row)), row, strict=True):
        column.metric(tile.name, tile.value, tile.delta, delta_color=colours[tile.good], border=True, height="stretch")
