// SPDX-License-Identifier: GPL-3.0-or-later
// The user's D-Bus session, if there is one.
#pragma once
#include <QDBusConnection>

#include <optional>

namespace orrery::gui {

// Nothing where none runs: to ask for one would start one.
std::optional<QDBusConnection> session_bus();

} // namespace orrery::gui
