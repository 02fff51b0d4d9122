#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""One of cases.py in DeepXDE as a child process: one JSON command a line on stdin, one JSON answer a line on stdout.

    DDE_BACKEND=pytorch|jax deepxde_child.py CASE FOLDER --precision float32|float64 --threads N

With PyTorch it writes the case to FOLDER (case.json, parameters.npy, points.npy and condition_I.npy, as bench_pinn_speed reads
them); with JAX it takes the parameters from there. Commands: {"do": "reset"}, {"do": "steps", "count": N} -> seconds,
{"do": "losses"} -> one number per term, before the sum.
"""
import argparse
import json
import os
import sys
import time

answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)  # what DeepXDE prints must not mix with the answers

import numpy as np

from cases import CASES, NU, make_data


def parameter_shapes(case):
    sizes = [2] + [case["width"]] * case["depth"] + [case["outputs"]]
    return [shape for i in range(1, len(sizes)) for shape in ((sizes[i], sizes[i - 1]), (sizes[i],))]


def split(flat, shapes):
    ends = np.cumsum([int(np.prod(shape)) for shape in shapes])
    return [part.reshape(shape) for part, shape in zip(np.split(flat, ends[:-1]), shapes)]


class TorchTraining:
    def __init__(self, dde, args, case):
        import torch
        self.torch, self.threads, self.rate = torch, args.threads, case["rate"]
        torch.set_num_threads(args.threads)
        torch.manual_seed(0)
        self.data = make_data(dde, case)
        net = dde.nn.FNN([2] + [case["width"]] * case["depth"] + [case["outputs"]], "tanh", "Glorot normal")
        self.model = dde.Model(self.data, net)
        self.start = [p.detach().clone() for p in net.parameters()]
        self.versions = {"torch": torch.__version__}

    def flat_start(self):
        return np.concatenate([p.double().numpy().ravel() for p in self.start])

    def reset(self):
        with self.torch.no_grad():
            for parameter, start in zip(self.model.net.parameters(), self.start):
                parameter.copy_(start)
        self.model.compile("adam", lr=self.rate, verbose=0)

    def wait(self):
        pass

    def losses(self):
        model = self.model
        return model._outputs_losses(True, *self.data.train_next_batch())[1]


class JaxTraining:
    def __init__(self, dde, args, case):
        import jax
        self.jax, self.threads, self.rate = jax, args.threads, case["rate"]
        if args.precision == "float64":
            jax.config.update("jax_enable_x64", True)
        self.data = make_data(dde, case)
        flat = np.load(os.path.join(args.folder, "parameters.npy")).astype(args.precision)
        if not np.array_equal(self.data.train_x_all, np.load(os.path.join(args.folder, "points.npy")).T):
            sys.exit("JAX's points differ from PyTorch's")
        parts = split(flat, parameter_shapes(case))
        self.start = {"params": {f"denses_{i}": {"kernel": jax.numpy.asarray(parts[2 * i].T), "bias": jax.numpy.asarray(parts[2 * i + 1])}
                                 for i in range(case["depth"] + 1)}}
        net = dde.nn.FNN([2] + [case["width"]] * case["depth"] + [case["outputs"]], "tanh", "Glorot normal")
        self.model = dde.Model(self.data, net)
        self.versions = {"jax": jax.__version__}

    def reset(self):
        self.model.compile("adam", lr=self.rate, verbose=0)
        expected = self.jax.tree.map(np.shape, self.model.params[0])
        given = self.jax.tree.map(np.shape, self.start)
        if expected != given:
            sys.exit(f"JAX's network is {expected}, not {given}")
        self.model.params = [self.start, []]
        self.model.opt_state = self.model.opt.init(self.model.params)

    def wait(self):
        self.jax.block_until_ready(self.model.params)

    def losses(self):
        return self.model._outputs_losses(True, *self.data.train_next_batch())[1]


def write_case(folder, name, precision, case, training):
    data = training.data
    np.save(os.path.join(folder, "parameters.npy"), training.flat_start())
    np.save(os.path.join(folder, "points.npy"), np.ascontiguousarray(data.train_x_all.T.astype(np.float64)))
    conditions = []
    begin = 0
    for i, (condition, count) in enumerate(zip(data.bcs, data.num_bcs)):
        points = data.train_x[begin:begin + count]
        zero = training.torch.zeros((len(data.train_x), case["outputs"]))
        values = -condition.error(data.train_x, None, zero, begin, begin + count).detach().numpy()
        rows = np.vstack([points.T, values.T]).astype(np.float64)  # coordinates, then the value that the output should have
        np.save(os.path.join(folder, f"condition_{i}.npy"), np.ascontiguousarray(rows))
        conditions.append(dict(output=condition.component, count=int(count)))
        begin += count
    with open(os.path.join(folder, "case.json"), "w") as file:
        json.dump(dict(name=name, precision=precision, equation=case["equation"], width=case["width"], depth=case["depth"],
                       outputs=case["outputs"], nu=NU[case["equation"]], rate=case["rate"], points=len(data.train_x_all), conditions=conditions), file,
                  indent=1)


def steps(training, count):
    """The loop of DeepXDE's Model._train_sgd without callbacks and tests, which would cost it time."""
    model, data = training.model, training.data
    begin = time.perf_counter()
    for _ in range(count):
        model.train_state.set_data_train(*data.train_next_batch(model.batch_size))
        model._train_step(model.train_state.X_train, model.train_state.y_train, model.train_state.train_aux_vars)
    training.wait()
    return time.perf_counter() - begin


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("case", choices=CASES)
    parser.add_argument("folder")
    parser.add_argument("--precision", choices=["float32", "float64"], default="float32")
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    import deepxde as dde
    dde.config.set_default_float(args.precision)
    case = CASES[args.case]
    backend = dde.backend.backend_name
    training = (TorchTraining if backend == "pytorch" else JaxTraining)(dde, args, case)
    if backend == "pytorch":
        write_case(args.folder, args.case, args.precision, case, training)
    training.reset()
    versions = {"deepxde": dde.__version__, "numpy": np.__version__, **training.versions}
    print(json.dumps({"ready": True, "versions": versions}), file=answers, flush=True)
    for line in sys.stdin:
        command = json.loads(line)
        if command["do"] == "reset":
            training.reset()
            answer = {}
        elif command["do"] == "steps":
            answer = {"seconds": steps(training, command["count"])}
        else:
            answer = {"losses": [float(loss) for loss in training.losses()]}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
