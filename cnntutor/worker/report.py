"""python -m cnntutor.worker.report FOLDER: draws the report that comes on stdin into a folder.

Ends with 0; or with 1 and one line on stdout that says why: missing LIBRARY, disk PROBLEM or failed PROBLEM.
"""

import os
import sys
import traceback
from pathlib import Path

import msgspec

from cnntutor.lab.document import Document


def main(arguments: list[str]) -> int:
    """Do what is asked."""
    document = msgspec.json.decode(sys.stdin.buffer.read(), type=Document)
    try:
        from cnntutor.worker.report_pdf import draw_all

        draw_all(document, Path(arguments[0]))
    except ImportError as problem:
        print(f"missing {problem.name}")
    except OSError as problem:
        print(f"disk {problem.strerror or problem}")
    except Exception as problem:
        traceback.print_exc()
        print(f"failed {type(problem).__name__}: {' '.join(str(problem).split())[:200]}")
    else:
        return 0
    return 1


if __name__ == "__main__":
    os.environ["MPLBACKEND"] = "Agg"
    sys.exit(main(sys.argv[1:]))
