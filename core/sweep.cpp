// SPDX-License-Identifier: BSD-3-Clause
#include "core/sweep.h"

#include "core/canonical_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <random>
#include <set>

namespace orrery {
namespace {

constexpr std::int64_t most_values = 10000; // of one axis

// What one parameter runs through: values, or (random and Sobol points) a range.
struct Axis {
    const Field* field = nullptr;
    std::vector<Value> values;
    bool is_range = false, logarithmic = false;
    Value low, high;
};

struct RangeText {
    std::string_view low, high, spacing, count; // as written; empty: not given
};

bool is_number(const Field& field) { return field.type == FieldType::number || field.type == FieldType::integer; }

double as_double(const Value& value) {
    if (const auto* whole = std::get_if<std::int64_t>(&value)) return static_cast<double>(*whole);
    return std::get<double>(value);
}

// One value in the words of the schema; adds its problem.
std::optional<Value> read(const Field& field, std::string_view text, Problems& problems) {
    Schema one;
    one.fields.push_back(field);
    const auto before = problems.size();
    auto values = one.parse(std::vector<std::string>{fmt::format("{}={}", field.name, text)}, problems);
    if (problems.size() != before) return std::nullopt;
    return std::move(values.at(field.name));
}

std::vector<std::string> split_list(std::string_view text, bool escapes) {
    std::vector<std::string> items(1);
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (escapes && text[i] == '\\' && i + 1 < text.size() && text[i + 1] == ',')
            items.back() += text[++i];
        else if (text[i] == ',')
            items.emplace_back();
        else
            items.back() += text[i];
    }
    return items;
}

std::optional<RangeText> split_range(std::string_view text) {
    const auto dots = text.find("..");
    if (dots == std::string_view::npos || text.find(',') != std::string_view::npos) return std::nullopt;
    RangeText range;
    range.low = text.substr(0, dots);
    auto rest = text.substr(dots + 2);
    const auto colon = rest.find(':');
    range.high = rest.substr(0, colon);
    if (colon == std::string_view::npos) return range;
    rest = rest.substr(colon + 1);
    const auto second = rest.find(':');
    range.spacing = rest.substr(0, second);
    if (second != std::string_view::npos) range.count = rest.substr(second + 1);
    return range;
}

void add_value(Axis& axis, Value value) {
    if (std::find(axis.values.begin(), axis.values.end(), value) == axis.values.end())
        axis.values.push_back(std::move(value));
}

// To 14 digits: people expect 0.1 between 0.01 and 1, and find their runs by it.
double without_noise(double value) {
    double read = value;
    const auto text = fmt::format("{:.13e}", value);
    std::from_chars(text.data(), text.data() + text.size(), read);
    return read;
}

// The value at `u` in [0, 1] of the range, both ends exact.
double between(const Axis& axis, double u) {
    const double low = as_double(axis.low);
    const double high = as_double(axis.high);
    if (u <= 0) return low;
    if (u >= 1) return high;
    const double value = axis.logarithmic ? std::pow(10, std::log10(low) * (1 - u) + std::log10(high) * u)
                                          : low * (1 - u) + high * u; // high - low could overflow
    return std::clamp(without_noise(value), low, high);
}

Value rounded(const Axis& axis, double value) {
    if (axis.field->type == FieldType::number) return value;
    const auto low = std::get<std::int64_t>(axis.low);
    const auto high = std::get<std::int64_t>(axis.high);
    // Beyond 2^53 a double may lie outside of the range, or of the type.
    if (value <= static_cast<double>(low)) return low;
    if (value >= static_cast<double>(high)) return high;
    return std::clamp(static_cast<std::int64_t>(std::llround(value)), low, high);
}

// Of a random or Sobol point: u in [0, 1).
Value at(const Axis& axis, double u) {
    if (!axis.is_range) {
        const auto size = axis.values.size();
        return axis.values[std::min(static_cast<std::size_t>(u * static_cast<double>(size)), size - 1)];
    }
    if (axis.field->type == FieldType::integer && !axis.logarithmic) {
        // Each whole number has the same share, the ends too.
        const double low = as_double(axis.low);
        return rounded(axis, std::floor(low * (1 - u) + (as_double(axis.high) + 1) * u));
    }
    return rounded(axis, between(axis, u));
}

void read_range(Axis& axis, std::string_view text, const RangeText& range, Sampling sampling, Problems& problems) {
    const std::string& name = axis.field->name;
    const bool grid = sampling == Sampling::grid;
    const auto refuse = [&](std::string_view why) {
        problems.add(name, fmt::format("{} is '{}'; {}", name, quotable(text), why));
    };
    const bool form = range.spacing == "lin" || range.spacing == "log" || (!grid && range.spacing.empty());
    if (!form || (grid && range.count.empty()))
        return refuse(grid ? "accepted of a range: lo..hi:lin:N or lo..hi:log:N, with N values"
                           : "accepted of a range: lo..hi, lo..hi:lin or lo..hi:log");
    const auto before = problems.size();
    const auto low = read(*axis.field, range.low, problems);
    const auto high = read(*axis.field, range.high, problems);
    std::optional<Value> count;
    if (!range.count.empty()) {
        Field whole;
        whole.name = name + "'s number of values";
        whole.type = FieldType::integer;
        whole.default_value = std::int64_t{2};
        whole.min = 2;
        whole.max = static_cast<double>(most_values);
        count = read(whole, range.count, problems);
    }
    if (problems.size() != before) return;
    axis.is_range = true;
    axis.logarithmic = range.spacing == "log";
    axis.low = *low;
    axis.high = *high;
    if (!std::isfinite(as_double(*low)) || !std::isfinite(as_double(*high))) return refuse("a range has finite ends");
    if (!(*low < *high)) return refuse("a range runs from the smaller to the larger number");
    if (axis.logarithmic && as_double(*low) <= 0) return refuse("a logarithmic range begins above 0");
    if (!grid) return;
    const auto steps = std::get<std::int64_t>(*count) - 1;
    std::optional<Value> last; // the values rise: equal ones follow each other
    for (std::int64_t i = 0; i <= steps; ++i) {
        auto value = rounded(axis, between(axis, static_cast<double>(i) / static_cast<double>(steps)));
        if (last != value) axis.values.push_back(value);
        last = std::move(value);
    }
    axis.is_range = false;
}

Axis read_axis(const Field& field, std::string_view text, Sampling sampling, Problems& problems) {
    Axis axis;
    axis.field = &field;
    if (is_number(field))
        if (const auto range = split_range(text)) {
            read_range(axis, text, *range, sampling, problems);
            return axis;
        }
    const bool escapes = field.type == FieldType::text || field.type == FieldType::path;
    for (const auto& item : split_list(text, escapes))
        if (auto value = read(field, item, problems)) add_value(axis, *std::move(value));
    return axis;
}

void check_numbers(const std::vector<Axis>& axes, const SweepOptions& options, Problems& problems) {
    if (options.sampling == Sampling::grid) {
        std::size_t product = 1;
        for (const auto& axis : axes) product = std::min(product * axis.values.size(), most_sweep_points + 1);
        if (product > most_sweep_points)
            problems.add({}, fmt::format("the grid has more than {} points; take fewer values, or --random N",
                                         most_sweep_points));
        return;
    }
    if (options.count < 1 || options.count > static_cast<std::int64_t>(most_sweep_points))
        problems.add({}, fmt::format("the number of points is {}; accepted: a whole number from 1 to {}", options.count,
                                     most_sweep_points));
    const auto varied = std::count_if(axes.begin(), axes.end(),
                                      [](const Axis& axis) { return axis.is_range || axis.values.size() > 1; });
    if (varied == 0)
        problems.add({}, "nothing is varied; give a parameter a range, key=lo..hi, or several values, key=a,b");
    if (options.sampling == Sampling::sobol && varied > static_cast<std::ptrdiff_t>(sobol_dimensions))
        problems.add({}, fmt::format("{} parameters are varied; Sobol points know at most {}; --random knows no limit",
                                     varied, sobol_dimensions));
}

// The axes in mixed radix, the last one fastest.
std::vector<Values> grid(const Values& fixed, const std::vector<Axis>& axes) {
    std::vector<Values> points{fixed};
    for (const auto& axis : axes) {
        std::vector<Values> finer;
        finer.reserve(points.size() * axis.values.size());
        for (const auto& point : points)
            for (const auto& value : axis.values) {
                finer.push_back(point);
                finer.back()[axis.field->name] = value;
            }
        points = std::move(finer);
    }
    return points;
}

std::vector<Values> sampled(const Values& fixed, const std::vector<Axis>& axes, const SweepOptions& options) {
    std::mt19937_64 generator(options.seed);
    std::vector<Values> points;
    std::set<Values> seen;
    for (std::int64_t i = 0; i < options.count; ++i) {
        std::vector<double> place(axes.size());
        if (options.sampling == Sampling::sobol)
            place = sobol_point(static_cast<std::uint32_t>(i), axes.size());
        else // 53 bits by hand: the standard's distributions differ from library to library
            for (auto& u : place) u = static_cast<double>(generator() >> 11) * 0x1p-53;
        Values point = fixed;
        for (std::size_t k = 0; k < axes.size(); ++k) point[axes[k].field->name] = at(axes[k], place[k]);
        if (seen.insert(point).second) points.push_back(std::move(point));
    }
    return points;
}

} // namespace

Sweep parse_sweep(const Schema& schema, const std::vector<std::string>& assignments, const SweepOptions& options,
                  Problems& problems) {
    const auto before = problems.size();
    std::vector<Axis> axes;
    std::set<std::string, std::less<>> seen;
    for (const auto& assignment : assignments) {
        const auto equals = assignment.find('=');
        const Field* field = nullptr;
        if (equals != std::string::npos) {
            auto name = assignment.substr(0, equals);
            name.erase(0, name.find_first_not_of(" \t"));
            name.erase(name.find_last_not_of(" \t") + 1);
            field = schema.find(name);
        }
        if (!field)
            schema.parse(std::vector<std::string>{assignment}, problems); // tells what is wrong with it
        else if (!seen.insert(field->name).second)
            problems.add(field->name, fmt::format("{} is given twice", field->name));
        else
            axes.push_back(
                read_axis(*field, std::string_view(assignment).substr(equals + 1), options.sampling, problems));
    }
    Sweep sweep;
    if (problems.size() != before) return sweep;
    check_numbers(axes, options, problems);
    if (problems.size() != before) return sweep;
    Values fixed = schema.defaults();
    std::vector<Axis> varied;
    for (auto& axis : axes) {
        if (!axis.is_range && axis.values.size() == 1) {
            fixed[axis.field->name] = axis.values.front();
            continue;
        }
        sweep.varied.push_back(axis.field->name);
        varied.push_back(std::move(axis));
    }
    sweep.points = options.sampling == Sampling::grid ? grid(fixed, varied) : sampled(fixed, varied, options);
    return sweep;
}

std::vector<double> sobol_point(std::uint32_t index, std::size_t dimensions) {
    // Degree and coefficients of a primitive polynomial over GF(2), and the first odd numbers m.
    struct Direction {
        unsigned degree, coefficients;
        std::array<std::uint32_t, 6> m;
    };
    static constexpr std::array<Direction, sobol_dimensions - 1> table{{{1, 0, {1}},
                                                                        {2, 1, {1, 3}},
                                                                        {3, 1, {1, 3, 1}},
                                                                        {3, 2, {1, 1, 1}},
                                                                        {4, 1, {1, 1, 3, 3}},
                                                                        {4, 4, {1, 3, 5, 13}},
                                                                        {5, 2, {1, 1, 5, 5, 17}},
                                                                        {5, 4, {1, 1, 5, 5, 5}},
                                                                        {5, 7, {1, 1, 7, 11, 19}},
                                                                        {5, 11, {1, 1, 5, 1, 1}},
                                                                        {5, 13, {1, 1, 1, 3, 11}},
                                                                        {5, 14, {1, 3, 5, 5, 31}},
                                                                        {6, 1, {1, 3, 3, 9, 7, 49}},
                                                                        {6, 13, {1, 1, 1, 15, 21, 21}},
                                                                        {6, 16, {1, 3, 1, 13, 27, 49}}}};
    constexpr unsigned bits = 32;
    const std::uint32_t gray = index ^ (index >> 1);
    std::vector<double> point(dimensions);
    for (std::size_t d = 0; d < dimensions; ++d) {
        std::array<std::uint32_t, bits> v{};
        if (d == 0) {
            for (unsigned i = 0; i < bits; ++i) v[i] = 1u << (bits - 1 - i);
        } else {
            const auto& [s, a, m] = table[d - 1];
            for (unsigned i = 0; i < bits; ++i) {
                if (i < s) {
                    v[i] = m[i] << (bits - 1 - i);
                    continue;
                }
                v[i] = v[i - s] ^ (v[i - s] >> s);
                for (unsigned k = 1; k < s; ++k)
                    if ((a >> (s - 1 - k)) & 1u) v[i] ^= v[i - k];
            }
        }
        std::uint32_t x = 0;
        for (unsigned i = 0; i < bits; ++i)
            if ((gray >> i) & 1u) x ^= v[i];
        point[d] = static_cast<double>(x) * 0x1p-32;
    }
    return point;
}

} // namespace orrery
