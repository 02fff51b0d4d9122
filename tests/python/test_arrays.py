# SPDX-License-Identifier: BSD-3-Clause
"""Artifacts as arrays and tensors: over the file's own memory, without a copy."""
import mmap

import numpy as np
import pytest

import orrery


def address(array):
    return array.__array_interface__["data"][0]


def lies_in(address_, path):
    """Whether the address belongs to a mapping of that file."""
    with open("/proc/self/maps") as maps:
        for line in maps:
            low, high = (int(end, 16) for end in line.split()[0].split("-"))
            if low <= address_ < high:
                return line.split(maxsplit=5)[-1].strip() == str(path)
    return False


@pytest.fixture
def run(project):
    return project.run("sample.artifacts", n=8, quiet=True)


def test_a_field_is_a_view_of_its_file(run):
    artifact = run.artifacts["fields"]
    array = artifact.array("a")
    expected = np.arange(72.0).reshape(8, 9)
    assert array.shape == (3, 8, 9) and np.array_equal(array, np.stack([expected, 2 * expected, 3 * expected]))
    assert lies_in(address(array), artifact.path) and not array.flags.writeable
    assert np.array_equal(artifact.array("b")[2], -expected)
    assert list(artifact.times) == [0, 0.5, 1] and artifact.layout["spacing"] == [0.5, 0.25]
    assert artifact.layout["units"] == {"a": "m"}
    with pytest.raises(orrery.Error, match="several fields: a, b"):
        artifact.array()
    with pytest.raises(orrery.Error, match="there is: a, b"):
        artifact.array("c")


def test_tensor_and_array_share_one_memory(run):
    artifact = run.artifacts["single"]
    array, tensor = artifact.array(), artifact.tensor()
    assert tensor.data_ptr() == address(array) and lies_in(tensor.data_ptr(), artifact.path)
    assert tensor.shape == (1, 8, 9) and tensor.dtype.itemsize == 4
    tensor[0, 0, 0] = 77.0  # copy on write: this process sees it, the file doesn't
    assert array[0, 0, 0] == 77.0 and artifact.verify()
    del array, tensor
    assert artifact.array()[0, 0, 0] == 0.0


def test_npy_is_mapped_and_models_and_reports_are_opened(run):
    raw = run.artifacts["raw"]
    array = raw.array()
    assert lies_in(address(array), raw.path) and array.dtype == np.float32 and raw.tensor().data_ptr() == address(array)
    assert np.array_equal(raw.array(), np.arange(72).reshape(8, 9))
    import torch
    assert run.artifacts["model"].load()(torch.zeros(1, 2)).shape == (1, 3)
    assert torch.equal(run.artifacts["tensors"].load()["w"], torch.arange(4.0))
    assert run.artifacts["words"].text() == "nothing to see" and run.artifacts["page"].path.exists()
    rows = run.artifacts["rows"].table()
    assert list(rows["x"]) == [1, 2] and np.isnan(rows["y"][1]) and rows["name"][1] == "two, three"
    with pytest.raises(orrery.Error, match="not an array"):
        run.artifacts["words"].array()


def test_a_large_field_is_not_read_when_it_is_opened(project):
    run = project.run("sample.large", megabytes=256, quiet=True)

    def resident():
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * mmap.PAGESIZE

    before = resident()
    array = run.artifacts["u"].array()
    assert array.nbytes == 256 << 20 and array.shape == (256, 256, 512)
    assert resident() - before < 32 << 20
    assert array[100, 5, 7] == 0.0


def test_a_file_that_ends_early_is_told(run):
    path = run.artifacts["raw"].path
    path.chmod(0o644)
    with open(path, "r+b") as file:
        file.truncate(150)
    with pytest.raises(orrery.Error, match="ends too early"):
        run.artifacts["raw"].array()
