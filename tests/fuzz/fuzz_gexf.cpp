// SPDX-License-Identifier: BSD-3-Clause
// GEXF: a graph, or a sentence.
#include "tests/fuzz/graph_target.h"

using namespace orrery;

FUZZ_TARGET(gexf) {
    static const fuzz::InputFile input("gexf.gexf"), again("gexf_again.gexf");
    fuzz::read_and_write(bytes, input.write(fuzz::text_of_bytes(bytes)), again.folder() / "again.gexf", false);
}
