// SPDX-License-Identifier: BSD-3-Clause
// The f.json beside an exported figure f.svg: tells where it came from, and which files Orrery may replace.
#pragma once
#include "core/api.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>

namespace orrery {

class FigureSidecar {
public:
    // Of the sidecar that lies beside `image`, if any. Throws Error (usage) if image, table or sidecar are there and
    // aren't Orrery's, or were changed since Orrery wrote them.
    explicit FigureSidecar(const std::filesystem::path& image);

    const std::filesystem::path& path() const { return path_; }
    const std::filesystem::path& table() const { return table_; }
    // The new one: `record` with the mark, and what the old one said of other images of that name (f.png beside f.svg)
    // that are still there.
    nlohmann::json with(nlohmann::json record) const;

private:
    void expect_ours(const std::filesystem::path& file) const;
    std::filesystem::path image_, path_, table_;
    nlohmann::json old_; // null if there is none
};

} // namespace orrery
