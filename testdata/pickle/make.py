#!/usr/bin/env python3
"""Makes the pickles here (numpy): the same values in every protocol."""
import collections, pickle
import numpy as np

values = {"i": 5, "neg": -300, "big": 10**30, "f": 1.5, "t": (1, (2, "x")), "n": None, "b": True, "by": b"\x00\xff", "s": "gr\u00fcn", "l": [1, [2]],
          "a": np.arange(6, dtype=">i4").reshape(2, 3), "fo": np.asfortranarray(np.arange(6.0, dtype="f4").reshape(2, 3)), "o": np.array([[1], "x"], dtype=object),
          "sc": np.float32(2.5), "sb": np.bool_(True), "od": collections.OrderedDict(x=1), (1, 2): "k"}
for p in range(6):
    with open(f"protocol{p}.pkl", "wb") as f: pickle.dump(values, f, protocol=p)
