// SPDX-License-Identifier: GPL-3.0-or-later
// The saved figures of a project as pictures: opened, exported, renamed and removed from here.
#pragma once
#include "core/records.h"
#include "views/gallery/thumbnails.h"

#include <QVariantMap>
#include <QWidget>

#include <vector>

class QAction;
class QLabel;
class QListWidget;
class QListWidgetItem;

namespace orrery::gui {

class GalleryView : public QWidget {
    Q_OBJECT
public:
    explicit GalleryView(QWidget* parent = nullptr);

    // `state` differs when what the figures show may have changed.
    void set_project(const QString& folder);
    void set_figures(const std::vector<FigureRow>& figures, const QString& state);
    QStringList names() const;
    void select(const QString& name);
    QString selected() const; // empty if none is
    bool has_picture(const QString& name) const;

    // What can be done with the selected figure, also from menu and keyboard.
    void edit();
    void export_selected();
    void rename();
    void remove();

Q_SIGNALS:
    void command_requested(QString command, QVariantMap arguments);
    void selection_changed(QString name);

protected:
    void contextMenuEvent(QContextMenuEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    QAction* add_action(const char* name, const QString& text, const QString& help, const QKeySequence& keys,
                        void (GalleryView::*slot)());
    void show_picture(const QString& name, const QImage& picture, const QString& problem);
    void request_pictures();
    void update_actions();
    QListWidgetItem* item(const QString& name) const;
    const FigureRow* row(const QString& name) const;

    std::vector<FigureRow> figures_;
    QString state_, folder_;
    Thumbnails* thumbnails_;
    QListWidget* list_ = nullptr;
    QLabel* hint_ = nullptr;
    std::vector<QAction*> actions_;
};

} // namespace orrery::gui
