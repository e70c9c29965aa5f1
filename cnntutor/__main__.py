"""python -m cnntutor and the command cnntutor."""

import sys


def main() -> None:
    """Run the command line and leave with its exit code."""
    if len(sys.argv) == 1:
        from cnntutor.cli.screen import start

        sys.exit(start())
    from cnntutor.cli.main import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
