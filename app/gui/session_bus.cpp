// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/session_bus.h"

#include <QFileInfo>

namespace orrery::gui {

std::optional<QDBusConnection> session_bus() {
    const auto runtime = qEnvironmentVariable("XDG_RUNTIME_DIR");
    const bool by_user = !runtime.isEmpty() && QFileInfo::exists(runtime + QStringLiteral("/bus"));
    if (qEnvironmentVariableIsEmpty("DBUS_SESSION_BUS_ADDRESS") && !by_user) return std::nullopt;
    auto bus = QDBusConnection::sessionBus();
    return bus.isConnected() ? std::optional(bus) : std::nullopt;
}

} // namespace orrery::gui
