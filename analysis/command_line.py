"""What the programs of this folder share at their command lines."""
import argparse
import pathlib
import sys


def run(main):
    """Ends with main()'s exit code; what is wrong with a file or a value is one line, not a traceback."""
    try:
        sys.exit(main())
    except (LookupError, OSError, RuntimeError, ValueError) as error:
        what = f"there is no {error}" if type(error) is KeyError else error
        sys.exit(f"{pathlib.Path(sys.argv[0]).name}: {what}")


def positive(text):
    """argparse type: a whole number above 0."""
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"expected a number above 0, got {text}")
    return value
