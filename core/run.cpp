// SPDX-License-Identifier: BSD-3-Clause
#include "core/run.h"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace orrery {

Run::~Run() = default;

namespace {
constexpr std::array<std::pair<Kind, const char*>, 8> kinds{{{Kind::field, "field"},
                                                             {Kind::particles, "particles"},
                                                             {Kind::graph, "graph"},
                                                             {Kind::image, "image"},
                                                             {Kind::boxes, "boxes"},
                                                             {Kind::table, "table"},
                                                             {Kind::model, "model"},
                                                             {Kind::report, "report"}}};
}

const char* name_of(Kind kind) {
    for (const auto& [value, name] : kinds)
        if (value == kind) return name;
    return "";
}

Kind kind_named(std::string_view name) {
    for (const auto& [value, text] : kinds)
        if (name == text) return value;
    throw Error(fmt::format("'{}' is no kind of artifact", name));
}

} // namespace orrery
