// SPDX-License-Identifier: BSD-3-Clause
#include "core/error.h"
#include "core/state_stream.h"
#include "tests/catch.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <sstream>
#include <vector>

using namespace orrery;

namespace {

const std::vector<double> values{0.1, -0.0, std::nan("7"), std::numeric_limits<double>::infinity(), 5e-324};

std::string written() {
    std::ostringstream out;
    StateWriter state(out, "sample", 3);
    state.integer(std::numeric_limits<std::int64_t>::min());
    state.number(std::nextafter(1.0, 2.0));
    state.text(std::string("a\0b", 3));
    state.numbers(values);
    state.end();
    return out.str();
}

struct Items {
    std::int64_t integer = 0;
    double number = 0;
    std::string text;
    std::vector<double> numbers = std::vector<double>(values.size());
};

Items read(const std::string& bytes) {
    std::istringstream in(bytes);
    StateReader state(in, "sample", 3);
    Items items;
    items.integer = state.integer(std::numeric_limits<std::int64_t>::min(), 0);
    items.number = state.number();
    items.text = state.text();
    state.numbers(items.numbers);
    state.end();
    return items;
}

} // namespace

TEST_CASE("a state comes back bit for bit", "[core][P2]") {
    const Items back = read(written());
    CHECK(back.integer == std::numeric_limits<std::int64_t>::min());
    CHECK(back.number == std::nextafter(1.0, 2.0));
    CHECK(back.text == std::string("a\0b", 3));
    CHECK(std::memcmp(back.numbers.data(), values.data(), sizeof(double) * values.size()) == 0);
}

TEST_CASE("a state that ends too early or belongs to something else is refused", "[core][P9]") {
    const std::string whole = written();
    for (std::size_t length = 0; length < whole.size(); ++length) {
        INFO("length " << length);
        CHECK_THROWS_WITH(read(whole.substr(0, length)), Catch::Contains("The checkpoint of sample can't be used"));
    }
    std::istringstream other(whole), newer(whole), foreign("some text that is no checkpoint at all");
    CHECK_THROWS_WITH(StateReader(other, "else", 3), Catch::Contains("the state of 'sample'"));
    CHECK_THROWS_WITH(StateReader(newer, "sample", 4), Catch::Contains("another version"));
    CHECK_THROWS_WITH(StateReader(foreign, "sample", 3), Catch::Contains("it is no checkpoint"));
}

TEST_CASE("sizes and ranges in a state are checked before anything is taken for them", "[core][P9]") {
    const std::string whole = written();
    const auto reader = [&](std::istringstream& in) {
        in.str(whole);
        return StateReader(in, "sample", 3);
    };
    std::istringstream a, b, c;
    CHECK_THROWS_WITH(reader(a).integer(0, 10), Catch::Contains("is not one of 0 to 10"));
    CHECK_THROWS_WITH(reader(b).number(), Catch::Contains("its parts are not those that are expected"));
    auto state = reader(c);
    state.integer(std::numeric_limits<std::int64_t>::min(), 0);
    state.number();
    CHECK_THROWS_WITH(state.text(2), Catch::Contains("a text in it has 3 bytes, more than 2"));

    // A length of 2^63 for the text: refused, not taken.
    std::string huge = whole;
    const auto at = huge.find(std::string("a\0b", 3));
    REQUIRE(at != std::string::npos);
    huge[at - 1] = static_cast<char>(0x80);
    CHECK_THROWS_WITH(read(huge), Catch::Contains("more than"));
    std::vector<double> fewer(values.size() - 1);
    std::istringstream d(whole);
    StateReader last(d, "sample", 3);
    last.integer(std::numeric_limits<std::int64_t>::min(), 0);
    last.number();
    last.text();
    CHECK_THROWS_WITH(last.numbers(fewer), Catch::Contains("4 numbers are expected where it has 5"));
}
