"""Brute force of a Max-of-K model as vectorised PyTorch on the CPU: the peer of kernels/brute_force.wgsl.

    python scripts/bench/brute_force.py WEIGHTS v d_model d_head K

WEIGHTS holds W_E, W_pos, W_Q, W_K, W_V, W_O, W_U as raw float32, K = 4. The tables are made in float64 and rounded to
float32; logits are sums of shared prefixes, one addition, one maximum and one gather for each sequence and logit, and no
bound on rounding. One thread: on pieces that fit into the cache, threads mostly wait for one another. Prints JSON: seconds of
the enumeration (wall, CPU) and sequences found right.
"""

import json
import sys
import time

import torch

torch.set_num_threads(1)
v, d, h, K = map(int, sys.argv[2:])
assert K == 4, K
shapes = dict(W_E=(v, d), W_pos=(K, d), W_Q=(d, h), W_K=(d, h), W_V=(d, h), W_O=(h, d), W_U=(d, v))
flat = torch.frombuffer(bytearray(open(sys.argv[1], "rb").read()), dtype=torch.float32).double()
parts = flat.split([rows * columns for rows, columns in shapes.values()])
w = {name: part.view(shape) for (name, shape), part in zip(shapes.items(), parts)}

x = w["W_E"][None] + w["W_pos"][:, None]  # [K, v, d]
queries = (w["W_E"] + w["W_pos"][-1]) @ w["W_Q"]
scores = torch.einsum("qh,ith->qit", queries, x @ w["W_K"]) / h**0.5
weights = (scores - scores.amax((1, 2), keepdim=True)).exp()
values = x @ w["W_V"] @ w["W_O"] @ w["W_U"]  # [K, v, v]
direct = (w["W_E"] + w["W_pos"][-1]) @ w["W_U"]
terms = (weights[..., None] * (values[None] + direct[:, None, None])).float()  # [q, i, t, x]
tokens = torch.arange(v)
pairs = torch.maximum(tokens[:, None], tokens[None])


def count():
    right = 0
    for q in range(v):
        for t0 in range(v):
            prefix = terms[q, 3, q] + terms[q, 0, t0] + terms[q, 1]  # [t1, x]
            s = prefix[:, None] + terms[q, 2][None]  # [t1, t2, x]
            largest = pairs.clamp(min=max(q, t0))[..., None]
            right += (s.gather(-1, largest).squeeze(-1) == s.amax(-1)).sum()
    return int(right)


terms[:1, :, :2].sum()
start, cpu = time.perf_counter(), time.process_time()
right = count()
print(json.dumps(dict(wall=time.perf_counter() - start, cpu=time.process_time() - cpu, right=right)))
