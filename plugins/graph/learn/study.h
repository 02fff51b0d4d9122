// SPDX-License-Identifier: BSD-3-Clause
// Many trainings side by side, epoch by epoch, as one run that can be stopped and resumed.
#pragma once
#include "core/run.h"
#include "plugins/graph/learn/training.h"

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace orrery::graph::learn {

using Trainings = std::vector<std::unique_ptr<Training>>;

// Trains all until each is finished; `threads` of them at a time, each on one thread alone, so that results don't
// depend on how many there are. After each epoch `report(epoch)` is called, then a checkpoint offered. Goes on from the
// run's checkpoint where there is one; `name` tells the kind of state in it. Throws Stopped after the checkpoint when
// the run is asked to stop, and what a training throws.
void train_all(std::span<Training* const> trainings, Run& run, int threads, const std::string& name,
               const std::function<void(std::int64_t epoch)>& report);

// body(i) for each i in [0, count), by several threads, each of which has torch to itself on one thread. What a body
// throws is thrown after the others have ended, of several the one of the least i.
void in_parallel(int threads, std::size_t count, const std::function<void(std::size_t)>& body);

} // namespace orrery::graph::learn
