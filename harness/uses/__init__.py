"""The uses of the harness, each told as a story: one short function per stage."""
