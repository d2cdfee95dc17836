"""The commands that look at changes of contracts; `harness/cli.py` puts all commands together and alone exits."""
