// SPDX-License-Identifier: BSD-3-Clause
// Whether the rows of a project are as they were written: the file, the chain of events, the seals of runs.
#pragma once
#include "core/verify.h"

#include <vector>

namespace orrery::database {

class Connection;

// Everything that is wrong with the database on one state of it; opens its own read transaction. Damage that ends the
// reading of a table is a problem too, and the other checks go on. Throws Error for anything but damage, and for a
// newer format.
std::vector<Damage> inspect(Connection& connection);

} // namespace orrery::database
