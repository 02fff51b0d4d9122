// SPDX-License-Identifier: BSD-3-Clause
// The one exception that ends an operation, and the list of problems for what is expected to go wrong.
#pragma once
#include "core/api.h"

#include <exception>
#include <string>
#include <vector>

namespace orrery {

// What the program answers to the shell (fixed: other tools depend on it).
enum class ExitCode : int { done = 0, failed = 1, usage = 2, difference = 3, stopped = 130 };

// Ends an operation. `what()` says what happened and why, `hint()` what to do (may be empty).
class ORRERY_API Error : public std::exception {
public:
    explicit Error(std::string what, std::string hint = {}, ExitCode code = ExitCode::failed);
    ~Error() override;
    const char* what() const noexcept override { return what_.c_str(); }
    const std::string& hint() const noexcept { return hint_; }
    ExitCode code() const noexcept { return code_; }

private:
    std::string what_;
    std::string hint_;
    ExitCode code_;
};

// Thrown by long computations when Run::stop() was requested; not a failure.
class ORRERY_API Stopped : public std::exception {
public:
    ~Stopped() override;
    const char* what() const noexcept override { return "stopped"; }
};

// One thing wrong with an input: which field (empty: several together), and a sentence that says what was given and
// what is accepted.
struct Problem {
    std::string field;
    std::string sentence;

    // The sentence, with the field before it unless it names it.
    ORRERY_API std::string line() const;
};

class ORRERY_API Problems {
public:
    void add(std::string field, std::string sentence) { list_.push_back({std::move(field), std::move(sentence)}); }
    bool empty() const { return list_.empty(); }
    auto begin() const { return list_.begin(); }
    auto end() const { return list_.end(); }
    std::size_t size() const { return list_.size(); }

private:
    std::vector<Problem> list_;
};

} // namespace orrery
