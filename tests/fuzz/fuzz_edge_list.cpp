// SPDX-License-Identifier: BSD-3-Clause
// Edge lists: a graph, or a sentence.
#include "tests/fuzz/graph_target.h"

using namespace orrery;

FUZZ_TARGET(edge_list) {
    static const fuzz::InputFile input("edge_list.csv"), again("edge_list_again.csv");
    fuzz::read_and_write(bytes, input.write(fuzz::text_of_bytes(bytes)), again.folder() / "again.csv", false);
}
