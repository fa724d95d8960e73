"""The removal score of pairs as vectorised PyTorch on the CPU: the peer of lib/interactions/pairs/pair_scores.ts.

    python scripts/bench/pair_scores.py tokens active d_sae d_mlp d_model

Random players of these sizes; of every two active latents of a token the norm of
(gelu(z) - gelu(z - a_i) - gelu(z - a_j) + gelu(z - a_i - a_j)) W_out, gelu the tanh form, in pieces of 1,024 instances. Prints JSON:
seconds of the scores (wall, CPU, the best of three) and instances.
"""

import json
import sys
import time

import torch
from torch.nn.functional import gelu

tokens, n, F, M, d = map(int, sys.argv[1:])
torch.manual_seed(0)
w, z, W_out = torch.randn(F, M) * 0.3, torch.randn(tokens, M), torch.randn(M, d) / M**0.5
act = torch.rand(tokens * n)
latent = torch.cat([torch.randperm(F)[:n].sort().values for _ in range(tokens)])
i, j = torch.triu_indices(n, n, 1)
first = (torch.arange(tokens)[:, None] * n + i).flatten()
second = (torch.arange(tokens)[:, None] * n + j).flatten()
token = torch.arange(tokens).repeat_interleave(len(i))


@torch.inference_mode()
def scores():
    found = []
    for piece in torch.arange(len(first)).split(1024):
        a = w[latent[first[piece]]] * act[first[piece], None]
        b = w[latent[second[piece]]] * act[second[piece], None]
        x = z[token[piece]]
        e = x - a
        D = gelu(x, approximate="tanh") - gelu(e, approximate="tanh")
        D += gelu(e - b, approximate="tanh") - gelu(x - b, approximate="tanh")
        found.append((D @ W_out).norm(dim=1))
    return torch.cat(found)


best = {}
for _ in range(3):
    start, cpu = time.perf_counter(), time.process_time()
    scores()
    wall, cpu = time.perf_counter() - start, time.process_time() - cpu
    best = dict(wall=min(wall, best.get("wall", wall)), cpu=min(cpu, best.get("cpu", cpu)))
print(json.dumps(dict(best, instances=len(first))))
