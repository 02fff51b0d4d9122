// SPDX-License-Identifier: BSD-3-Clause
// .npy: what is read needs no more memory than the file justifies, and reads the same after it was written.
#include "core/files/npy.h"
#include "tests/fuzz/target.h"

#include <cstring>

using namespace orrery;

FUZZ_TARGET(npy) {
    fuzz::taken(bytes, [&] {
        const Array array = read_npy(std::as_bytes(bytes), "input.npy");
        fuzz::expect(array.bytes() <= 4 * bytes.size(), "an array is at most four times its file: int8 becomes int32");
        std::string written = npy_header(array.shape(), array.type());
        fuzz::expect(written.size() % 64 == 0, "a header ends at a multiple of 64 bytes");
        if (array.bytes() > 0) written.append(static_cast<const char*>(array.data()), array.bytes());
        const Array again = read_npy(std::as_bytes(std::span(written)), "again.npy");
        const bool same = again.shape() == array.shape() && again.type() == array.type() &&
                          (array.bytes() == 0 || std::memcmp(again.data(), array.data(), array.bytes()) == 0);
        fuzz::expect(same, "an array reads back as it was written");
    });
}
