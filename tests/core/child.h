// SPDX-License-Identifier: BSD-3-Clause
// A forked process for one test: runs a function, and is killed at the latest at the end of the test.
#pragma once
#include <csignal>
#include <stdexcept>
#include <utility>

#include <sys/wait.h>
#include <unistd.h>

class Child {
public:
    // Fork before the test starts a thread.
    template <class Body>
    explicit Child(Body body) : pid_(fork()) {
        if (pid_ < 0) throw std::runtime_error("no process can be started");
        if (pid_ > 0) return;
        try {
            body();
        } catch (...) {
            _exit(1);
        }
        _exit(0);
    }
    ~Child() {
        if (pid_ > 0) kill();
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    void pause() const { ::kill(pid_, SIGSTOP); }
    void kill() {
        ::kill(pid_, SIGKILL);
        wait();
    }
    int wait() { // its exit code
        int status = 0;
        waitpid(std::exchange(pid_, -1), &status, 0);
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }

private:
    pid_t pid_;
};
