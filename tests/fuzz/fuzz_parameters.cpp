// SPDX-License-Identifier: BSD-3-Clause
// Parameters as JSON (a stored row, a recipe) and as key=value lines: accepted values pass every check and read back.
#include "tests/fuzz/sample_schema.h"
#include "tests/fuzz/target.h"

#include <sstream>

using namespace orrery;

namespace {

void check_accepted(const Values& values) {
    const Schema& schema = fuzz::sample_schema();
    Problems problems;
    schema.check(values, problems);
    fuzz::expect(problems.empty(), "accepted values pass the check");
    fuzz::expect(schema.parse(json_of(values), problems) == values, "values read back from JSON");
    std::vector<std::string> assignments;
    for (const auto& [name, value] : values) assignments.push_back(name + "=" + text_of(value));
    fuzz::expect(schema.parse(assignments, problems) == values, "values read back from text");
    fuzz::expect(problems.empty(), "what was accepted is accepted again");
    Bind<fuzz::SampleParams> bind;
    fuzz::SampleParams::fields(bind);
    const auto params = bind.make(values);
    fuzz::expect(params.n >= 4 && params.n <= 4096 && params.kappa >= 0 && params.kappa <= 10,
                 "values reach the struct");
}

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    std::istringstream in{std::string(text)};
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

} // namespace

FUZZ_TARGET(parameters) {
    const auto text = fuzz::text_of_bytes(bytes);
    const auto json = nlohmann::json::parse(text, nullptr, false);
    Problems problems;
    const auto values = json.is_discarded() ? fuzz::sample_schema().parse(lines_of(text), problems)
                                            : fuzz::sample_schema().parse(json, problems);
    fuzz::expect_sentences(problems, bytes.size());
    if (!problems.empty()) return;
    check_accepted(values);
    fuzz::accept();
}
