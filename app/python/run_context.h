// SPDX-License-Identifier: BSD-3-Clause
// What an experiment in Python sees of its run; orrery/plugin.py adds to it what is nicer to write in Python.
#pragma once
#include "core/run.h"

#include <pybind11/pybind11.h>

namespace orrery::python {

// Valid until the experiment's function has returned.
class ORRERY_API RunContext {
public:
    explicit RunContext(Run& run) : run_(&run) {}
    Run& run() const { return *run_; }

private:
    Run* run_;
};

void bind_run_context(pybind11::module_& module);

} // namespace orrery::python
