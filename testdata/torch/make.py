#!/usr/bin/env python3
"""Makes the checkpoints here (torch, numpy): every element type, shared and strided storages, wrappers."""
import collections, sys
import numpy as np, torch

def ramp(dtype, *shape):
    n = int(np.prod(shape))
    return (torch.arange(n) % 100 if dtype != torch.bool else torch.arange(n) % 2).to(dtype).reshape(shape)

def types(names): return {n: ramp(getattr(torch, n), 2, 3) for n in names}

OLD = ["float64", "float32", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8", "bool"]
base = ramp(torch.float32, 4, 6)
state = collections.OrderedDict(types(OLD))
state["shared"] = base
state["rows"] = base[1:3]
state["transposed"] = base.t()
state["columns"] = base[:, 1:5:2]
state["scalar"] = torch.tensor(7.0)
state["empty"] = torch.zeros(0, 3)
state["parameter"] = torch.nn.Parameter(base[2].clone())
state._metadata = collections.OrderedDict(version=1)
around = {"epoch": 3, "size": torch.Size([2, 3]), "device": torch.device("cpu"), "dtype": torch.float16,
          "best": np.float64(0.5), "history": np.arange(4.0), "optimizer": {"state": {0: {"step": torch.tensor(1.0)}}, "betas": (0.9, 0.999)}}
for legacy in (False, True):
    save = lambda x, name: torch.save(x, f"{name}.legacy.pth" if legacy else f"{name}.pth", _use_new_zipfile_serialization=not legacy)
    save(state, "state")
    save({**around, "student": types(["int8"]), "teacher": {"module": state}}, "training")
torch.save(types(["uint16", "uint32", "uint64"]) , "unsigned.pth")
torch.save(torch.nn.Linear(2, 2), "module.pth")
torch.jit.save(torch.jit.script(torch.nn.Linear(2, 2)), "script.pth")
torch.save({"a": torch.zeros(1).expand(1000), "b": torch.zeros(2)}, "expanded.pth")
