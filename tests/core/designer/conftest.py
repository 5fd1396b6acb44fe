"""Every test here knows every operation, also when its file is run by itself."""

from __future__ import annotations

import yijianshi.core.designer.panels  # noqa: F401 - for its operations
