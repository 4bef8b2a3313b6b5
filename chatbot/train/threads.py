"""As many threads as other programs leave cores, so that training on a shared machine does not wait at barriers."""

import os
from pathlib import Path

import torch

_STAT = Path("/proc/stat")
_BUSY = 0.35  # cores in use by others from which on a thread is given up


class Threads:
    """Watches what others use, and sets torch's threads; does nothing where /proc is missing."""

    def __init__(self) -> None:
        """Start counting now."""
        self.cores = os.cpu_count() or 1
        self.last = self._count()

    def _count(self) -> tuple[float, float, float]:
        """Return all ticks, idle ticks and our own, since the machine started."""
        if not _STAT.exists():
            return 0.0, 0.0, 0.0
        ticks = [float(tick) for tick in _STAT.read_text(encoding="ascii").split("\n", 1)[0].split()[1:9]]
        own = sum(os.times()[:2]) * os.sysconf("SC_CLK_TCK")
        return sum(ticks), ticks[3] + ticks[4], own

    def adapt(self) -> int:
        """Set and return the number of threads for the next step."""
        now = self._count()
        total, idle, own = (new - old for new, old in zip(now, self.last, strict=True))
        if total < 50:  # too short to tell
            return torch.get_num_threads()
        self.last = now
        others = self.cores * max(0.0, 1.0 - (idle + own) / total)
        threads = max(1, self.cores - round(max(0.0, others + 0.5 - _BUSY)))
        if threads != torch.get_num_threads():
            torch.set_num_threads(threads)
        return threads
