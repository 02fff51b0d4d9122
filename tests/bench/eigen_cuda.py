#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""All eigenpairs of 500 Laplacians of 100 nodes on a CUDA device, ours and torch.linalg.eigh, in turn; prints one JSON document.

    tests/bench/eigen_cuda.py LIBRARY [--count 500] [--nodes 100] [--repeats 7]

LIBRARY is liborrery_gpu.so. The matrices are on the device before the clock runs, and the pairs stay there.
"""
import argparse
import json
import statistics
import time

import torch


def laplacians(count, nodes):
    generator = torch.Generator().manual_seed(0)
    adjacency = (torch.rand(count, nodes, nodes, generator=generator) < 0.08).double().triu(1)
    adjacency = adjacency + adjacency.transpose(1, 2)
    return torch.diag_embed(adjacency.sum(2)) - adjacency


def seconds(solve, matrices):
    torch.cuda.synchronize()
    begin = time.perf_counter()
    result = solve(matrices)
    torch.cuda.synchronize()
    return time.perf_counter() - begin, result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library")
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--nodes", type=int, default=100)
    parser.add_argument("--repeats", type=int, default=7)
    args = parser.parse_args()
    torch.ops.load_library(args.library)
    matrices = laplacians(args.count, args.nodes).cuda()
    solvers = {"orrery": torch.ops.orrery.symmetric_eigen, "torch.linalg.eigh": torch.linalg.eigh}
    times, values = {name: [] for name in solvers}, {}
    for repeat in range(args.repeats + 1):
        for name, solve in solvers.items():
            elapsed, (found, vectors) = seconds(solve, matrices)
            if repeat > 0:  # the first one warms up
                times[name].append(elapsed)
            values[name] = found, (matrices @ vectors - vectors * found.unsqueeze(1)).norm(dim=1).max().item()
    difference = (values["orrery"][0] - values["torch.linalg.eigh"][0]).abs().max().item()
    print(json.dumps({"count": args.count, "nodes": args.nodes, "torch": torch.__version__, "milliseconds": {
        name: {"median": 1000 * statistics.median(list_), "least": 1000 * min(list_), "largest": 1000 * max(list_)} for name, list_ in times.items()},
        "residuals": {name: residual for name, (_, residual) in values.items()}, "largest_difference_of_values": difference, "goal_milliseconds": 15}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
