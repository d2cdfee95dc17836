"""The words of `logicalTypeOptions.format` that are no regular expression: ranges of numbers, and what says nothing.

Source: ODCS, logical type options, https://bitol-io.github.io/open-data-contract-standard/latest/schema/.
"""

INTEGERS: dict[str, tuple[int, int]] = {
    **{f"i{bits}": (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) for bits in (8, 16, 32, 64, 128)},
    **{f"u{bits}": (0, 2**bits - 1) for bits in (8, 16, 32, 64, 128)},
}
FLOATS: dict[str, float] = {"f32": (2 - 2**-23) * 2.0**127, "f64": (2 - 2**-52) * 2.0**1023}
"""The largest number of each."""
SAYS_NOTHING = ("password", "binary")
"""Formats that any text has."""
