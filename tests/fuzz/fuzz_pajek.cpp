// SPDX-License-Identifier: BSD-3-Clause
// Pajek: a graph, or a sentence.
#include "tests/fuzz/graph_target.h"

using namespace orrery;

FUZZ_TARGET(pajek) {
    static const fuzz::InputFile input("pajek.net"), again("pajek_again.net");
    fuzz::read_and_write(bytes, input.write(fuzz::text_of_bytes(bytes)), again.folder() / "again.net", false);
}
