// SPDX-License-Identifier: BSD-3-Clause
#include "core/platform/child_output.h"

#include "core/error.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace orrery::platform {

ChildOutput::ChildOutput() {
    std::array<int, 2> ends{-1, -1};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
        throw Error(std::string("The output of a child can't be read: ") + std::strerror(errno));
    reading_ = ends[0];
    writing_ = ends[1];
    ::fcntl(reading_, F_SETFL, O_NONBLOCK);
}

ChildOutput::~ChildOutput() {
    close_writing_end();
    ::close(reading_);
}

void ChildOutput::close_writing_end() {
    if (writing_ >= 0) ::close(std::exchange(writing_, -1));
}

std::string ChildOutput::read(std::size_t most) {
    std::string text(most, '\0');
    std::size_t size = 0;
    while (size < most && !closed_) {
        const auto count = ::read(reading_, text.data() + size, most - size);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) break;
        if (count <= 0)
            closed_ = true;
        else
            size += static_cast<std::size_t>(count);
    }
    text.resize(size);
    return text;
}

void interrupt_child(int pid) {
    if (pid > 0) ::kill(pid, SIGINT);
}

} // namespace orrery::platform
