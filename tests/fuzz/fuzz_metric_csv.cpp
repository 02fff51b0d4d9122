// SPDX-License-Identifier: BSD-3-Clause
// Metrics in CSV: what is read has no more values than the file has bytes, and every name is text.
#include "core/files/metric_csv.h"
#include "tests/fuzz/input_file.h"

#include <cmath>

using namespace orrery;

FUZZ_TARGET(metric_csv) {
    static const fuzz::InputFile file("metrics.csv");
    const auto& path = file.write(fuzz::text_of_bytes(bytes));
    fuzz::taken(bytes, [&] {
        const auto runs = read_metric_csv(path);
        fuzz::expect(!runs.empty(), "a table that is taken holds a run");
        std::size_t points = 0;
        for (const auto& run : runs) {
            fuzz::expect(!run.metrics.empty() && is_utf8(run.name), "a run has metrics and a name");
            for (const auto& metric : run.metrics) {
                fuzz::expect(is_utf8(metric.key) && !metric.points.empty(), "a metric has a name and values");
                points += metric.points.size();
                for (const auto& point : metric.points) fuzz::expect(std::isfinite(point.elapsed), "a time is finite");
            }
            for (const auto& note : run.notes) fuzz::expect_sentence(note, bytes.size());
        }
        fuzz::expect(points <= bytes.size(), "a value takes a byte");
    });
}
