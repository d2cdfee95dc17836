"""What the arguments of a command line may be; argparse turns each error into its usage message."""

import argparse
from datetime import datetime, timedelta

from harness.reporters.ci import is_address


def address(text: str) -> str:
    """A web address."""
    if not is_address(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no http or https address")
    return text


def few(text: str) -> int:
    """A number of rows."""
    if not (text.isascii() and text.isdigit() and int(text) <= 100):
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 0 to 100")
    return int(text)


def days(text: str) -> int:
    """A number of days."""
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 10_000):
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to 9,999")
    return int(text)


def seconds(text: str) -> float:
    """A time limit."""
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= 86_400):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds from 1 to 86,400")
    return float(text)


def age(text: str) -> timedelta:
    """A length of time."""
    from harness.load.settings import length_in  # with YAML, which most commands do not need this early

    try:
        return timedelta(seconds=length_in(text))
    except (ValueError, OverflowError):
        raise argparse.ArgumentTypeError(f"{text!r} is no length of time, such as 24h, 30 m or 7d") from None


def moment(text: str) -> datetime:
    """An ISO 8601 time with an offset."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text!r} has no offset; write for example {text}Z")
    return moment
