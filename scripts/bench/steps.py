"""Training steps in PyTorch on the CPU, all threads: the peers of scripts/bench/steps.ts.

    python scripts/bench/steps.py coder BATCH N_SITES D_IN D_SAE
    python scripts/bench/steps.py model BATCH POS D_MODEL N_LAYERS N_HEADS D_VOCAB ADAM

coder: the JumpReLU crosscoder of Anthropic's January 2025 update, loss, gradients, clipping and Adam. model: a GPT-Neo
(attention without a scale, tanh GELU, tied unembedding) on next tokens, with clipping and Adam where ADAM is 1. Adam is
PyTorch's fused one. Prints JSON: seconds of one step, wall and CPU, each the least of several rounds.
"""

import json
import sys
import time

import torch
import torch.nn.functional as F

torch.manual_seed(0)


def parameter(*shape, scale=0.03):
    return torch.nn.Parameter(torch.randn(*shape) * scale)


class JumpReLU(torch.autograd.Function):
    @staticmethod
    def forward(ctx, z, theta, eps):
        ctx.save_for_backward(z, theta)
        ctx.eps = eps
        return z * (z > theta)

    @staticmethod
    def backward(ctx, grad):
        z, theta = ctx.saved_tensors
        window = ((z - theta).abs() < ctx.eps / 2).to(grad.dtype)
        return grad * (z > theta), -(theta / ctx.eps * window * grad).sum(0), None


def coder(batch, n_sites, d_in, d_sae):
    N = n_sites * d_in
    W_enc, W_dec = parameter(N, d_sae, scale=0.02), parameter(d_sae, N, scale=0.01)
    b_enc, b_dec, log_threshold = parameter(d_sae), parameter(N), parameter(d_sae)
    x = torch.randn(batch, N)

    def loss():
        z = torch.addmm(b_enc, x, W_enc)
        theta = log_threshold.exp()
        f = JumpReLU.apply(z, theta, 2.0)
        x_hat = torch.addmm(b_dec, f, W_dec)
        norms = W_dec.view(d_sae, n_sites, d_in).norm(dim=2).sum(1)
        sparsity = 0.5 * torch.tanh(4 * f * norms).sum()
        below = 3e-6 * (F.relu(theta - z) * norms).sum()
        return ((x_hat - x).square().sum() + sparsity + below) / batch

    return loss, [W_enc, W_dec, b_enc, b_dec, log_threshold]


def model(batch, pos, d, n_layers, n_heads, d_vocab):
    W_E, W_pos = parameter(d_vocab, d), parameter(pos, d)
    ln = lambda: [torch.nn.Parameter(torch.ones(d)), torch.nn.Parameter(torch.zeros(d))]
    weights = lambda: [parameter(d, d) for _ in range(4)] + [parameter(d)]
    mlp = lambda: [parameter(4 * d, d), parameter(4 * d), parameter(d, 4 * d), parameter(d)]
    blocks = [(ln(), weights(), ln(), mlp()) for _ in range(n_layers)]
    final = ln()
    ids = torch.arange(batch * pos).mul(7919).remainder(d_vocab).view(batch, pos)

    def loss():
        x = F.embedding(ids, W_E) + W_pos
        for ln1, (W_Q, W_K, W_V, W_O, b_O), ln2, (W_in, b_in, W_out, b_out) in blocks:
            h = F.layer_norm(x, (d,), *ln1)
            q, k, v = (
                F.linear(h, W).view(batch, pos, n_heads, d // n_heads).transpose(1, 2) for W in (W_Q, W_K, W_V)
            )
            z = F.scaled_dot_product_attention(q, k, v, is_causal=True, scale=1.0)
            x = x + F.linear(z.transpose(1, 2).reshape(batch, pos, d), W_O, b_O)
            h = F.layer_norm(x, (d,), *ln2)
            x = x + F.linear(F.gelu(F.linear(h, W_in, b_in), approximate="tanh"), W_out, b_out)
        return F.cross_entropy(F.linear(F.layer_norm(x, (d,), *final), W_E).flatten(0, 1), ids.flatten())

    parts = [p for block in blocks for part in block for p in part]
    return loss, [W_E, W_pos, *parts, *final]


kind, *sizes = sys.argv[1:]
sizes = list(map(int, sizes))
adam = kind == "coder" or sizes.pop() == 1
loss, parameters = dict(coder=coder, model=model)[kind](*sizes)
optimiser = torch.optim.Adam(parameters, lr=1e-5, fused=True)


def step():
    for p in parameters:
        p.grad = None
    loss().backward()
    if adam:
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()


def timed(runs):
    start, cpu = time.perf_counter(), time.process_time()
    for _ in range(runs):
        step()
    return (time.perf_counter() - start) / runs, (time.process_time() - cpu) / runs


timed(2)
runs = max(1, round(0.25 / min(timed(1))))
found = [timed(runs) for _ in range(3)]
print(json.dumps(dict(wall=min(wall for wall, _ in found), cpu=min(cpu for _, cpu in found))))
