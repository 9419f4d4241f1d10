"""Keep Python's collector of cycles from stopping the room for a tenth of a second in mid-exam.

Measured with 300 kiosks: walking everything the program has imported took 75 to 97 ms, every few seconds, and was the
slowest of a hundred acknowledgements. What is there when the room opens stays there, so it is set aside.
"""

from __future__ import annotations

import gc

YOUNG, MIDDLE, OLD = 10_000, 10, 50  # objects before a look at the young ones (1 ms); looks before the next wider one


def set_aside_what_stays() -> None:
    """Once, when everything is imported, replayed and composed: later collections look only at what came after."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
