"""What never gets into the log: the address of a shared draft, and that somebody came to take a story back.

Whoever has the address of a draft can read it; who came to take a story back is nobody’s business.
"""

from __future__ import annotations

import logging
import re
from typing import Any

DRAFT = re.compile(r"/draft/[^/\s\"']+")
TAKING_BACK = re.compile(r"/[a-z-]+/withdraw(?![a-z0-9-])[^\s\"']*")


class WithoutDraftAddresses(logging.Filter):
    """Django notes the path of every request that it refuses."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = shortened(record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(shortened(one) for one in record.args)
        return True


def shortened(value: Any) -> Any:
    return TAKING_BACK.sub("/…", DRAFT.sub("/draft/…", value)) if isinstance(value, str) else value
