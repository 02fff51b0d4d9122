// SPDX-License-Identifier: BSD-3-Clause
#include "gpu/jet/term_cpu.h"

#include "core/error.h"
#include "gpu/jet/interpret.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace orrery::jet {

namespace {

// Points of a tile: a multiple of a vector's lanes that makes some hundred columns, so that a tile's arrays stay in the
// cache. Rows that lie a multiple of 512 bytes apart would share few sets of it.
int tile_points(int channels, int width, int size) {
    const int lanes = 64 / size, columns = width > 64 ? 112 : 192;
    int points = std::clamp(columns / channels / lanes * lanes, lanes, 128);
    while (points > lanes && channels * points * size % 512 == 0) points -= lanes;
    return points;
}

} // namespace

template <class T>
TermCpu<T>::TermCpu(const Network& network, Term of) : term(std::move(of)) {
    check(network, term, sizeof(T) == sizeof(float) ? Precision::float32 : Precision::float64, max_order);
    const Channels& channels = term.channels;
    feature_jets = FeatureJets(network, channels);
    for (std::size_t d = 0; d < channels.directions.size(); ++d) {
        first_.push_back(channels.first_of(d));
        order_.push_back(channels.directions[d].order);
        jet.highest = std::max(jet.highest, channels.directions[d].order);
    }
    for (std::size_t q = 0; q < channels.collapsed.size(); ++q) {
        for (const double c : channels.collapsed[q].second) second_.push_back(static_cast<T>(c));
        jet.highest = std::max(jet.highest, 2);
    }
    jet.channels = channels.count();
    jet.directions = static_cast<int>(channels.directions.size());
    jet.collapsed = static_cast<int>(channels.collapsed.size());
    jet.points = tile_points(jet.channels, network.width, sizeof(T));
    jet.first = first_.data();
    jet.order = order_.data();
    jet.second = second_.data();
    for (const Variable& v : term.variables) {
        rows.emplace_back();
        for (std::size_t c = 0; c < v.row.size(); ++c) {
            if (v.row[c] != 0) rows.back().push_back({static_cast<int>(c), static_cast<T>(v.row[c])});
        }
    }
    if (!term.compiled() && term.residuals > 0) split_program(network.coordinates);
    residual_weights.assign(static_cast<std::size_t>(term.residuals), 1.0);
    mean_squares.assign(static_cast<std::size_t>(term.residuals), 0.0);
}

// What no variable enters is known when the points are.
template <class T>
void TermCpu<T>::split_program(int dimensions) {
    const Program& whole = term.program;
    const int given = dimensions + term.extra;
    std::vector<bool> varies(whole.code.size());
    std::vector<bool> needed(whole.code.size()); // by an instruction that varies, or as an output
    for (std::size_t i = 0; i < whole.code.size(); ++i) {
        const Instruction& step = whole.code[i];
        if (step.op == Op::input) {
            varies[i] = step.a >= given;
        } else if (step.op != Op::constant) {
            varies[i] = varies[static_cast<std::size_t>(step.a)] ||
                        (takes_two(step.op) && varies[static_cast<std::size_t>(step.b)]);
        }
        if (!varies[i] || step.op == Op::input) continue;
        needed[static_cast<std::size_t>(step.a)] = true;
        if (takes_two(step.op)) needed[static_cast<std::size_t>(step.b)] = true;
    }
    for (const int out : whole.outputs) needed[static_cast<std::size_t>(out)] = true;
    std::vector<int> place(whole.code.size(), 0);
    std::vector<std::size_t> variables; // where they are read
    for (std::size_t i = 0; i < whole.code.size(); ++i) {
        if (!varies[i] && !needed[i]) continue;
        Instruction step = whole.code[i];
        if (!varies[i] && step.op != Op::constant) {
            step = {Op::input, given + static_cast<int>(known.size()), 0, 0};
            known.push_back(static_cast<int>(i));
        } else if (step.op == Op::input) {
            variables.push_back(program.code.size());
        } else if (step.op != Op::constant) {
            step.a = place[static_cast<std::size_t>(step.a)];
            step.b = takes_two(step.op) ? place[static_cast<std::size_t>(step.b)] : step.a;
        }
        place[i] = static_cast<int>(program.code.size());
        program.code.push_back(step);
    }
    for (const std::size_t i : variables) program.code[i].a += static_cast<int>(known.size()); // they lie behind them
    for (const int out : whole.outputs) program.outputs.push_back(place[static_cast<std::size_t>(out)]);
    program.inputs = whole.inputs + static_cast<int>(known.size());
    input_variable.assign(static_cast<std::size_t>(program.inputs), -1);
    for (int v = 0; v < static_cast<int>(term.variables.size()); ++v)
        input_variable[static_cast<std::size_t>(given + static_cast<int>(known.size()) + v)] = v;
}

// Lines [lines][count] into [tile][lines_of_tile][points] from line `first` on; the last point fills the padding.
template <class T>
template <class Get>
void TermCpu<T>::fill(Aligned<T>& to, std::size_t lines, std::size_t lines_of_tile, std::size_t first, Get get) {
    for (std::size_t line = 0; line < lines; ++line) {
        for (std::size_t p = 0; p < tiles * points(); ++p) {
            const std::size_t at = ((p / points()) * lines_of_tile + first + line) * points() + p % points();
            to[at] = static_cast<T>(get(line, std::min(p, count - 1)));
        }
    }
}

template <class T>
void TermCpu<T>::set_points(const Network& network, const Points& given) {
    const auto d = static_cast<std::size_t>(network.coordinates);
    const std::size_t jets = static_cast<std::size_t>(network.outputs) * static_cast<std::size_t>(jet.channels);
    check(network, term, given);
    constrained = !given.scale.empty();
    count = given.count;
    tiles = (count + points() - 1) / points();
    if (count == 0) return;
    const std::size_t n = tiles * points();
    coordinates = Aligned<T>(n * d);
    fill(coordinates, d, d, 0, [&](std::size_t i, std::size_t p) { return given.coordinates[i * count + p]; });
    extra = Aligned<T>(n * extras() + 1);
    fill(extra, static_cast<std::size_t>(term.extra), extras(), 0,
         [&](std::size_t i, std::size_t p) { return given.extra[i * count + p]; });
    fill_known(given);
    fill_features(network, given);
    shift = Aligned<T>(constrained ? n * jets : 1);
    scale = Aligned<T>(constrained ? n * jets : 1);
    if (constrained) {
        fill(shift, jets, jets, 0, [&](std::size_t i, std::size_t p) { return given.shift[i * count + p]; });
        fill(scale, jets, jets, 0, [&](std::size_t i, std::size_t p) { return given.scale[i * count + p]; });
    }
    set_point_weights(given.weights);
}

template <class T>
void TermCpu<T>::set_point_weights(std::span<const double> given) {
    if (!given.empty() && given.size() != count)
        throw Error(fmt::format("{} weights were given for {} points.", given.size(), count), "Give one a point.");
    weights = Aligned<T>(tiles * points());
    for (std::size_t p = 0; p < count; ++p) weights[p] = given.empty() ? T(1) : static_cast<T>(given[p]);
}

template <class T>
void TermCpu<T>::fill_features(const Network& network, const Points& given) {
    const std::size_t d = static_cast<std::size_t>(network.coordinates),
                      padded = (network.features.size() + 15) / 16 * 16,
                      channels = static_cast<std::size_t>(jet.channels);
    features = Aligned<T>(tiles * padded * columns());
    std::vector<double> point(d);
    for (std::size_t p = 0; p < tiles * points(); ++p) {
        const std::size_t from = std::min(p, count - 1);
        for (std::size_t i = 0; i < d; ++i) point[i] = given.coordinates[i * count + from];
        feature_jets.at(point, [&](std::size_t f, std::size_t c, double value) {
            features[(((p / points()) * padded + f) * channels + c) * points() + p % points()] = static_cast<T>(value);
        });
    }
}

template <class T>
void TermCpu<T>::fill_known(const Points& given) {
    if (known.empty()) return;
    const std::size_t d = given.coordinates.size() / count;
    std::vector<double> inputs(static_cast<std::size_t>(term.program.inputs), 0.0), values;
    for (std::size_t p = 0; p < tiles * points(); ++p) {
        const std::size_t from = std::min(p, count - 1);
        for (std::size_t i = 0; i < d; ++i) inputs[i] = given.coordinates[i * count + from];
        for (std::size_t i = 0; i < static_cast<std::size_t>(term.extra); ++i)
            inputs[d + i] = given.extra[i * count + from];
        interpret(term.program, inputs, values);
        for (std::size_t k = 0; k < known.size(); ++k) {
            extra[((p / points()) * extras() + static_cast<std::size_t>(term.extra) + k) * points() + p % points()] =
                static_cast<T>(values[static_cast<std::size_t>(known[k])]);
        }
    }
}

template class TermCpu<float>;
template class TermCpu<double>;

} // namespace orrery::jet
