"""Drafts a revision from what the models have and the migrations do not: `python -m qa.store.migrations MESSAGE`."""

import sys

from qa.store.migrate import draft

if __name__ == "__main__":
    print(draft(" ".join(sys.argv[1:])))
