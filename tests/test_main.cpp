// SPDX-License-Identifier: BSD-3-Clause
#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_session.hpp>
#else
#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>
#endif
#include "tests/scratch_folder.h"

#include <cstdlib>

int main(int argc, char** argv) {
    const ScratchFolder state; // what plugins do in a test is not remembered for the person who runs it
    setenv("XDG_STATE_HOME", state.path().c_str(), 1);
    return Catch::Session().run(argc, argv);
}
