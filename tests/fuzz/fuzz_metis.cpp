// SPDX-License-Identifier: BSD-3-Clause
// METIS: a graph that reads back as it was, or a sentence.
#include "tests/fuzz/graph_target.h"

using namespace orrery;

FUZZ_TARGET(metis) {
    static const fuzz::InputFile input("metis.metis"), again("metis_again.metis");
    fuzz::read_and_write(bytes, input.write(fuzz::text_of_bytes(bytes)), again.folder() / "again.metis", true);
}
