// SPDX-License-Identifier: BSD-3-Clause
// Reads the scalars and hyperparameters of TensorBoard logs, as PyTorch, TensorFlow and others write them.
#pragma once
#include "core/exchange/metric_log.h"

#include <filesystem>
#include <vector>

namespace orrery {

// By its name: TensorBoard itself takes every file that holds "tfevents".
ORRERY_API bool is_event_file(const std::filesystem::path& file);

// One event file: TFRecord frames (length, masked CRC-32C, content, masked CRC-32C) of Event messages. `elapsed` counts
// from the first event. Only scalars become metrics (simple_value, and tensors of the plugin "scalars"), the session of
// the plugin "hparams" becomes parameters; all else is counted in the notes. A last record that is not complete, as a
// killed program leaves it, is left out and told. Throws Error that names the byte of what is broken.
ORRERY_API LoggedRun read_tensorboard_file(const std::filesystem::path& file, const ReadingProgress& progress = {});

// Each folder below (and the folder itself) that holds event files is one run, named by its relative path. Links to
// folders are not followed. Throws Error; also if there is no event file.
ORRERY_API std::vector<LoggedRun> read_tensorboard_folder(const std::filesystem::path& folder,
                                                          const ReadingProgress& progress = {});

} // namespace orrery
