"""`python -m infra.cli`."""

import sys

from infra.cli._main import main

sys.exit(main())
