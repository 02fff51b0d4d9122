// SPDX-License-Identifier: GPL-3.0-or-later
// The title of a panel: its name, and buttons that tear it off and hide it. Takes no room where a tab names the panel.
#pragma once
#include <QDockWidget>
#include <QLabel>
#include <QVariant>

namespace orrery::gui {

class PanelTitle : public QWidget {
    Q_OBJECT

public:
    // Becomes the title bar of `dock`; `name` is the panel's in commands.
    PanelTitle(QDockWidget* dock, const QString& name);
    void set_tabbed(bool tabbed);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void command_requested(const QString& id, const QVariantMap& arguments);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void fit(); // words that don't fit end in dots; the tooltip has all of them
    QLabel* words_;
    bool tabbed_ = false;
};

} // namespace orrery::gui
