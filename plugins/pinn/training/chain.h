// SPDX-License-Identifier: BSD-3-Clause
// Chains of optimizers: their text, what each stage is made with, when it hands over, and the memory it takes.
#pragma once
#include "gpu/parallel/team.h"
#include "plugins/pinn/training/soap.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace orrery::pinn::training {

// One stage of a chain: "adam:300(rate=1e-3,decay=0.9/1000)+ssbroyden".
struct Stage {
    std::string name;             // adam, adamw, soap, lbfgs, bfgs, ssbfgs or ssbroyden
    std::int64_t iterations = -1; // -1: as many as there are, or until it makes no progress
    bool automatic = false;       // hands over when it makes no progress
    // adam, adamw, soap
    RateSchedule schedule;
    double weight_decay = 0;
    std::int64_t every = 0; // soap: steps between bases
    std::size_t memory = 0; // lbfgs: pairs kept
    // automatic: the mean of the logarithm of the loss over `window` iterations must come down by `progress`.
    std::int64_t window = 100;
    double progress = 0.1;
};

// Reads a chain:
//   stages joined by '+', each NAME, NAME:COUNT or NAME:auto, then options in parentheses, joined by ','
//   adam, adamw, soap: rate=1e-3, decay=0.9/1000 (times 0.9 every 1000 steps), cosine=5000 (down to a hundredth)
//   adamw: weight=0.01 (decay of weights); soap: every=10 (steps between bases); lbfgs: memory=50 (pairs kept)
//   with :auto: window=100 (iterations), progress=0.1 (smaller than by which the loss must fall over a window)
// Throws orrery::Error whose sentence says what is accepted. Every stage but the last needs a count or auto, or has a
// default count (adam, adamw and soap 300, the others 1000).
std::vector<Stage> parse_chain(const std::string& text);
// All that two chains must have in common to do the same, numbers bit for bit.
std::string identity_of(const std::vector<Stage>& chain);

// What training takes where nothing else is said: on smooth problems a longer start by Adam gains nothing.
inline constexpr char default_chain[] = "adam:300+ssbroyden";

struct Workplace {
    std::shared_ptr<Team> team = {};
    std::vector<Block> blocks = {}; // the matrices among the unknowns, for soap
};
std::unique_ptr<Optimizer> make_optimizer(const Stage& stage, const Workplace& workplace = {});
std::unique_ptr<Optimizer> make_optimizer(const std::string& name, const Workplace& workplace = {}); // no options

// Bytes that the hungriest stage takes.
std::int64_t memory_needed(const std::vector<Stage>& chain, std::int64_t unknowns, std::span<const Block> blocks = {});
// A sentence if the chain needs more memory than the bytes that are free.
std::optional<std::string> too_large(const std::vector<Stage>& chain, std::int64_t unknowns, std::int64_t free,
                                     std::span<const Block> blocks = {});

// Whether an automatic stage still makes progress. Iterations are taken in windows; the stage ends with the second
// window in a row whose mean log loss is not below that of the window before by -log(1 - progress). The mean of
// logarithms makes little of single peaks; a jump of the loss (new sample points, other weights) fails one window only.
class Progress {
public:
    explicit Progress(std::int64_t window = 100, double progress = 0.1) : window_(window), progress_(progress) {}
    bool ended(double loss); // after each iteration
    void save(StateWriter& state) const;
    void restore(StateReader& state);

private:
    std::int64_t window_;
    double progress_;
    std::int64_t windows_ = 0, count_ = 0, failed_ = 0; // windows ended, iterations in this one, failures in a row
    double sum_ = 0, before_ = 0;
};

} // namespace orrery::pinn::training
