// SPDX-License-Identifier: BSD-3-Clause
// SHA-256 (FIPS 180-4) of text and files, in one streaming pass; names artifacts and links events.
#pragma once
#include "core/api.h"

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace orrery {

class ORRERY_API Sha256 {
public:
    Sha256();
    ~Sha256();
    Sha256(Sha256&&) noexcept;
    Sha256& operator=(Sha256&&) noexcept;
    void update(std::string_view bytes);
    // 64 lower-case hexadecimal digits; nothing may be added afterwards.
    std::string hex();

private:
    struct Context;
    std::unique_ptr<Context> context_;
};

ORRERY_API std::string sha256(std::string_view bytes);
// Throws Error when the file can't be read.
ORRERY_API std::string sha256_of_file(const std::filesystem::path& file);

} // namespace orrery
