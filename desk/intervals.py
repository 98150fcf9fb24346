"""How far a share may be from the truth."""

import math

Z_95 = 1.959964


def wilson(part: int, whole: int) -> tuple[float, float]:
    """The 95 % interval of a share. Source: E. B. Wilson, JASA 22 (1927), 209-212; it holds for small numbers and at 0 and 1."""
    rate, square = part / whole, Z_95**2 / whole
    middle = rate + square / 2
    half = Z_95 * math.sqrt(rate * (1 - rate) / whole + square / (4 * whole))
    return max(0.0, (middle - half) / (1 + square)), min(1.0, (middle + half) / (1 + square))
