// SPDX-License-Identifier: BSD-3-Clause
// MatrixMarket: a graph that reads back as it was, or a sentence.
#include "tests/fuzz/graph_target.h"

using namespace orrery;

FUZZ_TARGET(matrix_market) {
    static const fuzz::InputFile input("matrix_market.mtx"), again("matrix_market_again.mtx");
    fuzz::read_and_write(bytes, input.write(fuzz::text_of_bytes(bytes)), again.folder() / "again.mtx", true);
}
