// SPDX-License-Identifier: BSD-3-Clause
#include "core/platform/piped_child.h"

#include "core/error.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

namespace orrery::platform {
namespace {

constexpr std::size_t longest_line = std::size_t{64} << 20;

[[noreturn]] void fail(const char* what) { throw Error(std::string(what) + ": " + std::strerror(errno)); }

int in_milliseconds(std::chrono::milliseconds time) {
    return static_cast<int>(std::clamp<std::int64_t>(time.count(), 0, 3'600'000));
}

} // namespace

Wakeup::Wakeup() : descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (descriptor_ < 0) fail("a thread can't be woken up by another one");
}
Wakeup::~Wakeup() { ::close(descriptor_); }

void Wakeup::wake() const {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(descriptor_, &one, sizeof one);
}

void Wakeup::clear() const {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto taken = ::read(descriptor_, &count, sizeof count);
}

void Wakeup::wait(std::chrono::milliseconds longest) const {
    pollfd waiting{descriptor_, POLLIN, 0};
    ::poll(&waiting, 1, in_milliseconds(longest));
    clear();
}

PipedChild::PipedChild(SpawnRequest request) {
    // A socket for what is sent: writing to a child that is gone is an error there, not a SIGPIPE.
    std::array<int, 2> to_child{-1, -1}, from_child{-1, -1};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, to_child.data()) != 0) fail("a child can't be talked to");
    if (::pipe2(from_child.data(), O_CLOEXEC) != 0) {
        ::close(to_child[0]);
        ::close(to_child[1]);
        fail("a child can't be talked to");
    }
    input_ = to_child[0];
    output_ = from_child[0];
    ::fcntl(output_, F_SETFL, O_NONBLOCK);
    request.input = to_child[1];
    request.output = from_child[1];
    try {
        child_.emplace(request);
    } catch (...) {
        for (const int end : {to_child[0], to_child[1], from_child[0], from_child[1]}) ::close(end);
        throw;
    }
    ::close(to_child[1]);
    ::close(from_child[1]);
}

PipedChild::~PipedChild() {
    close_input();
    ::close(output_);
}

void PipedChild::close_input() {
    if (input_ >= 0) ::close(std::exchange(input_, -1));
}

void PipedChild::send(const std::string& line) { to_write_ += line + '\n'; }

void PipedChild::write_some() {
    while (!to_write_.empty()) {
        const auto count = ::send(input_, to_write_.data(), to_write_.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0 && errno != EAGAIN && errno != EWOULDBLOCK) to_write_.clear(); // it is gone: reading will tell
        if (count <= 0) return;
        to_write_.erase(0, static_cast<std::size_t>(count));
    }
}

void PipedChild::read_some() {
    std::array<char, 65536> buffer;
    while (true) {
        const auto count = ::read(output_, buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
        if (count <= 0 || read_.size() > longest_line) {
            closed_ = true;
            return;
        }
        read_.append(buffer.data(), static_cast<std::size_t>(count));
    }
}

std::vector<std::string> PipedChild::exchange(const Wakeup& wakeup, std::chrono::milliseconds longest) {
    write_some();
    std::array<pollfd, 3> waiting{{{output_, POLLIN, 0}, {wakeup.descriptor(), POLLIN, 0}, {input_, POLLOUT, 0}}};
    ::poll(waiting.data(), to_write_.empty() ? 2 : 3, in_milliseconds(longest));
    if (waiting[1].revents != 0) wakeup.clear();
    write_some();
    read_some();
    std::vector<std::string> lines;
    std::size_t begin = 0;
    for (std::size_t end = read_.find('\n'); end != std::string::npos; end = read_.find('\n', begin)) {
        lines.push_back(read_.substr(begin, end - begin));
        begin = end + 1;
    }
    read_.erase(0, begin);
    return lines;
}

std::FILE* take_standard_output() {
    std::fflush(stdout);
    const int kept = ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
    std::FILE* stream = kept < 0 ? nullptr : ::fdopen(kept, "w");
    if (!stream || ::dup2(STDERR_FILENO, STDOUT_FILENO) < 0) fail("standard output can't be taken over");
    std::signal(SIGPIPE, SIG_IGN); // a reader that is gone shows as an error
    return stream;
}

} // namespace orrery::platform
