// SPDX-License-Identifier: GPL-3.0-or-later
// Whether the desktop wants dark windows, as its settings portal says (org.freedesktop.appearance, color-scheme).
#pragma once
#include <QDBusVariant>
#include <QObject>

namespace orrery::gui {

class SystemColours : public QObject {
    Q_OBJECT

public:
    // Asks, and doesn't wait for the answer. Where there is no portal nothing is ever told.
    explicit SystemColours(QObject* parent = nullptr);

Q_SIGNALS:
    void told(bool dark); // at first, and whenever the user changes it

private Q_SLOTS:
    void setting_changed(const QString& space, const QString& key, const QDBusVariant& value);

private:
    void take(QVariant value);
};

} // namespace orrery::gui
