// SPDX-License-Identifier: BSD-3-Clause
// GML: a graph, or a sentence.
#include "tests/fuzz/graph_target.h"

using namespace orrery;

FUZZ_TARGET(gml) {
    static const fuzz::InputFile input("gml.gml"), again("gml_again.gml");
    fuzz::read_and_write(bytes, input.write(fuzz::text_of_bytes(bytes)), again.folder() / "again.gml", false);
}
