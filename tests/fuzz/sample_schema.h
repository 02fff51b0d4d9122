// SPDX-License-Identifier: BSD-3-Clause
// Parameters of every type, for the targets that read them.
#pragma once
#include "core/schema.h"

namespace orrery::fuzz {

struct SampleParams {
    double kappa = 0.1, free = 0;
    int n = 64;
    std::int64_t large = 0;
    bool exact = true;
    std::string initial = "cmt", method = "ifrk4", file;
    static void fields(Bind<SampleParams>& f) {
        f("kappa", &SampleParams::kappa).doc("Dissipation").range(0, 10).log10();
        f("free", &SampleParams::free);
        f("n", &SampleParams::n).range(4, 4096);
        f("large", &SampleParams::large);
        f("exact", &SampleParams::exact);
        f("initial", &SampleParams::initial);
        f("method", &SampleParams::method).choices({"ifrk4", "etdrk4"});
        f("file", &SampleParams::file).path("field");
    }
};

inline const Schema& sample_schema() {
    static const Schema schema = [] {
        Bind<SampleParams> bind;
        SampleParams::fields(bind);
        return bind.schema();
    }();
    return schema;
}

} // namespace orrery::fuzz
