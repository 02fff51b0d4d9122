// SPDX-License-Identifier: BSD-3-Clause
// VTKHDF fields: layout and values fit each other and the file, or the file is refused.
#include "core/files/field_file.h"
#include "tests/fuzz/input_file.h"

#include <algorithm>
#include <cmath>

using namespace orrery;

FUZZ_TARGET(field_file) {
    static const fuzz::InputFile input("field.vtkhdf");
    const auto& path = input.write(fuzz::text_of_bytes(bytes));
    fuzz::taken(bytes, [&] {
        const auto file = FieldFile::open(path);
        const auto& layout = file.layout();
        fuzz::expect(layout.nx > 0 && layout.ny > 0 && !layout.names.empty() && !layout.times.empty(),
                     "a field has values");
        fuzz::expect(std::is_sorted(layout.times.begin(), layout.times.end()), "times increase");
        fuzz::expect(layout.spacing[0] > 0 && std::isfinite(layout.origin[0]), "a grid has places");
        for (const auto& name : layout.names) {
            if (const auto block = file.block(name))
                fuzz::expect(block->offset <= bytes.size() && block->bytes <= bytes.size() - block->offset,
                             "a block that can be mapped lies in the file");
            const auto first = file.read(0, name);
            fuzz::expect(first.shape() == std::vector<std::int64_t>{layout.nx, layout.ny},
                         "a step has the grid's shape");
            const auto all = file.read_all(name);
            fuzz::expect(all.shape() == std::vector<std::int64_t>{file.steps(), layout.nx, layout.ny},
                         "all steps have the grid's shape");
        }
    });
}
