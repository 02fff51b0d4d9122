// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/gallery/gallery_view.h"

#include "views/gallery/export_dialog.h"
#include "views/gallery/figure_editor.h"

#include <QAction>
#include <QContextMenuEvent>
#include <QInputDialog>
#include <QLabel>
#include <QListWidget>
#include <QMenu>
#include <QPainter>
#include <QToolBar>
#include <QVBoxLayout>

#include <algorithm>

namespace orrery::gui {

namespace {

constexpr QSize thumbnail(140, 96); // so that the names are seen in a low panel, too

// On paper of its own, so that it looks the same on a dark window.
QPixmap framed(const QImage& picture, double ratio, const QPalette& palette, const QString& instead) {
    QPixmap made(thumbnail * ratio);
    made.setDevicePixelRatio(ratio);
    made.fill(Qt::transparent);
    QPainter painter(&made);
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    const QRectF room(QPointF(0, 0), QSizeF(thumbnail));
    QSizeF size = picture.isNull() ? QSizeF(room.size()) : QSizeF(picture.size());
    size.scale(room.adjusted(3, 3, -3, -3).size(), Qt::KeepAspectRatio);
    QRectF paper(QPointF(0, 0), size);
    paper.moveCenter(room.center());
    if (!picture.isNull()) {
        painter.fillRect(paper.adjusted(-1, -1, 1, 1), palette.color(QPalette::Mid));
        // Means of many dots: a painter takes a few of them.
        painter.drawImage(
            paper, picture.scaled((paper.size() * ratio).toSize(), Qt::IgnoreAspectRatio, Qt::SmoothTransformation));
        return made;
    }
    painter.setPen(palette.color(QPalette::Disabled, QPalette::Text));
    painter.drawRect(paper.adjusted(0, 0, -1, -1));
    painter.drawText(paper.adjusted(8, 8, -8, -8), Qt::AlignCenter | Qt::TextWordWrap, instead);
    return made;
}

} // namespace

GalleryView::GalleryView(QWidget* parent) : QWidget(parent), thumbnails_(new Thumbnails(this)) {
    setObjectName(QStringLiteral("gallery"));
    setAccessibleName(tr("Figures"));
    auto* bar = new QToolBar(tr("Figures"), this);
    bar->setObjectName(QStringLiteral("gallery_toolbar"));
    bar->setToolButtonStyle(Qt::ToolButtonTextOnly);
    actions_ = {add_action("gallery_edit", tr("Edit..."), tr("Change what the figure shows and how"), Qt::Key_Return,
                           &GalleryView::edit),
                add_action("gallery_export", tr("Export..."), tr("Write the figure as PNG, SVG or PDF"),
                           QKeySequence(QStringLiteral("Ctrl+E")), &GalleryView::export_selected),
                add_action("gallery_rename", tr("Rename..."), tr("Give the figure another name"), Qt::Key_F2,
                           &GalleryView::rename),
                add_action("gallery_remove", tr("Remove"), tr("Remove the figure; what was exported of it stays"),
                           Qt::Key_Delete, &GalleryView::remove)};
    for (QAction* action : actions_) {
        bar->addAction(action);
        QWidget* button = bar->widgetForAction(action);
        button->setObjectName(action->objectName() + QStringLiteral("_button"));
        button->setAccessibleName(action->text());
        button->setFocusPolicy(Qt::TabFocus);
    }
    list_ = new QListWidget(this);
    list_->setObjectName(QStringLiteral("gallery_list"));
    list_->setAccessibleName(tr("Saved figures"));
    list_->setToolTip(tr("Saved figures of the project; a double click edits one"));
    list_->setViewMode(QListView::IconMode);
    list_->setIconSize(thumbnail);
    list_->setGridSize(thumbnail + QSize(16, list_->fontMetrics().height() + 18));
    list_->setResizeMode(QListView::Adjust);
    list_->setMovement(QListView::Static);
    list_->setUniformItemSizes(true);
    list_->setTextElideMode(Qt::ElideMiddle);
    list_->setFrameShape(QFrame::NoFrame);
    hint_ = new QLabel(
        tr("No figure is saved yet.\nShow metrics or a field, then choose \"Save as figure...\" in the view's "
           "menu."),
        this);
    hint_->setObjectName(QStringLiteral("gallery_hint"));
    hint_->setAlignment(Qt::AlignCenter);
    hint_->setWordWrap(true);
    hint_->setForegroundRole(QPalette::PlaceholderText);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(bar);
    layout->addWidget(hint_, 1);
    layout->addWidget(list_, 1);
    setFocusProxy(list_);
    connect(list_, &QListWidget::itemDoubleClicked, this, &GalleryView::edit);
    connect(list_, &QListWidget::itemSelectionChanged, this, [this] {
        update_actions();
        Q_EMIT selection_changed(selected());
    });
    connect(thumbnails_, &Thumbnails::made, this, &GalleryView::show_picture);
    set_figures({}, {});
}

QAction* GalleryView::add_action(const char* name, const QString& text, const QString& help, const QKeySequence& keys,
                                 void (GalleryView::*slot)()) {
    auto* action = new QAction(text, this);
    action->setObjectName(QLatin1String(name));
    action->setShortcut(keys);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    action->setToolTip(QStringLiteral("%1 (%2)").arg(help, keys.toString(QKeySequence::NativeText)));
    addAction(action);
    connect(action, &QAction::triggered, this, slot);
    return action;
}

void GalleryView::set_project(const QString& folder) {
    if (folder == folder_) return;
    folder_ = folder;
    thumbnails_->set_project(folder);
    list_->clear();
}

void GalleryView::set_figures(const std::vector<FigureRow>& figures, const QString& state) {
    figures_ = figures;
    state_ = state;
    const QString was = selected();
    for (int i = list_->count() - 1; i >= 0; --i)
        if (!row(list_->item(i)->text())) delete list_->takeItem(i);
    for (std::size_t i = 0; i < figures_.size(); ++i) {
        const QString name = QString::fromStdString(figures_[i].name);
        if (item(name)) continue;
        auto* made = new QListWidgetItem(framed({}, devicePixelRatioF(), palette(), tr("Is being drawn...")), name);
        made->setToolTip(name);
        list_->insertItem(static_cast<int>(i), made);
    }
    select(was);
    hint_->setVisible(figures_.empty());
    list_->setVisible(!figures_.empty());
    update_actions();
    request_pictures();
}

// Not while nobody sees them: each is a process.
void GalleryView::request_pictures() {
    if (!isVisible()) return;
    for (const FigureRow& figure : figures_)
        thumbnails_->request(QString::fromStdString(figure.name), QString::fromStdString(figure.specification), state_);
}

void GalleryView::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    request_pictures();
}

void GalleryView::show_picture(const QString& name, const QImage& picture, const QString& problem) {
    auto* shown = item(name);
    if (!shown) return;
    shown->setIcon(framed(picture, devicePixelRatioF(), palette(), problem));
    shown->setToolTip(problem.isEmpty() ? name : name + QLatin1Char('\n') + problem);
    shown->setData(Qt::UserRole, problem.isEmpty());
}

QListWidgetItem* GalleryView::item(const QString& name) const {
    for (int i = 0; i < list_->count(); ++i)
        if (list_->item(i)->text() == name) return list_->item(i);
    return nullptr;
}

const FigureRow* GalleryView::row(const QString& name) const {
    const auto found = std::find_if(figures_.begin(), figures_.end(),
                                    [&](const FigureRow& each) { return each.name == name.toStdString(); });
    return found == figures_.end() ? nullptr : &*found;
}

QStringList GalleryView::names() const {
    QStringList names;
    for (const FigureRow& figure : figures_) names << QString::fromStdString(figure.name);
    return names;
}

void GalleryView::select(const QString& name) {
    if (auto* found = item(name)) list_->setCurrentItem(found);
}

QString GalleryView::selected() const {
    const auto items = list_->selectedItems();
    return items.isEmpty() ? QString() : items.first()->text();
}

bool GalleryView::has_picture(const QString& name) const {
    const auto* found = item(name);
    return found && found->data(Qt::UserRole).toBool();
}

void GalleryView::update_actions() {
    for (QAction* action : actions_) action->setEnabled(!selected().isEmpty());
}

void GalleryView::edit() {
    const FigureRow* figure = row(selected());
    if (!figure) return;
    FigureEditor editor(*figure, folder_, window());
    if (editor.exec() != QDialog::Accepted) return;
    Q_EMIT command_requested(
        QStringLiteral("figure.save"),
        {{QStringLiteral("name"), editor.name()}, {QStringLiteral("specification"), editor.specification()}});
}

void GalleryView::export_selected() {
    const FigureRow* figure = row(selected());
    if (!figure) return;
    ExportDialog dialog(QString::fromStdString(figure->name), QString::fromStdString(figure->specification), window());
    if (dialog.exec() != QDialog::Accepted) return;
    Q_EMIT command_requested(QStringLiteral("figure.export"), {{QStringLiteral("figure"), selected()},
                                                               {QStringLiteral("path"), dialog.path()},
                                                               {QStringLiteral("changes"), dialog.changes()}});
}

void GalleryView::rename() {
    const QString name = selected();
    if (name.isEmpty()) return;
    bool ok = false;
    const QString other =
        QInputDialog::getText(window(), tr("Rename figure"), tr("New name"), QLineEdit::Normal, name, &ok);
    if (ok && other != name)
        Q_EMIT command_requested(QStringLiteral("figure.rename"),
                                 {{QStringLiteral("name"), name}, {QStringLiteral("new_name"), other}});
}

void GalleryView::remove() {
    if (const QString name = selected(); !name.isEmpty())
        Q_EMIT command_requested(QStringLiteral("figure.remove"), {{QStringLiteral("name"), name}});
}

void GalleryView::contextMenuEvent(QContextMenuEvent* event) {
    QMenu menu(this);
    menu.setToolTipsVisible(true);
    for (QAction* action : actions_) menu.addAction(action);
    menu.exec(event->globalPos());
}

} // namespace orrery::gui
