// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/system_colours.h"

#include "app/gui/session_bus.h"

#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>

namespace orrery::gui {

namespace {

// XDG Desktop Portal, interface Settings, version 1.
const QString service = QStringLiteral("org.freedesktop.portal.Desktop");
const QString path = QStringLiteral("/org/freedesktop/portal/desktop");
const QString interface = QStringLiteral("org.freedesktop.portal.Settings");
const QString appearance = QStringLiteral("org.freedesktop.appearance");
const QString scheme = QStringLiteral("color-scheme");
constexpr uint prefers_dark = 1, prefers_light = 2; // 0: neither

} // namespace

SystemColours::SystemColours(QObject* parent) : QObject(parent) {
    auto bus = session_bus();
    if (!bus) return;
    bus->connect(service, path, interface, QStringLiteral("SettingChanged"), this,
                 SLOT(setting_changed(QString, QString, QDBusVariant)));
    auto question = QDBusMessage::createMethodCall(service, path, interface, QStringLiteral("Read"));
    question << appearance << scheme;
    auto* answer = new QDBusPendingCallWatcher(bus->asyncCall(question), this);
    connect(answer, &QDBusPendingCallWatcher::finished, this, [this, answer] {
        const QDBusPendingReply<QDBusVariant> reply = *answer;
        if (!reply.isError()) take(reply.value().variant());
        answer->deleteLater();
    });
}

void SystemColours::setting_changed(const QString& space, const QString& key, const QDBusVariant& value) {
    if (space == appearance && key == scheme) take(value.variant());
}

void SystemColours::take(QVariant value) {
    while (value.canConvert<QDBusVariant>()) value = value.value<QDBusVariant>().variant(); // Read() wraps it twice
    const auto wanted = value.toUInt();
    if (wanted == prefers_dark || wanted == prefers_light) Q_EMIT told(wanted == prefers_dark);
}

} // namespace orrery::gui
