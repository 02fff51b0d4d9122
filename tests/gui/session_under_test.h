// SPDX-License-Identifier: GPL-3.0-or-later
// A D-Bus session of its own, and who answers on it as a desktop would: notifications and the settings portal.
#pragma once
#include "core/platform/process.h"

#include <QDBusConnection>
#include <QDBusVirtualObject>
#include <QStringList>

#include <filesystem>
#include <memory>

namespace orrery::gui {

// Nothing where there is no dbus-daemon: then there is no session either.
std::unique_ptr<platform::ChildProcess> start_session(const std::filesystem::path& folder);

class Desktop : public QDBusVirtualObject {
public:
    Desktop(); // is_there() is false where no session runs
    ~Desktop() override;
    bool is_there() const { return there_; }
    QString introspect(const QString&) const override { return {}; }
    bool handleMessage(const QDBusMessage& message, const QDBusConnection& connection) override;
    void set_dark(bool dark); // tells whoever listens

    QStringList notifications; // their texts

private:
    QDBusConnection bus_;
    bool there_ = false;
    uint scheme_ = 2;
};

} // namespace orrery::gui
