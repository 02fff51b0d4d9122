// SPDX-License-Identifier: BSD-3-Clause
#include "core/error.h"

namespace orrery {

Error::Error(std::string what, std::string hint, ExitCode code)
    : what_(std::move(what)), hint_(std::move(hint)), code_(code) {}
// Out of line, so that the type has one home and is caught by type across libraries.
Error::~Error() = default;
Stopped::~Stopped() = default;

std::string Problem::line() const {
    return sentence.find(field) == std::string::npos ? field + ": " + sentence : sentence;
}

} // namespace orrery
