// SPDX-License-Identifier: BSD-3-Clause
// The output of a child, read as fast as the reader wants it: what isn't read waits in the pipe, and the child with it.
#pragma once
#include "core/api.h"

#include <cstddef>
#include <string>

namespace orrery::platform {

// For one thread. Hand writing_end() to the child as its output, then close_writing_end().
class ORRERY_API ChildOutput {
public:
    ChildOutput(); // throws Error
    ChildOutput(const ChildOutput&) = delete;
    ChildOutput& operator=(const ChildOutput&) = delete;
    ~ChildOutput();

    int reading_end() const { return reading_; } // to be waited for
    int writing_end() const { return writing_; }
    void close_writing_end();
    std::string read(std::size_t most); // what is there, without waiting; nothing if there is nothing
    bool closed() const { return closed_; }

private:
    int reading_ = -1, writing_ = -1;
    bool closed_ = false; // everybody who could write is gone
};

// SIGINT to a child of this process that hasn't been waited for yet.
ORRERY_API void interrupt_child(int pid);

} // namespace orrery::platform
