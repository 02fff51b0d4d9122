// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/palette/palette.h"

#include <QKeyEvent>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace orrery::gui {

namespace {

constexpr int id_role = Qt::UserRole, about_role = Qt::UserRole + 1, shortcut_role = Qt::UserRole + 2,
              reason_role = Qt::UserRole + 3;
constexpr int most_entries = 100;

// Two lines: title and shortcut, then the reason or what it does.
class EntryDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const override {
        return {200, option.fontMetrics.height() * 2 + 10};
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        const auto reason = index.data(reason_role).toString();
        const bool selected = option.state & QStyle::State_Selected;
        if (selected) painter->fillRect(option.rect, option.palette.highlight());
        // On the selection's colour what is disabled is told by its reason, not by a colour that can't be read there.
        const auto group = reason.isEmpty() || selected ? QPalette::Active : QPalette::Disabled;
        const auto role = selected ? QPalette::HighlightedText : QPalette::Text;
        painter->save();
        painter->setPen(option.palette.color(group, role));
        auto area = option.rect.adjusted(10, 4, -10, -4);
        const auto shortcut = index.data(shortcut_role).toString();
        const int wide = option.fontMetrics.horizontalAdvance(shortcut) + (shortcut.isEmpty() ? 0 : 12);
        const auto upper = QRect(area.topLeft(), QSize(area.width(), option.fontMetrics.height()));
        painter->drawText(upper, Qt::AlignRight | Qt::AlignVCenter, shortcut);
        const auto title =
            option.fontMetrics.elidedText(index.data(Qt::DisplayRole).toString(), Qt::ElideRight, upper.width() - wide);
        painter->drawText(upper, Qt::AlignLeft | Qt::AlignVCenter, title);
        auto small = option.font;
        small.setPointSizeF(small.pointSizeF() * 0.88);
        painter->setFont(small);
        painter->setPen(option.palette.color(selected ? group : QPalette::Disabled, role));
        const auto text = reason.isEmpty() ? index.data(about_role).toString() : reason;
        painter->drawText(upper.translated(0, option.fontMetrics.height() + 2), Qt::AlignLeft | Qt::AlignVCenter,
                          QFontMetrics(small).elidedText(text, Qt::ElideRight, upper.width()));
        painter->restore();
    }
};

// 0: the title begins so; 1: one of its words does; 2: it fits by single letters or by its help.
int likeness(const QString& title, const QString& typed) {
    if (title.startsWith(typed, Qt::CaseInsensitive)) return 0;
    return title.contains(QLatin1Char(' ') + typed, Qt::CaseInsensitive) ? 1 : 2;
}

} // namespace

Palette::Palette(Search search, QWidget* parent)
    : QDialog(parent, Qt::Popup | Qt::FramelessWindowHint), search_(std::move(search)), typed_(new QLineEdit(this)),
      list_(new QListWidget(this)) {
    setObjectName(QStringLiteral("palette"));
    setAccessibleName(tr("Palette"));
    typed_->setObjectName(QStringLiteral("palette_typed"));
    typed_->setPlaceholderText(tr("Type a command, experiment, run or project"));
    typed_->setAccessibleName(tr("What you look for"));
    typed_->setToolTip(tr("Letters of the name, in their order; Return chooses"));
    typed_->installEventFilter(this);
    list_->setObjectName(QStringLiteral("palette_list"));
    list_->setAccessibleName(tr("What fits"));
    list_->setItemDelegate(new EntryDelegate(list_));
    list_->setFrameShape(QFrame::NoFrame);
    list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    list_->setUniformItemSizes(true);
    list_->setFocusPolicy(Qt::NoFocus);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(6, 6, 6, 6);
    layout->addWidget(typed_);
    layout->addWidget(list_);
    connect(typed_, &QLineEdit::textChanged, this, &Palette::fill);
    connect(typed_, &QLineEdit::returnPressed, this, &Palette::choose);
    connect(list_, &QListWidget::itemClicked, this, &Palette::choose);
}

void Palette::open_at(const QRect& window) {
    resize(std::min(680, window.width() - 40), std::min(460, window.height() - 60));
    move(window.center().x() - width() / 2, window.top() + 40);
    typed_->clear();
    fill();
    show();
    typed_->setFocus();
}

void Palette::fill() {
    list_->clear();
    int count = 0;
    auto entries = search_(typed_->text());
    // What can be done comes before what can't, if it fits as well.
    std::stable_sort(entries.begin(), entries.end(), [typed = typed_->text().trimmed()](const auto& a, const auto& b) {
        const auto rank = [&](const PaletteEntry& entry) {
            return std::pair(likeness(entry.title, typed), entry.reason.isEmpty() ? 0 : 1);
        };
        return rank(a) < rank(b);
    });
    for (const auto& entry : entries) {
        auto* item = new QListWidgetItem(entry.title, list_);
        item->setData(id_role, entry.id);
        item->setData(about_role, entry.about);
        item->setData(shortcut_role, entry.shortcut);
        item->setData(reason_role, entry.reason);
        item->setToolTip(entry.reason.isEmpty() ? entry.about : entry.reason);
        if (++count == most_entries) break;
    }
    if (count == 0) {
        auto* nothing = new QListWidgetItem(tr("Nothing is called so"), list_);
        nothing->setFlags(Qt::NoItemFlags);
        nothing->setData(reason_role, tr("Type fewer letters: each word may leave letters out."));
    }
    list_->setCurrentRow(0);
}

void Palette::choose() {
    const auto* item = list_->currentItem();
    if (!item || !item->data(reason_role).toString().isEmpty()) return; // the reason is shown
    const auto id = item->data(id_role).toString();
    hide();
    Q_EMIT chosen(id);
}

bool Palette::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        const int page = std::max(1, list_->height() / std::max(1, list_->sizeHintForRow(0)) - 1);
        const int step = key == Qt::Key_Down       ? 1
                         : key == Qt::Key_Up       ? -1
                         : key == Qt::Key_PageDown ? page
                         : key == Qt::Key_PageUp   ? -page
                                                   : 0;
        if (step != 0 && list_->count() > 0) {
            list_->setCurrentRow(std::clamp(list_->currentRow() + step, 0, list_->count() - 1));
            return true;
        }
    }
    return QDialog::eventFilter(watched, event);
}

} // namespace orrery::gui
