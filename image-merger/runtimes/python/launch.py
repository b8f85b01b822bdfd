"""Entry point of a fused image: serves every member of /.sinter/plan.json from one interpreter."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from sinter_runtime.main import main  # noqa: E402

if __name__ == "__main__":
    del sys.path[0]
    sys.exit(main())
