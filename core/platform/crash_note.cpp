// SPDX-License-Identifier: BSD-3-Clause
#include "core/platform/crash_note.h"

#include <array>
#include <atomic>
#include <csignal>
#include <cstddef>

#include <unistd.h>

namespace orrery::platform {
namespace {

constexpr std::array crash_signals{SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGSYS};
std::atomic<int> note_descriptor{-1};
std::array<struct sigaction, crash_signals.size()> usual_actions;
// A stack that has overflowed can't carry the handler.
alignas(16) std::array<std::byte, 64 * 1024> handler_stack;
stack_t usual_stack{};

// Nothing but functions that are safe in a signal handler.
void write_note(int signal) {
    for (std::size_t i = 0; i < crash_signals.size(); ++i)
        if (crash_signals[i] == signal) ::sigaction(signal, &usual_actions[i], nullptr);
    char text[] = "\nsignal 00\n";
    text[8] = static_cast<char>('0' + signal / 10 % 10);
    text[9] = static_cast<char>('0' + signal % 10);
    if (const int descriptor = note_descriptor.exchange(-1); descriptor >= 0)
        if (::write(descriptor, text, sizeof text - 1) < 0) note_descriptor = -1; // there is nobody to tell
    std::raise(signal); // delivered on return, to what was there before
}

} // namespace

CrashNote::CrashNote(int descriptor) {
    ::lseek(descriptor, 0, SEEK_END); // after what was written by another descriptor
    note_descriptor = descriptor;
    stack_t stack{};
    stack.ss_sp = handler_stack.data();
    stack.ss_size = handler_stack.size();
    ::sigaltstack(&stack, &usual_stack);
    struct sigaction action {};
    action.sa_handler = write_note;
    action.sa_flags = SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    for (std::size_t i = 0; i < crash_signals.size(); ++i) ::sigaction(crash_signals[i], &action, &usual_actions[i]);
}

CrashNote::~CrashNote() {
    note_descriptor = -1;
    for (std::size_t i = 0; i < crash_signals.size(); ++i) {
        struct sigaction now {};
        ::sigaction(crash_signals[i], nullptr, &now);
        if (now.sa_handler == write_note) ::sigaction(crash_signals[i], &usual_actions[i], nullptr);
    }
    ::sigaltstack(&usual_stack, nullptr);
}

} // namespace orrery::platform
