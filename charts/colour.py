"""Arithmetic of colours ("#rrggbb"): mixing, contrast as WCAG 2 defines it, and what a deuteranope sees."""

from collections.abc import Sequence
from itertools import pairwise

Linear = tuple[float, float, float]

# Machado, Oliveira, Fernandes 2009, "A Physiologically-based Model for Simulation of Color Vision Deficiency"
DEUTERANOPIA = (
    (0.367322, 0.860646, -0.227968),
    (0.280085, 0.672501, 0.047413),
    (-0.011820, 0.042940, 0.968881),
)


def contrast(one: str, other: str) -> float:
    """Contrast ratio, 1 (same) to 21 (black on white)."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def mix(one: str, other: str, share: float) -> str:
    """`share` of the way from `one` to `other`, straight in sRGB as browsers draw gradients."""
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in pairs)


def along(stops: Sequence[tuple[float, str]], position: float) -> str:
    """The colour at `position` of a scale given as (position, colour) from 0 to 1."""
    position = min(max(position, 0.0), 1.0)
    for (start, one), (end, other) in pairwise(stops):
        if position <= end:
            return mix(one, other, (position - start) / (end - start))
    return stops[-1][1]


def legible(colour: str, ground: str, ink: str, ratio: float) -> str:
    """`colour`, moved toward `ink` only as far as its contrast on `ground` needs to reach `ratio`."""
    for step in range(101):
        moved = mix(colour, ink, step / 100)
        if contrast(moved, ground) >= ratio:
            return moved
    return ink


def as_seen_by_deuteranope(colour: str) -> str:
    linear = _linear(colour)
    seen = (sum(weight * channel for weight, channel in zip(row, linear, strict=True)) for row in DEUTERANOPIA)
    return "#" + "".join(f"{round(_encoded(min(max(channel, 0.0), 1.0)) * 255):02X}" for channel in seen)


def distance(one: str, other: str) -> float:
    """Distance in CIELAB (CIE 1976); about 2.3 is just noticeable, 10 is plain at a glance."""
    return sum((a - b) ** 2 for a, b in zip(_lab(one), _lab(other), strict=True)) ** 0.5


def transparent(colour: str, opacity: float) -> str:
    red, green, blue = _channels(colour)
    return f"rgba({red},{green},{blue},{opacity})"


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _linear(colour: str) -> Linear:
    red, green, blue = (_decoded(channel / 255) for channel in _channels(colour))
    return red, green, blue


def _decoded(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _encoded(channel: float) -> float:
    return channel * 12.92 if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055


def _luminance(colour: str) -> float:
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _lab(colour: str) -> tuple[float, float, float]:
    red, green, blue = _linear(colour)
    x = (0.4124564 * red + 0.3575761 * green + 0.1804375 * blue) / 0.95047
    y = 0.2126729 * red + 0.7151522 * green + 0.0721750 * blue
    z = (0.0193339 * red + 0.1191920 * green + 0.9503041 * blue) / 1.08883
    fx, fy, fz = (t ** (1 / 3) if t > 216 / 24389 else (24389 / 27 * t + 16) / 116 for t in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)
