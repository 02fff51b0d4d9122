// SPDX-License-Identifier: BSD-3-Clause
// Chains of optimizers: their text, hand-over, memory, and going on from where they were saved.
#include "core/error.h"
#include "gpu/jet/network.h"
#include "plugins/pinn/training/minimiser.h"
#include "tests/catch.h"

#include <cmath>
#include <random>
#include <sstream>

using namespace orrery;
using namespace orrery::pinn::training;

namespace {

constexpr std::size_t rows = 5, columns = 4, unknowns = rows * columns + rows;

// A little nonlinear least-squares problem on a matrix and a vector.
double objective(std::span<const double> x, std::span<double> g) {
    double f = 0;
    std::fill(g.begin(), g.end(), 0.0);
    for (std::size_t k = 0; k < 40; ++k) {
        std::vector<double> by(unknowns);
        double r = -0.3;
        for (std::size_t i = 0; i < unknowns; ++i) {
            const double c = std::cos(1.7 * static_cast<double>(k) + 0.9 * static_cast<double>(i * i));
            r += c * (x[i] + 0.2 * x[i] * x[i] * x[i]);
            by[i] = c * (1 + 0.6 * x[i] * x[i]);
        }
        f += r * r;
        for (std::size_t i = 0; i < unknowns; ++i) g[i] += 2 * r * by[i];
    }
    return f;
}

std::vector<double> start() {
    std::vector<double> x(unknowns);
    for (std::size_t i = 0; i < unknowns; ++i) x[i] = 0.3 * std::sin(2.3 * static_cast<double>(i) + 1);
    return x;
}

Workplace workplace() { return {{}, {{0, rows, columns}}}; }

std::string refusal(const std::string& text) {
    try {
        parse_chain(text);
    } catch (const Error& error) {
        CHECK(error.code() == ExitCode::usage);
        return error.what();
    }
    return {};
}

} // namespace

TEST_CASE("options of a chain's stages are read", "[pinn]") {
    const auto chain = parse_chain("adam:2000(rate=1e-3,decay=0.9/1000)+adamw(weight=0.1,cosine=50)+soap:auto(every=2,"
                                   "rate=1e+0,window=20,progress=0.5)+lbfgs(memory=7)+bfgs+ssbfgs:5+ssbroyden");
    REQUIRE(chain.size() == 7);
    CHECK(chain[0].iterations == 2000);
    CHECK(chain[0].schedule.rate == 1e-3);
    CHECK(chain[0].schedule.factor == 0.9);
    CHECK(chain[0].schedule.steps == 1000);
    CHECK(chain[0].weight_decay == 0);
    CHECK(chain[1].iterations == 300);
    CHECK(chain[1].weight_decay == 0.1);
    CHECK(chain[1].schedule.cosine == 50);
    CHECK(chain[1].schedule.rate == 2e-3);
    CHECK(chain[2].automatic);
    CHECK(chain[2].every == 2);
    CHECK(chain[2].schedule.rate == 1);
    CHECK(chain[2].window == 20);
    CHECK(chain[2].progress == 0.5);
    CHECK(chain[3].memory == 7);
    CHECK(chain[4].iterations == 1000);
    CHECK(chain[6].iterations == -1);
    CHECK(identity_of(chain) != identity_of(parse_chain("adam:2000")));
    CHECK(identity_of(parse_chain("adam:9")) != identity_of(parse_chain("adam:9(rate=3e-3)")));
    CHECK_NOTHROW(parse_chain(default_chain));
}

TEST_CASE("a chain that can't be read is refused with what is wrong in it", "[pinn][P9]") {
    CHECK(refusal("adam(speed=1)").find("'speed' is no option of adam, which knows rate, decay, cosine") == 0);
    CHECK(refusal("adam(every=1)").find("'every' is no option of adam") == 0);
    CHECK(refusal("adam:5(window=10)").find("'window' is no option of adam") == 0);
    CHECK(refusal("ssbroyden(rate=1)").find("'rate' is no option of ssbroyden, which has none") == 0);
    CHECK(refusal("adam(rate=1e-3").find("has no ')' at its end") != std::string::npos);
    CHECK(refusal("adam(rate=1)x").find("has no ')' at its end") != std::string::npos);
    CHECK(refusal("adam:-3").find("'-3' is no count of iterations") == 0);
    for (const std::string bad : {"rate=", "rate", "rate=0", "rate=-1", "rate=nan", "rate=1e-3x", "decay=0.9",
                                  "decay=2/100", "decay=0.9/0", "decay=/", "cosine=0", "cosine=1.5"})
        CHECK(refusal("adam(" + bad + ")").find("'" + bad + "' gives") == 0);
    CHECK(refusal("adam()").find("'' is no option") == 0);
    CHECK(refusal("adam:auto(progress=1)").find("'progress=1' gives") == 0);
    for (const std::string bad : {"(", ")", "+", "adam+(", "adam)", "adam:auto:3", "adam::"}) {
        CAPTURE(bad);
        CHECK(!refusal(bad).empty());
    }
}

TEST_CASE("every optimizer goes on from where it was saved, bit for bit", "[pinn][P2]") {
    for (const std::string text : {"adam:9(decay=0.5/10)+adamw:200(cosine=30,weight=0.1)", "soap:200(every=3)",
                                   "soap:auto(window=10)+lbfgs(memory=3)", "lbfgs(memory=3)", "bfgs", "ssbfgs",
                                   "ssbroyden", "adam:5+ssbroyden:9+lbfgs"}) {
        CAPTURE(text);
        const auto chain = parse_chain(text);
        int samples = 0;
        const auto sample = [&] { ++samples; };
        Minimiser whole(objective, start(), chain, 13, sample, workplace());
        whole.begin();
        std::vector<std::string> states;
        for (int k = 0; k < 45; ++k) {
            if (k == 8) whole.set_rate(5e-3);
            std::ostringstream stream;
            StateWriter writer(stream, "minimiser", 1);
            whole.save(writer);
            writer.end();
            states.push_back(stream.str());
            whole.advance();
        }
        std::vector<double> unused(unknowns);
        CHECK(whole.point().value < objective(start(), unused));
        for (const std::size_t cut : {0U, 1U, 2U, 8U, 9U, 10U, 13U, 14U, 26U, 27U, 44U}) {
            CAPTURE(cut);
            Minimiser piece(objective, std::vector<double>(unknowns), chain, 13, sample, workplace());
            std::istringstream stream(states[cut]);
            StateReader reader(stream, "minimiser", 1);
            piece.restore(reader);
            reader.end();
            for (std::size_t k = cut; k < 45; ++k) {
                if (k == 8) piece.set_rate(5e-3);
                piece.advance();
            }
            CHECK(piece.point().x == whole.point().x);
            CHECK(piece.point().gradient == whole.point().gradient);
            CHECK(piece.done().evaluations == whole.done().evaluations);
        }
    }
}

TEST_CASE("a rate that is set while running holds for the stages to come", "[pinn]") {
    for (const std::string name : {"adam", "adamw(weight=0)", "soap"}) {
        CAPTURE(name);
        Minimiser still(objective, start(), parse_chain(name + "+adam:100"), 1000, {}, workplace());
        still.begin();
        for (int k = 0; k < 5; ++k) still.advance();
        const auto before = still.point().x;
        still.set_rate(1e-30); // nothing moves any more, in the next stage either
        for (int k = 0; k < 350; ++k) still.advance();
        CHECK(still.done().iterations == 355);
        CHECK(still.point().x == before);
    }
}

TEST_CASE("an automatic stage ends where noise hides what progress is left, not before", "[pinn]") {
    std::mt19937_64 bits(4);
    const auto noise = [&] { return static_cast<double>(bits() >> 11U) * 0x1p-53 - 0.5; };
    // A loss that falls to a floor, e-fold in 60 iterations, seen through noise of a factor up to e either way, with a
    // peak now and then and a jump by 50 at iteration 500 (new points).
    for (int draw = 0; draw < 20; ++draw) {
        Progress progress;
        int end = 0;
        for (int k = 1; k < 20000 && end == 0; ++k) {
            const double loss = (k > 500 ? 50 : 1) * (std::exp(-k / 60.0) + 1e-8) * std::exp(2 * noise());
            if (progress.ended(k % 97 == 0 ? 100 * loss : loss)) end = k;
        }
        CHECK(end > 900); // still falling: the floor is reached after 60 ln 1e8 = 1105
        CHECK(end < 3500);
    }
    Progress crawls(50, 0.1), falls(50, 0.1);
    int end = 0;
    bool early = false;
    for (int k = 1; k < 5000; ++k) {
        early = early || falls.ended(std::exp(-0.0022 * k));          // 10.4 % a window
        if (end == 0 && crawls.ended(std::exp(-0.0020 * k))) end = k; // 9.5 % a window
    }
    CHECK(end == 150);
    CHECK(!early);
}

TEST_CASE("an automatic stage hands over in a chain, and ends it as the last", "[pinn]") {
    Minimiser minimiser(objective, start(), parse_chain("adam:auto(rate=1e-30,window=7)+ssbroyden:auto"), 1000, {});
    minimiser.begin();
    const double first = minimiser.point().value;
    for (int k = 0; k < 21; ++k) minimiser.advance(); // a window to compare with and two that fail
    CHECK(minimiser.point().value == first);
    minimiser.advance();
    CHECK(minimiser.point().value < first);
    for (int k = 0; k < 100000 && !minimiser.finished(); ++k) minimiser.advance();
    CHECK(minimiser.finished());
    CHECK(!minimiser.done().failure);
}

TEST_CASE("the memory of a chain is that of its hungriest stage, and too much of it is said", "[pinn][P9]") {
    constexpr std::int64_t n = 20000;
    const auto dense = memory_needed(parse_chain("adam+ssbroyden"), n);
    CHECK(dense > 4 * n * n);
    CHECK(10 * dense < 41 * n * n);
    CHECK(memory_needed(parse_chain("bfgs"), n) == dense);
    CHECK(memory_needed(parse_chain("lbfgs(memory=100)"), n) > 1600 * n);
    CHECK(memory_needed(parse_chain("adam"), n) < 100 * n);
    const Block blocks[] = {{0, 100, 100}, {10100, 1, 100}};
    CHECK(memory_needed(parse_chain("soap"), n, blocks) - memory_needed(parse_chain("adam"), n) == 8 * 4 * 10000);
    CHECK(!too_large(parse_chain("adam+ssbroyden"), n, 2 * dense));
    const auto sentence = too_large(parse_chain("adam+ssbroyden"), n, 1'200'000'000, blocks);
    REQUIRE(sentence);
    CHECK(*sentence == "ssbroyden would take 1.6 GB of memory for the 20000 parameters of this network and 1.2 GB is "
                       "free: take soap, which needs 1 MB, or a smaller network.");
    CHECK(too_large(parse_chain("lbfgs"), n, 1000)->find("take a smaller network") != std::string::npos);
}

TEST_CASE("a network's weight matrices are found in its parameters", "[pinn]") {
    jet::Network network;
    network.features.resize(3);
    network.width = 7;
    network.depth = 2;
    network.outputs = 2;
    network.gated = true;
    const auto blocks = weight_blocks(network);
    REQUIRE(blocks.size() == 5);
    const std::size_t expected[5][3] = {{0, 7, 3}, {28, 7, 7}, {84, 2, 7}, {100, 7, 3}, {128, 7, 3}};
    for (std::size_t i = 0; i < 5; ++i) {
        CHECK(blocks[i].offset == expected[i][0]);
        CHECK(blocks[i].rows == expected[i][1]);
        CHECK(blocks[i].columns == expected[i][2]);
    }
}
