// SPDX-License-Identifier: BSD-3-Clause
// Rows of what runs report: metrics, artifacts and inputs.
#pragma once
#include "core/database/run_table.h"
#include "core/project.h"

#include <limits>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace orrery::database {

class Connection;

// All of these run within a transaction of the caller.
void insert_metrics(Connection& connection, std::string_view run, const MetricBatch& batch);
// All of them if no step is given; metric_last follows.
void delete_metrics_after(Connection& connection, std::string_view run, std::optional<std::int64_t> step);
void insert_artifact(Connection& connection, std::string_view run, const ArtifactRow& artifact);
void insert_input(Connection& connection, std::string_view run, const InputRow& input);
void insert_live(Connection& connection, std::string_view run, std::span<const LiveChange> changes);

// Last metrics, and artifacts if wanted, into rows: of all runs, or of the one of this id.
void add_results(Connection& connection, std::vector<StoredRun>& runs, std::optional<std::string_view> id,
                 bool with_artifacts);
std::vector<std::string> select_metric_keys(Connection& connection, std::string_view run);
std::vector<MetricPoint> select_metric(Connection& connection, std::string_view run, std::string_view key,
                                       std::int64_t from = std::numeric_limits<std::int64_t>::min());
// Artifacts that were removed are left out: their rows stay, as a part of what was sealed, and the last event of these
// kinds says which runs they are.
inline constexpr std::string_view artifacts_removed_event = "run.remove_artifacts";
inline constexpr std::string_view artifacts_restored_event = "run.restore_artifacts";
bool are_artifacts_removed(Connection& connection, std::string_view run);
std::set<std::string, std::less<>> runs_without_artifacts(Connection& connection);
std::vector<ArtifactRow> select_artifacts(Connection& connection, std::string_view run);
// Also the removed ones.
std::vector<ArtifactRow> select_named_artifacts(Connection& connection, std::string_view run);
// Of all runs: id and artifact.
std::vector<std::pair<std::string, ArtifactRow>> select_all_artifacts(Connection& connection);
std::vector<InputRow> select_inputs(Connection& connection, std::string_view run);
std::vector<LiveChange> select_live(Connection& connection, std::string_view run); // by step and field

} // namespace orrery::database
