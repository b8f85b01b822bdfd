"""Entry point of a fused image: serves every member of /.sinter/plan.json from one interpreter."""

import os
import sys

OWN = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, OWN)

from sinter_runtime.main import main  # noqa: E402

if __name__ == "__main__":
    # Python put it there as well; members must not find it.
    sys.path[:] = [entry for entry in sys.path if entry != OWN]
    sys.exit(main())
