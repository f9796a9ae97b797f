"""A retrieval set in the format of Revisited Oxford, and its scores worked out with numpy, query by query.

Run with numpy 1.26 or newer; the files beside this one were made so.
"""
import json, pickle
import numpy as np

rng = np.random.default_rng(7)
n, q, d = 40, 6, 8
centres = rng.normal(size=(q, d))
database, gnd = rng.normal(size=(n, d)), []
for i in range(q):
    ids = rng.permutation(n)[:14]
    easy, hard, junk = ids[:i], ids[i : 2 * i - 1 if i > 1 else i], ids[10:]
    for k in ids:
        database[k] += centres[i] * rng.uniform(0.5, 2)
    gnd.append({"easy": easy, "hard": hard, "junk": junk, "bbx": [1.5, 2.5, 20.25, 30.0]})
unit = lambda x: (x / np.linalg.norm(x, axis=1, keepdims=True)).astype(np.float32)
database, queries = unit(database), unit(centres + 0.3 * rng.normal(size=(q, d)))
np.save("database.npy", database)
np.save("queries.npy", queries)
names = {"imlist": [f"all_{i:03d}" for i in range(n)], "qimlist": [f"q_{i}" for i in range(q)]}
plain = [{k: [int(x) for x in v] if k != "bbx" else v for k, v in g.items()} for g in gnd]
pickle.dump({**names, "gnd": plain}, open("gnd.protocol2.pkl", "wb"), protocol=2)
pickle.dump({**names, "gnd": gnd}, open("gnd.numpy.pkl", "wb"), protocol=4)


def average_precision(hits, total):
    """Trapezoids under precision over recall, from the list of right (1) and wrong (0) of a ranking."""
    area, found = 0.0, 0
    for r, hit in enumerate(hits):
        if hit:
            area += ((found / r if r else 1.0) + (found + 1) / (r + 1)) / 2
            found += 1
    return area / total


setups = {
    "easy": (["easy"], ["junk", "hard"]),
    "medium": (["easy", "hard"], ["junk"]),
    "hard": (["hard"], ["junk", "easy"]),
}
expected = {}
for name, (right, junk) in setups.items():
    rows = []
    for i in range(q):
        ok = set(np.concatenate([gnd[i][k] for k in right]).astype(int))
        out = set(np.concatenate([gnd[i][k] for k in junk]).astype(int))
        if not ok:
            continue
        order = np.argsort(-(database.astype(float) @ queries[i].astype(float)), kind="stable")
        hits = [int(k in ok) for k in order if k not in out]
        last = max(r for r, h in enumerate(hits) if h) + 1
        rows.append([average_precision(hits, len(ok))] + [np.mean(hits[: min(last, k)]) for k in (1, 5, 10)])
    expected[name] = dict(zip(["mAP", "mP@1", "mP@5", "mP@10"], (100 * np.mean(rows, axis=0)).tolist()))
json.dump(expected, open("expected.json", "w"), indent=1)
