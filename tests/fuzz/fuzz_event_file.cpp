// SPDX-License-Identifier: BSD-3-Clause
// TensorBoard logs: as they are, and as the content of a record whose checksums are right, which nothing else gets
// past.
#include "core/files/tensorboard.h"
#include "tests/core/event_log_sample.h"
#include "tests/fuzz/input_file.h"

using namespace orrery;

namespace {

void read(const std::string& log, std::size_t input_bytes) {
    static const fuzz::InputFile file("events.out.tfevents.1");
    file.write(log);
    const auto run = read_tensorboard_file(file.folder() / "events.out.tfevents.1");
    fuzz::expect(!run.metrics.empty(), "a log that is taken holds metrics");
    std::size_t points = 0;
    for (const auto& metric : run.metrics) {
        fuzz::expect(is_utf8(metric.key), "a key is UTF-8");
        points += metric.points.size();
    }
    fuzz::expect(points <= input_bytes, "a value takes more than a byte");
    for (const auto& note : run.notes) fuzz::expect_sentence(note, input_bytes);
    run.parameters.dump(); // throws what is no UTF-8
}

} // namespace

FUZZ_TARGET(event_file) {
    const std::string text(fuzz::text_of_bytes(bytes));
    fuzz::taken(bytes, [&] { read(text, bytes.size()); });
    fuzz::taken(bytes, [&] { read(event_sample::record(text), bytes.size()); });
}
