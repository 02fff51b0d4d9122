// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/session_under_test.h"

#include <QDBusMessage>
#include <QDBusVariant>
#include <QStandardPaths>
#include <QTest>

namespace orrery::gui {

namespace {
const char* const portal = "/org/freedesktop/portal/desktop";
const char* const notifications_path = "/org/freedesktop/Notifications";
} // namespace

std::unique_ptr<platform::ChildProcess> start_session(const std::filesystem::path& folder) {
    const auto program = QStandardPaths::findExecutable(QStringLiteral("dbus-daemon"));
    qunsetenv("DBUS_SESSION_BUS_ADDRESS"); // never that of whoever runs the tests
    if (program.isEmpty()) return nullptr;
    const auto socket = folder / "session";
    const auto address = "unix:path=" + socket.string();
    platform::SpawnRequest spawn;
    spawn.program = program.toStdString();
    spawn.arguments = {"--session", "--nofork", "--nopidfile", "--address=" + address};
    spawn.log = folder / "session.log";
    auto daemon = std::make_unique<platform::ChildProcess>(spawn);
    for (int i = 0; i < 200 && !std::filesystem::exists(socket); ++i) QTest::qSleep(10);
    qputenv("DBUS_SESSION_BUS_ADDRESS", address.c_str());
    return daemon;
}

Desktop::Desktop()
    : bus_(QDBusConnection::connectToBus(qEnvironmentVariable("DBUS_SESSION_BUS_ADDRESS"), QStringLiteral("desktop"))) {
    there_ = bus_.isConnected() && bus_.registerVirtualObject(QString::fromUtf8(portal), this) &&
             bus_.registerVirtualObject(QString::fromUtf8(notifications_path), this) &&
             bus_.registerService(QStringLiteral("org.freedesktop.portal.Desktop")) &&
             bus_.registerService(QStringLiteral("org.freedesktop.Notifications"));
}

Desktop::~Desktop() {
    bus_.unregisterObject(QString::fromUtf8(portal));
    bus_.unregisterObject(QString::fromUtf8(notifications_path));
    QDBusConnection::disconnectFromBus(QStringLiteral("desktop"));
}

bool Desktop::handleMessage(const QDBusMessage& message, const QDBusConnection& connection) {
    if (message.member() == QStringLiteral("Notify")) {
        notifications << message.arguments().value(4).toString();
        return connection.send(message.createReply(1U));
    }
    if (message.member() != QStringLiteral("Read")) return false;
    const auto inner = QVariant::fromValue(QDBusVariant(scheme_));
    return connection.send(message.createReply(QVariant::fromValue(QDBusVariant(inner))));
}

void Desktop::set_dark(bool dark) {
    scheme_ = dark ? 1 : 2;
    auto signal = QDBusMessage::createSignal(
        QString::fromUtf8(portal), QStringLiteral("org.freedesktop.portal.Settings"), QStringLiteral("SettingChanged"));
    signal << QStringLiteral("org.freedesktop.appearance") << QStringLiteral("color-scheme")
           << QVariant::fromValue(QDBusVariant(scheme_));
    bus_.send(signal);
}

} // namespace orrery::gui
