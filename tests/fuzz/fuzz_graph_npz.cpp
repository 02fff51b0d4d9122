// SPDX-License-Identifier: BSD-3-Clause
// Graphs in npz: read back as they were, or a sentence.
#include "tests/fuzz/graph_target.h"

using namespace orrery;

FUZZ_TARGET(graph_npz) {
    static const fuzz::InputFile input("graph_npz.npz"), again("graph_npz_again.npz");
    fuzz::read_and_write(bytes, input.write(fuzz::text_of_bytes(bytes)), again.folder() / "again.npz", true);
}
