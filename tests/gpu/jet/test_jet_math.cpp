// SPDX-License-Identifier: BSD-3-Clause
// The formulas at a point, as the CUDA kernels use them, against the vectorised kernels of every instruction set.
#include "gpu/jet/jet_math.h"
#include "gpu/jet/kernels.h"
#include "gpu/parallel/aligned.h"

#include "tests/gpu/jet/device_cases.h"

using namespace jet_test;
using orrery::Aligned;

namespace {

constexpr int points = 16, rows = 3;

// Directions of each order and two collapsed channels.
template <class T>
struct Set {
    std::vector<int> first, order;
    std::vector<T> second;
    Lines<T> lines;
    Jet<T> jet;

    Set(const std::vector<int>& orders, int collapsed) {
        int channel = 1;
        for (const int k : orders) {
            first.push_back(channel);
            order.push_back(k);
            channel += k;
            jet.highest = std::max(jet.highest, k);
        }
        if (collapsed > 0) jet.highest = std::max(jet.highest, 2);
        for (std::size_t i = 0; i < orders.size() * static_cast<std::size_t>(collapsed); ++i)
            second.push_back(static_cast<T>(0.4 * static_cast<double>(i % 3) - 0.5));
        jet.channels = channel + collapsed;
        jet.directions = static_cast<int>(orders.size());
        jet.collapsed = collapsed;
        jet.points = points;
        jet.first = first.data();
        jet.order = order.data();
        jet.second = second.data();
        lines = {jet.channels, jet.directions, collapsed,    jet.highest,
                 points,       first.data(),   order.data(), second.data()};
    }
    Set(const Set&) = delete;
    std::size_t size() const { return static_cast<std::size_t>(rows * points * jet.channels); }
};

template <class T>
Aligned<T> filled(std::size_t size, std::uint64_t seed, double low = -1.5, double high = 1.5) {
    Aligned<T> v(size);
    const Numbers from = noise(size, seed, low, high);
    for (std::size_t i = 0; i < size; ++i) v[i] = static_cast<T>(from[i]);
    return v;
}

template <class T>
Numbers numbers(const Aligned<T>& from) {
    return {from.data(), from.data() + from.size()};
}

template <class T>
constexpr double limit = sizeof(T) == sizeof(float) ? 3e-6 : 1e-14;

template <class T>
struct Formulas {
    const TileKernels<T>& kernels;
    const Set<T>& set;

    // For each row and point; `at` is where its values lie.
    template <class Body>
    void each(const Body& body) const {
        for (int o = 0; o < rows; ++o) {
            for (int p = 0; p < points; ++p) body(o, o * set.jet.channels * points + p);
        }
    }

    void activation(Activation kind) const {
        const Aligned<T> bias = filled<T>(16, 3);
        Aligned<T> z = filled<T>(set.size(), 1, -2.5, 2.5), a(set.size()), g = filled<T>(set.size(), 2);
        Aligned<T> my_z = filled<T>(set.size(), 1, -2.5, 2.5), my_a(set.size()), my_g = filled<T>(set.size(), 2);
        Aligned<T> sums(static_cast<std::size_t>(rows * kernels.lanes));
        kernels.activate(set.jet, kind, rows, bias.data(), z.data(), a.data());
        kernels.activate_adjoint(set.jet, kind, rows, z.data(), a.data(), g.data(), sums.data());
        each([&](int o, int at) {
            T f[6];
            my_z[static_cast<std::size_t>(at)] += bias[static_cast<std::size_t>(o)];
            const T* from = my_z.data() + at;
            scalar::derivatives(kind, *from, set.lines.highest, f);
            scalar::compose(set.lines, f, from, my_a.data() + at);
            scalar::derivatives(kind, *from, set.lines.highest + 1, f);
            scalar::compose_adjoint(set.lines, f, from, my_g.data() + at);
        });
        CHECK(relative(numbers(my_a), numbers(a)) < limit<T>);
        CHECK(relative(numbers(my_g), numbers(g)) < limit<T>);
    }

    void products() const {
        const Aligned<T> shift = filled<T>(set.size(), 4), scale = filled<T>(set.size(), 5),
                         v = filled<T>(set.size(), 6), g = filled<T>(set.size(), 7);
        for (const T* add : {shift.data(), static_cast<const T*>(nullptr)}) {
            Aligned<T> u(set.size()), my_u(set.size());
            kernels.multiply(set.jet, rows, add, scale.data(), v.data(), u.data());
            each([&](int, int at) {
                scalar::multiply(set.lines, add != nullptr ? add + at : nullptr, scale.data() + at, v.data() + at,
                                 my_u.data() + at);
            });
            CHECK(relative(numbers(my_u), numbers(u)) < limit<T>);
        }
        for (const bool add : {false, true}) {
            Aligned<T> to = filled<T>(set.size(), 8), my_to = filled<T>(set.size(), 8);
            kernels.multiply_adjoint(set.jet, rows, scale.data(), g.data(), to.data(), add);
            each([&](int, int at) {
                scalar::multiply_adjoint(set.lines, scale.data() + at, g.data() + at, my_to.data() + at, add);
            });
            CHECK(relative(numbers(my_to), numbers(to)) < limit<T>);
        }
    }
};

template <class T>
void check_formulas() {
    for (int index = 0; index < kernel_count(); ++index) {
        INFO(kernels_at(index).name);
        for (const auto& [orders, collapsed] : std::vector<std::pair<std::vector<int>, int>>{
                 {{}, 0}, {{1}, 0}, {{2, 1}, 0}, {{1, 3}, 0}, {{4, 2}, 0}, {{1, 1}, 2}, {{2, 1, 1}, 1}}) {
            const Set<T> set(orders, collapsed);
            const Formulas<T> formulas{tile_kernels<T>(kernels_at(index)), set};
            INFO("highest " << set.jet.highest << ", channels " << set.jet.channels);
            for (const Activation kind : {Activation::tanh, Activation::sin, Activation::silu, Activation::gelu}) {
                INFO("activation " << static_cast<int>(kind));
                formulas.activation(kind);
            }
            formulas.products();
        }
    }
}

// One instruction on inputs from `low` on: value and both slopes.
template <class T>
void check_step(const TileKernels<T>& kernels, const Instruction& step, double low) {
    INFO("instruction " << static_cast<int>(step.op) << " with " << step.value);
    const Aligned<T> a = filled<T>(points, 11, low, 1.4), b = filled<T>(points, 12, low, 1.7);
    std::vector<Instruction> code{{Op::input, 0, 0, 0}, {Op::input, 1, 0, 0}, step};
    Aligned<T> values(3 * points), adjoints(3 * points), a_bar(points), b_bar(points);
    const T* inputs[] = {a.data(), b.data()};
    T* bars[] = {a_bar.data(), b_bar.data()};
    for (int p = 0; p < points; ++p) adjoints[static_cast<std::size_t>(2 * points + p)] = T(1);
    const ProgramTile<T> tile{code.data(), 3, points, inputs, values.data(), adjoints.data(), bars};
    kernels.run(tile);
    kernels.run_adjoint(tile);
    Numbers value, da, db, my_value, my_da, my_db;
    for (std::size_t p = 0; p < points; ++p) {
        value.push_back(values[2 * points + p]);
        da.push_back(a_bar[p]);
        db.push_back(b_bar[p]);
        const T v = scalar::step_value(step, a[p], b[p]);
        T by_a, by_b;
        scalar::step_slopes(step, a[p], b[p], v, by_a, by_b);
        my_value.push_back(v);
        my_da.push_back(by_a);
        my_db.push_back(by_b);
    }
    CHECK(relative(my_value, value) < limit<T>);
    CHECK(relative(my_da, da) < limit<T>);
    CHECK(takes_two(step.op) == (relative(db, Numbers(points, 0.0)) > 0));
    CHECK(relative(my_db, db) < limit<T>);
}

template <class T>
void check_steps() {
    for (int index = 0; index < kernel_count(); ++index) {
        INFO(kernels_at(index).name);
        const TileKernels<T>& kernels = tile_kernels<T>(kernels_at(index));
        for (const Op op :
             {Op::add, Op::subtract, Op::multiply, Op::negate, Op::sin, Op::cos, Op::tan, Op::exp, Op::tanh, Op::abs, Op::erf})
            check_step<T>(kernels, {op, 0, 1, 0}, -1.2);
        for (const Op op : {Op::divide, Op::power, Op::log, Op::sqrt}) check_step<T>(kernels, {op, 0, 1, 0}, 0.2);
        for (const int exponent : {-3, -1, 0, 1, 2, 5, 8})
            check_step<T>(kernels, {Op::integer_power, 0, 1, static_cast<double>(exponent)}, 0.4);
        check_step<T>(kernels, {Op::integer_power, 0, 1, 3}, -1.2);
    }
}

template <class T>
void check_far() {
    for (const Activation kind : {Activation::tanh, Activation::silu, Activation::gelu}) {
        for (const T z : {T(40), T(1e4), T(1e30)}) {
            INFO("activation " << static_cast<int>(kind) << " at " << z);
            T above[6], below[6];
            scalar::derivatives(kind, z, 5, above);
            scalar::derivatives(kind, -z, 5, below);
            const bool bounded = kind == Activation::tanh;
            CHECK(above[0] == (bounded ? T(1) : z));
            CHECK(below[0] == Approx(bounded ? T(-1) : T(0)).margin(1e-14));
            CHECK(above[1] == Approx(bounded ? T(0) : T(1)).margin(1e-14));
            CHECK(below[1] == Approx(T(0)).margin(1e-14));
            for (int n = 2; n < 6; ++n) {
                CHECK(above[n] == Approx(T(0)).margin(1e-12));
                CHECK(below[n] == Approx(T(0)).margin(1e-12));
            }
        }
        T none[6];
        scalar::derivatives(kind, static_cast<T>(std::nan("")), 5, none);
        for (const T f : none) CHECK(std::isnan(f));
    }
}

} // namespace

TEST_CASE("activations far from zero are their limits, at a point", "[gpu][jet]") {
    check_far<double>();
    check_far<float>();
}

TEST_CASE("activations and products of jets at a point are those of the vectors", "[gpu][jet]") {
    check_formulas<double>();
    check_formulas<float>();
}

TEST_CASE("steps of a program at a point are those of the vectors", "[gpu][jet]") {
    check_steps<double>();
    check_steps<float>();
}
