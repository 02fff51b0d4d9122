// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/notification.h"

#include "app/gui/session_bus.h"

#include <QDBusConnectionInterface>
#include <QDBusMessage>
#include <QStyle>
#include <QSystemTrayIcon>

namespace orrery::gui {

namespace {

constexpr int shown_ms = 10'000;

// The freedesktop.org Desktop Notifications Specification, 1.2. Nobody waits for an answer.
bool by_message(const QString& title, const QString& sentence) {
    const auto bus = session_bus();
    const auto service = QStringLiteral("org.freedesktop.Notifications");
    if (!bus || !bus->interface()->isServiceRegistered(service)) return false;
    auto message = QDBusMessage::createMethodCall(service, QStringLiteral("/org/freedesktop/Notifications"), service,
                                                  QStringLiteral("Notify"));
    message << QStringLiteral("Orrery") << 0U << QString() << title << sentence << QStringList() << QVariantMap()
            << shown_ms;
    return bus->send(message);
}

} // namespace

void notify(const QString& title, const QString& sentence, QWidget* window) {
    if (by_message(title, sentence) || !QSystemTrayIcon::isSystemTrayAvailable()) return;
    auto* tray = window->findChild<QSystemTrayIcon*>();
    if (!tray) tray = new QSystemTrayIcon(window->style()->standardIcon(QStyle::SP_ComputerIcon), window);
    tray->show();
    tray->showMessage(title, sentence, QSystemTrayIcon::Information, shown_ms);
}

} // namespace orrery::gui
