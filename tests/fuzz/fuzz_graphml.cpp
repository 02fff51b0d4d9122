// SPDX-License-Identifier: BSD-3-Clause
// GraphML: a graph, or a sentence.
#include "tests/fuzz/graph_target.h"

using namespace orrery;

FUZZ_TARGET(graphml) {
    static const fuzz::InputFile input("graphml.graphml"), again("graphml_again.graphml");
    fuzz::read_and_write(bytes, input.write(fuzz::text_of_bytes(bytes)), again.folder() / "again.graphml", false);
}
