// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/experiments/experiment_tree.h"

#include <QHeaderView>
#include <QPainter>
#include <QSignalBlocker>
#include <QStyledItemDelegate>
#include <QTreeWidgetItemIterator>
#include <QVBoxLayout>

#include <algorithm>

namespace orrery::gui {

namespace {

constexpr int experiment_role = Qt::UserRole;
constexpr int draft_role = Qt::UserRole + 1;
constexpr int words_role = Qt::UserRole + 2; // what the filter looks at

QString qstring(const std::string& text) { return QString::fromStdString(text); }

// The experiments' ids in grey at the right edge, if there is room beside each of the titles.
class TitleDelegate : public QStyledItemDelegate {
public:
    explicit TitleDelegate(QTreeWidget* tree) : QStyledItemDelegate(tree), tree_(tree) {}

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        QStyledItemDelegate::paint(painter, option, index);
        const auto id = index.data(experiment_role).toString();
        if (id.isEmpty() || widest(option.fontMetrics) > option.rect.width()) return;
        const bool selected = option.state & QStyle::State_Selected;
        painter->save();
        painter->setPen(option.palette.color(selected ? QPalette::HighlightedText : QPalette::PlaceholderText));
        painter->drawText(option.rect.adjusted(0, 0, -gap / 2, 0), Qt::AlignRight | Qt::AlignVCenter, id);
        painter->restore();
    }

private:
    static constexpr int gap = 14;
    int widest(const QFontMetrics& metrics) const {
        int width = 0;
        for (QTreeWidgetItemIterator it(tree_); *it; ++it) {
            const auto id = (*it)->data(0, experiment_role).toString();
            if (id.isEmpty()) continue;
            width =
                std::max(width, metrics.horizontalAdvance((*it)->text(0)) + metrics.horizontalAdvance(id) + 2 * gap);
        }
        return width;
    }
    QTreeWidget* tree_;
};

QTreeWidgetItem* heading(const QString& text) {
    auto* item = new QTreeWidgetItem({text});
    auto font = item->font(0);
    font.setBold(true);
    item->setFont(0, font);
    item->setFlags(Qt::ItemIsEnabled);
    return item;
}

} // namespace

ExperimentTree::ExperimentTree(QWidget* parent)
    : QWidget(parent), filter_(new QLineEdit(this)), tree_(new QTreeWidget(this)) {
    setObjectName(QStringLiteral("experiments"));
    filter_->setObjectName(QStringLiteral("experiments_filter"));
    filter_->setPlaceholderText(tr("Filter"));
    filter_->setClearButtonEnabled(true);
    filter_->setAccessibleName(tr("Filter the experiments"));
    filter_->setToolTip(tr("Shows only experiments whose title, id or summary holds these words"));
    tree_->setObjectName(QStringLiteral("experiments_tree"));
    tree_->setHeaderHidden(true);
    tree_->setAccessibleName(tr("Experiments"));
    tree_->setToolTip(tr("Choose an experiment to see its parameters"));
    tree_->setUniformRowHeights(true);
    tree_->setItemDelegate(new TitleDelegate(tree_));
    tree_->setIndentation(fontMetrics().height());
    tree_->setTextElideMode(Qt::ElideRight);
    tree_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    tree_->setFrameShape(QFrame::NoFrame);
    tree_->header()->setStretchLastSection(true);
    connect(filter_, &QLineEdit::textChanged, this, &ExperimentTree::apply_filter);
    connect(tree_, &QTreeWidget::currentItemChanged, this, [this](QTreeWidgetItem* item) {
        if (!item) return;
        if (const auto draft = item->data(0, draft_role).toString(); !draft.isEmpty()) {
            selected_.clear();
            Q_EMIT draft_selected(draft);
        } else if (const auto id = item->data(0, experiment_role).toString(); !id.isEmpty() && id != selected_) {
            selected_ = id;
            Q_EMIT experiment_selected(id);
        }
    });
    connect(tree_, &QTreeWidget::itemActivated, this, [this](QTreeWidgetItem* item) {
        const auto draft = item->data(0, draft_role).toString();
        if (!draft.isEmpty()) Q_EMIT draft_activated(draft);
        if (item == recipe_) Q_EMIT play_requested();
    });
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 4, 0, 0);
    layout->addWidget(filter_);
    layout->addWidget(tree_);
    setFocusProxy(tree_);
}

void ExperimentTree::set_plugins(const std::vector<PluginInfo>& plugins) {
    const auto was = selected_;
    const QSignalBlocker quiet(tree_);
    for (int i = tree_->topLevelItemCount() - 1; i >= 0; --i)
        if (tree_->topLevelItem(i) != recipe_) delete tree_->takeTopLevelItem(i);
    for (const auto& plugin : plugins) {
        const bool usable = plugin.state == PluginState::found || plugin.state == PluginState::loaded;
        auto* top = heading(qstring(plugin.title.empty() ? plugin.id : plugin.title));
        top->setToolTip(
            0, tr("%1\nPlugin %2 %3\n%4")
                   .arg(top->text(0), qstring(plugin.id), qstring(plugin.version), qstring(plugin.folder.string())));
        if (!usable) {
            auto* why = new QTreeWidgetItem(
                top, {tr("%1: %2").arg(QString::fromUtf8(name_of(plugin.state)), qstring(plugin.reason))});
            why->setFlags(Qt::ItemIsEnabled);
            why->setForeground(0, palette().brush(QPalette::Disabled, QPalette::Text));
            why->setToolTip(0, qstring(plugin.reason + (plugin.hint.empty() ? "" : "\n" + plugin.hint)));
        }
        for (const auto& experiment : plugin.experiments) {
            auto* item = new QTreeWidgetItem(top, {qstring(experiment.title)});
            item->setToolTip(0,
                             QStringLiteral("%1\n%2\n%3")
                                 .arg(qstring(experiment.title), qstring(experiment.id), qstring(experiment.summary)));
            item->setData(0, words_role,
                          qstring(experiment.title + " " + experiment.id + " " + experiment.summary).toLower());
            if (usable)
                item->setData(0, experiment_role, qstring(experiment.id));
            else
                item->setFlags(Qt::NoItemFlags);
        }
        tree_->addTopLevelItem(top);
        top->setExpanded(true);
    }
    apply_filter();
    if (auto* item = was.isEmpty() ? nullptr : find(experiment_role, was)) tree_->setCurrentItem(item);
}

void ExperimentTree::set_drafts(const QString& recipe, const std::vector<DraftItem>& drafts) {
    if (drafts == drafts_) return;
    drafts_ = drafts;
    const QSignalBlocker quiet(tree_);
    const auto* current = tree_->currentItem();
    const auto was = current ? current->data(0, draft_role).toString() : QString();
    if (recipe_) delete tree_->takeTopLevelItem(tree_->indexOfTopLevelItem(recipe_));
    recipe_ = nullptr;
    if (drafts.empty()) return;
    recipe_ = heading(tr("Recipe %1").arg(recipe));
    recipe_->setToolTip(0, tr("Runs that the recipe asks for. Double click a run to play it, the recipe to play all."));
    for (const auto& draft : drafts) {
        auto* item = new QTreeWidgetItem(recipe_, {QStringLiteral("%1  (%2)").arg(draft.name, draft.state)});
        item->setToolTip(0, draft.run.isEmpty() ? tr("%1: %2").arg(draft.experiment, draft.state)
                                                : tr("%1: run %2, %3").arg(draft.experiment, draft.run, draft.state));
        item->setData(0, draft_role, draft.name);
        item->setData(0, words_role, (draft.name + QLatin1Char(' ') + draft.experiment).toLower());
    }
    tree_->insertTopLevelItem(0, recipe_);
    recipe_->setExpanded(true);
    if (auto* item = was.isEmpty() ? nullptr : find(draft_role, was)) tree_->setCurrentItem(item);
    apply_filter();
}

void ExperimentTree::apply_filter() {
    const auto words = filter_->text().toLower().split(QLatin1Char(' '), Qt::SkipEmptyParts);
    for (int i = 0; i < tree_->topLevelItemCount(); ++i) {
        auto* top = tree_->topLevelItem(i);
        bool any = words.isEmpty();
        for (int j = 0; j < top->childCount(); ++j) {
            auto* item = top->child(j);
            const auto text = item->data(0, words_role).toString();
            const bool fits =
                std::all_of(words.begin(), words.end(), [&](const QString& w) { return text.contains(w); });
            item->setHidden(!fits);
            any |= fits;
        }
        top->setHidden(!any);
    }
}

QTreeWidgetItem* ExperimentTree::find(int role, const QString& value) const {
    for (QTreeWidgetItemIterator it(tree_); *it; ++it)
        if ((*it)->data(0, role).toString() == value) return *it;
    return nullptr;
}

void ExperimentTree::select(const QString& experiment) {
    selected_ = experiment;
    const QSignalBlocker quiet(tree_);
    if (auto* item = find(experiment_role, experiment)) tree_->setCurrentItem(item);
}

void ExperimentTree::select_draft(const QString& name) {
    const QSignalBlocker quiet(tree_);
    auto* item = find(draft_role, name);
    if (!item) return;
    tree_->setCurrentItem(item);
    tree_->scrollToItem(recipe_, QAbstractItemView::PositionAtTop);
    selected_.clear();
}

QString ExperimentTree::selected() const { return selected_; }

} // namespace orrery::gui
