// SPDX-License-Identifier: BSD-3-Clause
// A child process that is talked to in lines, over its standard input and output, without ever blocking.
#pragma once
#include "core/api.h"
#include "core/platform/process.h"

#include <chrono>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

namespace orrery::platform {

// Ends a wait of another thread.
class ORRERY_API Wakeup {
public:
    Wakeup(); // throws Error
    Wakeup(const Wakeup&) = delete;
    Wakeup& operator=(const Wakeup&) = delete;
    ~Wakeup();
    void wake() const; // from any thread
    void wait(std::chrono::milliseconds longest) const;
    int descriptor() const { return descriptor_; }
    void clear() const;

private:
    int descriptor_ = -1;
};

// For one thread. Its end closes the pipes: a child that reads its input sees the end of it.
class ORRERY_API PipedChild {
public:
    explicit PipedChild(SpawnRequest request); // its input and output are set here; throws Error
    PipedChild(const PipedChild&) = delete;
    PipedChild& operator=(const PipedChild&) = delete;
    ~PipedChild();

    void send(const std::string& line); // goes out in exchange()
    // Writes and reads what is possible; waits for that, for the child's end or for wake(), at most so long. Returns
    // the whole lines that came.
    std::vector<std::string> exchange(const Wakeup& wakeup, std::chrono::milliseconds longest);
    void close_input();                     // the child sees the end of its input
    bool closed() const { return closed_; } // no line will come any more
    std::optional<ChildEnd> wait(int milliseconds) { return child_->wait(milliseconds); }
    void kill() const { child_->kill(); }
    int pid() const { return child_->pid(); }

private:
    void write_some();
    void read_some();
    std::optional<ChildProcess> child_;
    int input_ = -1, output_ = -1; // our ends
    std::string to_write_, read_;
    bool closed_ = false;
};

// For the child: what this process has as standard output becomes the returned stream, and whatever else is printed
// goes to standard error.
ORRERY_API std::FILE* take_standard_output();

} // namespace orrery::platform
