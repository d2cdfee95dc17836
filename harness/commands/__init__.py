"""The commands, each a module; `harness/cli.py` puts them together and alone exits."""
