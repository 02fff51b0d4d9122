// SPDX-License-Identifier: BSD-3-Clause
// Reads graphs and writes them in another form: convert_graphs IN OUT. For the tests that compare with other programs.
#include "core/error.h"
#include "core/files/graph_file.h"

#include <cstdio>

int main(int count, char** arguments) {
    if (count != 3) return 2;
    try {
        orrery::write_graphs(arguments[2], orrery::read_graphs(arguments[1]));
        return 0;
    } catch (const orrery::Error& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
}
