# SPDX-License-Identifier: BSD-3-Clause
"""Files of artifacts: written from Python values, and opened as arrays over the file's own memory."""
import csv
import json
import mmap
import os
import weakref

import numpy as np

from . import _core
from .errors import Error


# --- writing: returns the path of a new file in `folder` ---


def _field(path, name, value, times=None, origin=(0.0, 0.0), spacing=(1.0, 1.0), units=None):
    from .plugin import _numpy

    fields = {key: _numpy(v) for key, v in (value.items() if isinstance(value, dict) else [(name, value)])}
    fields = {key: v[None] if v.ndim == 2 else v for key, v in fields.items()}
    for key, v in fields.items():
        if v.ndim != 3 or v.dtype.kind not in "fiub":
            raise Error(f"the field '{key}' has the shape {list(v.shape)} and the type {v.dtype}",
                        "a field is an array of numbers [nx, ny] or [steps, nx, ny]")
    steps = len(next(iter(fields.values())))
    times = [float(t) for t in (range(steps) if times is None else times)]
    if len(times) != steps:
        raise Error(f"there are {len(times)} times for {steps} steps of the field", "give one time for each step")
    _core.write_fields(path, fields, times, [float(x) for x in origin], [float(x) for x in spacing], dict(units or {}))


def _table(path, name, value):
    if isinstance(value, dict):
        columns = list(value)
        rows = list(zip(*(list(column) for column in value.values()), strict=True))
    else:
        columns = list(dict.fromkeys(key for row in value for key in row))
        rows = [[row.get(key, "") for key in columns] for row in value]
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows([x.item() if hasattr(x, "item") else x for x in row] for row in rows)


def _image(path, name, value):
    from .plugin import _numpy

    try:
        from PIL import Image
    except ImportError:
        raise Error("an image is written with Pillow, which is not installed", "pip install pillow, or give a PNG file") from None
    Image.fromarray(_numpy(value)).save(path)


def _model(path, name, value):
    import torch

    if isinstance(value, torch.nn.Module):
        (value if isinstance(value, torch.jit.ScriptModule) else torch.jit.script(value)).save(str(path))
    else:
        torch.save(value, path)


def _report(path, name, value):
    path.write_text(str(value), encoding="utf-8")


_WRITERS = {"field": (_field, "field.vtkhdf"), "table": (_table, "table.csv"), "image": (_image, "image.png"),
            "model": (_model, "model.pt"), "report": (_report, "report.txt")}


def write(folder, name, kind, value, **how):
    """Writes a value as a file of its kind. Raises orrery.Error if it is of no use for that."""
    if kind not in _WRITERS:
        raise Error(f"an artifact of the kind {kind} is given as a file", "give its path")
    writer, file = _WRITERS[kind]
    if kind == "report" and str(value).lstrip().startswith("<"):
        file = "report.html"
    path = folder / file
    try:
        writer(path, name, value, **how)
    except TypeError as error:
        raise Error(f"the artifact '{name}' can't be written: {error}", f"see help(orrery.plugin.Run.artifact)") from error
    return path


# --- reading ---


_mapped = weakref.WeakValueDictionary()  # one mapping of a file for all who look into it at the same time


def _map(path, dtype, shape, offset):
    """An array over the file's pages. Copy on write: who writes into it changes his own memory, never the file."""
    count = int(np.prod(shape))
    with open(path, "rb") as file:
        status = os.fstat(file.fileno())
        if offset + count * np.dtype(dtype).itemsize > status.st_size:
            raise Error(f"the file {path} ends too early", "`orrery verify` tells which artifacts are damaged")
        key = (status.st_dev, status.st_ino, status.st_mtime_ns)
        mapped = _mapped.get(key)
        if mapped is None:
            mapped = _mapped[key] = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
    return np.frombuffer(mapped, dtype=dtype, count=count, offset=offset).reshape(shape)


def field_array(path, name):
    """[steps, nx, ny]; over the file's own memory where it lies there as one block, which is [steps, ny, nx]."""
    layout = _core.field_layout(path)
    if name is None:
        if len(layout["names"]) > 1:
            raise Error(f"there are several fields: {', '.join(layout['names'])}", 'name one: .array("...")')
        name = layout["names"][0]
    if name not in layout["names"]:
        raise Error(f"there is no field '{name}'", f"there is: {', '.join(layout['names'])}")
    if name not in layout["blocks"]:
        return _core.read_field(path, name)
    offset, dtype = layout["blocks"][name]
    return _map(path, "<" + np.dtype(dtype).str[1:], (len(layout["times"]), layout["ny"], layout["nx"]), offset).transpose(0, 2, 1)


def npy_array(path):
    with open(path, "rb") as file:
        version = np.lib.format.read_magic(file)
        read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, fortran, dtype = read(file)
        offset = file.tell()
    if dtype.hasobject:
        raise Error(f"the array in {path} holds Python objects", "only arrays of numbers are opened")
    if 0 in shape:
        return np.zeros(shape, dtype)
    array = _map(path, dtype, shape[::-1] if fortran else shape, offset)
    return array.T if fortran else array


def table_columns(path, name):
    """{column: NumPy array}, of a CSV or JSON table."""
    if name.endswith(".json"):
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
        rows = document["rows"] if isinstance(document, dict) else document
        names = list(dict.fromkeys(key for row in rows for key in row))
        cells = [[row.get(key) for row in rows] for key in names]
    else:
        with open(path, newline="", encoding="utf-8-sig") as file:
            lines = list(csv.reader(file))
        names, cells = lines[0], [list(column) for column in zip(*lines[1:])] or [[] for _ in lines[0]]
    return {key: _typed(column) for key, column in zip(names, cells)}


def _typed(column):
    if all(isinstance(cell, bool) for cell in column) and column:
        return np.array(column)
    for kind in (int, float):
        try:
            if all(cell not in (None, "") for cell in column) or kind is float:
                return np.array([kind("nan" if cell in (None, "") else cell) for cell in column])
        except (TypeError, ValueError):
            continue
    return np.array(["" if cell is None else str(cell) for cell in column])
