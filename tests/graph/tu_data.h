// SPDX-License-Identifier: BSD-3-Clause
// Where real data sets lie, which are no part of the project: $ORRERY_TU_DATA, else ../shared/data/tu beside the
// checkout.
#pragma once
#include <cstdlib>
#include <filesystem>
#include <string>

// The folder of a data set; empty where it isn't there.
inline std::filesystem::path tu_data(const std::string& name) {
    namespace fs = std::filesystem;
    const char* variable = std::getenv("ORRERY_TU_DATA");
    const fs::path checkout = fs::path(__FILE__).parent_path().parent_path().parent_path();
    const fs::path folder = (variable != nullptr ? fs::path(variable) : checkout / "../shared/data/tu") / name;
    return fs::is_directory(folder) ? folder : fs::path();
}
