"""Evidence of a run: what was held against what, and what came of it, as a signed statement that anybody can check."""
