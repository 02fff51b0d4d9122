// SPDX-License-Identifier: GPL-3.0-or-later
// What is done with the selected runs: keys and menus of the table.
#include "core/exchange/import_metrics.h"
#include "core/exchange/run_tables.h"
#include "views/form/field_text.h"
#include "views/runs/filter_edit.h"
#include "views/runs/run_model.h"
#include "views/runs/run_table.h"
#include "views/runs/run_words.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QInputDialog>
#include <QMenu>
#include <QPlainTextEdit>
#include <QShortcut>
#include <QTableView>

#include <algorithm>
#include <set>

namespace orrery::gui {
namespace {

// As it would be made again: every parameter, because the defaults of then may not be those of now.
std::string python_of(const RunRow& run) {
    std::vector<NamedValues> arguments;
    if (run.parameters.is_object())
        for (const auto& [name, json] : run.parameters.items()) {
            NamedValues argument{name, {}, false};
            if (json.is_boolean())
                argument.values.emplace_back(json.get<bool>());
            else if (json.is_number_integer())
                argument.values.emplace_back(json.get<std::int64_t>());
            else if (json.is_number())
                argument.values.emplace_back(json.get<double>());
            else if (json.is_string())
                argument.values.emplace_back(json.get<std::string>());
            arguments.push_back(std::move(argument));
        }
    return python_call(run.experiment, arguments);
}

bool can_stop(const RunRow& run) { return run.status == Status::running || run.status == Status::queued; }

bool can_resume(const RunRow& run) {
    return run.status == Status::stopped || run.status == Status::failed || run.status == Status::lost;
}

} // namespace

bool RunTable::take_key(int key, Qt::KeyboardModifiers modifiers) {
    const bool control = modifiers == Qt::ControlModifier;
    if (key == Qt::Key_F && control) {
        filter_->setFocus(Qt::ShortcutFocusReason);
        filter_->selectAll();
        return true;
    }
    if (const auto current = view_->currentIndex(); is_fold_key(key, current)) {
        const auto* group = model_->group_of(current.data(RunModel::id_role).toString().toStdString());
        return set_folded(*group, key == Qt::Key_Left || (key == Qt::Key_Return && group->expanded)), true;
    }
    if (selected().isEmpty()) return true;
    if (key == Qt::Key_Delete) for_selected(QStringLiteral("run.remove"));
    if (key == Qt::Key_F2) rename();
    if (key == Qt::Key_D && control) for_selected(QStringLiteral("run.duplicate"));
    if (key == Qt::Key_C && control) copy_ids();
    if (key == Qt::Key_Return || key == Qt::Key_Enter) {
        const auto current = view_->currentIndex();
        const auto id = current.data(RunModel::id_role).toString();
        Q_EMIT activated(selected().contains(id) ? id : selected().front());
    }
    return true;
}

// Right unfolds the sweep that is current, Left folds it, also from a run inside of it; Return does either.
bool RunTable::is_fold_key(int key, const QModelIndex& current) const {
    if (!current.isValid()) return false;
    const auto* group = model_->group_of(current.data(RunModel::id_role).toString().toStdString());
    const bool is_group = current.data(RunModel::group_role).toBool();
    if (!group) return false;
    if (key == Qt::Key_Right) return is_group && !group->expanded;
    if (key == Qt::Key_Left) return group->expanded && (is_group || current.column() == 0);
    return is_group && (key == Qt::Key_Return || key == Qt::Key_Enter);
}

void RunTable::set_folded(const RunGroup& group, bool folded) {
    const auto sweep = group.sweep; // the group goes with the rows
    const auto id = RunModel::row_id(group);
    keep_place([&] { model_->set_expanded(sweep, !folded); });
    const auto row = model_->row_of(id);
    if (row && folded)
        view_->selectionModel()->setCurrentIndex(model_->index(*row, std::max(0, view_->currentIndex().column())),
                                                 QItemSelectionModel::NoUpdate);
}

// Of the sweep that the row at this place belongs to.
void RunTable::add_sweep_actions(QMenu& menu, const QPoint& place) {
    const auto at = view_->indexAt(place);
    const auto id = at.isValid() ? at.data(RunModel::id_role).toString() : selected().front();
    const auto* group = model_->group_of(id.toStdString());
    if (!group) return;
    const auto sweep = group->sweep;
    auto* all = menu.addAction(tr("Select all runs of this s&weep"), this, [this, sweep] {
        QStringList ids;
        for (const auto& run : model_->store().runs())
            if (run.sweep == sweep && !run.removed) ids << QString::fromStdString(run.id);
        select(ids);
    });
    all->setObjectName("action:select_sweep");
    auto* fold =
        menu.addAction(group->expanded ? tr("&Fold this sweep") : tr("Un&fold this sweep"), this, [this, sweep] {
            if (const auto* now = model_->group_of("sweep:" + sweep)) set_folded(*now, now->expanded);
        });
    fold->setObjectName("action:fold_sweep");
    menu.addSeparator();
}

// One request for all of them: one key undoes it.
void RunTable::request(const QString& command, const QStringList& runs, QVariantMap arguments) {
    if (runs.isEmpty()) return;
    arguments.insert("run", runs.size() == 1 ? QVariant(runs.front()) : QVariant(runs));
    Q_EMIT command_requested(command, arguments);
}

void RunTable::for_selected(const QString& command) { request(command, selected()); }

void RunTable::rename() {
    const auto ids = selected();
    const auto current = view_->currentIndex();
    const auto id = current.isValid() && ids.contains(current.data(RunModel::id_role).toString())
                        ? current.data(RunModel::id_role).toString()
                        : ids.front();
    if (!model_->column_of(ColumnKind::name)) keep_place([&] { model_->choose_column({ColumnKind::name, {}}, true); });
    const auto row = model_->row_of(id.toStdString());
    const auto column = model_->column_of(ColumnKind::name);
    if (!row || !column) return;
    const auto index = model_->index(*row, *column);
    view_->selectionModel()->setCurrentIndex(index, QItemSelectionModel::NoUpdate);
    view_->edit(index);
}

void RunTable::add_tag() {
    auto* dialog = new QInputDialog(window());
    dialog->setObjectName("tag_dialog");
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Tag"));
    dialog->setLabelText(selected().size() == 1 ? tr("Tag for this run")
                                                : tr("Tag for these %1 runs").arg(selected().size()));
    dialog->setInputMode(QInputDialog::TextInput);
    connect(dialog, &QInputDialog::textValueSelected, this, [this, ids = selected()](const QString& tag) {
        if (tag.trimmed().isEmpty()) return;
        request("run.tag", ids, {{"tag", tag.trimmed()}});
    });
    dialog->open();
}

void RunTable::edit_note() {
    const auto ids = selected();
    const auto* run = ids.isEmpty() ? nullptr : model_->find(ids.front().toStdString());
    if (!run) return;
    auto* dialog = new QInputDialog(window());
    dialog->setObjectName("note_dialog");
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Note"));
    dialog->setLabelText(tr("Note on run %1").arg(ids.front()));
    dialog->setInputMode(QInputDialog::TextInput);
    dialog->setOption(QInputDialog::UsePlainTextEditForTextInput);
    dialog->setTextValue(QString::fromStdString(run->note));
    if (auto* edit = dialog->findChild<QPlainTextEdit*>()) edit->setLineWrapMode(QPlainTextEdit::WidgetWidth);
    for (const auto key : {Qt::Key_Return, Qt::Key_Enter}) // alone it begins a line
        new QShortcut(QKeySequence(Qt::CTRL | key), dialog, dialog, &QDialog::accept);
    dialog->resize(420, 260);
    connect(dialog, &QInputDialog::textValueSelected, this, [this, id = ids.front()](const QString& text) {
        Q_EMIT command_requested("run.note", {{"run", id}, {"text", text}});
    });
    dialog->open();
}

void RunTable::toggle_star(const QStringList& ids) {
    for (const auto& id : ids) {
        const auto* run = model_->find(id.toStdString());
        if (!run) continue;
        const QString tag = QString::fromUtf8(star_tag.data(), static_cast<qsizetype>(star_tag.size()));
        Q_EMIT command_requested(has_tag(*run, star_tag) ? "run.untag" : "run.tag", {{"run", id}, {"tag", tag}});
    }
}

void RunTable::toggle_tag(const QString& tag, bool on) {
    auto ids = selected();
    ids.removeIf([&](const QString& id) {
        const auto* run = model_->find(id.toStdString());
        return !run || has_tag(*run, tag.toStdString()) == on;
    });
    request(on ? "run.tag" : "run.untag", ids, {{"tag", tag}});
}

void RunTable::copy_python() const {
    QStringList lines;
    for (const auto& id : selected())
        if (const auto* run = model_->find(id.toStdString()))
            lines << (is_imported(run->experiment) ? tr("# run %1 was imported: nothing computes it again").arg(id)
                                                   : QString::fromStdString(python_of(*run)));
    QApplication::clipboard()->setText(lines.join(u'\n'));
}

void RunTable::copy_ids() const { QApplication::clipboard()->setText(selected().join(u'\n')); }

QAction* RunTable::add_command(QMenu& menu, const QString& title, const QString& command, const QString& keys) {
    auto* action = menu.addAction(title);
    action->setObjectName("action:" + command);
    if (!keys.isEmpty()) action->setShortcut(QKeySequence(keys)); // shown only: the table takes the key
    const auto ids = selected();
    if (reason_ && ids.size() == 1) {
        const auto why = reason_(command, {{"run", ids.front()}});
        action->setEnabled(why.isEmpty());
        action->setToolTip(why);
    }
    connect(action, &QAction::triggered, this, [this, command] { for_selected(command); });
    return action;
}

void RunTable::add_tags_menu(QMenu& menu) {
    auto* tags = menu.addMenu(tr("&Tag"));
    tags->setObjectName("tag_menu");
    auto* fresh = tags->addAction(tr("&New tag..."), this, &RunTable::add_tag);
    fresh->setObjectName("action:new_tag");
    tags->addSeparator();
    std::set<std::string> known;
    for (const auto& run : model_->store().runs())
        for (const auto& tag : run.tags)
            if (tag != star_tag) known.insert(tag);
    const auto ids = selected();
    for (const auto& tag : known) {
        const bool all = std::all_of(ids.begin(), ids.end(), [&](const QString& id) {
            const auto* run = model_->find(id.toStdString());
            return run && has_tag(*run, tag);
        });
        auto* action = tags->addAction(QString::fromStdString(tag));
        action->setCheckable(true);
        action->setChecked(all);
        connect(action, &QAction::triggered, this,
                [this, name = QString::fromStdString(tag)](bool on) { toggle_tag(name, on); });
    }
}

void RunTable::show_menu(const QPoint& place) {
    const auto ids = selected();
    if (ids.isEmpty()) return;
    std::vector<const RunRow*> runs;
    for (const auto& id : ids)
        if (const auto* run = model_->find(id.toStdString())) runs.push_back(run);
    const auto any = [&](auto fits) {
        return std::any_of(runs.begin(), runs.end(), [&](auto* run) { return fits(*run); });
    };
    auto* menu = new QMenu(this);
    menu->setObjectName("run_menu");
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setToolTipsVisible(true);
    add_sweep_actions(*menu, place);
    auto* open = menu->addAction(tr("&Open"), this, [this, ids] { Q_EMIT activated(ids.front()); });
    open->setShortcut(Qt::Key_Return);
    auto* log = menu->addAction(tr("Show &log"), this, [this, ids] { Q_EMIT log_wanted(ids.front()); });
    log->setObjectName("action:log");
    log->setEnabled(ids.size() == 1 && any([](const RunRow& run) { return !run.began.empty(); }));
    auto* compare = menu->addAction(tr("&Compare"), this, [this, ids] {
        Q_EMIT command_requested("run.compare", {{"runs", ids}});
    });
    compare->setObjectName("action:run.compare");
    compare->setEnabled(ids.size() > 1);
    const bool is_baseline = ids.size() == 1 && ids.front() == baseline();
    auto* pin = menu->addAction(is_baseline ? tr("Take the &baseline away") : tr("Make it the &baseline"), this,
                                [this, ids, is_baseline] {
                                    if (is_baseline)
                                        Q_EMIT command_requested("run.no_baseline", {});
                                    else
                                        Q_EMIT command_requested("run.baseline", {{"run", ids.front()}});
                                });
    pin->setObjectName("action:baseline");
    pin->setEnabled(ids.size() == 1);
    menu->addSeparator();
    add_command(*menu, tr("&Duplicate with changes"), "run.duplicate", "Ctrl+D");
    auto* stop = add_command(*menu, tr("&Stop"), "run.stop");
    stop->setEnabled(stop->isEnabled() && any(can_stop));
    auto* resume = add_command(*menu, tr("&Resume"), "run.resume");
    resume->setEnabled(resume->isEnabled() && any(can_resume));
    menu->addSeparator();
    menu->addAction(tr("Rena&me"), this, &RunTable::rename)->setShortcut(Qt::Key_F2);
    menu->addAction(tr("&Note..."), this, &RunTable::edit_note)->setObjectName("action:note");
    menu->addAction(tr("Star"), this, [this, ids] { toggle_star(ids); })->setObjectName("action:star");
    add_tags_menu(*menu);
    menu->addSeparator();
    menu->addAction(tr("Copy as &Python"), this, &RunTable::copy_python)->setObjectName("action:copy_python");
    menu->addAction(tr("Copy id"), this, &RunTable::copy_ids)->setShortcut(QKeySequence::Copy);
    auto* report = menu->addAction(tr("Export &report..."), this, [this, ids] {
        Q_EMIT command_requested("project.export_report", {{"runs", ids.join(u' ')}});
    });
    report->setObjectName("action:project.export_report");
    menu->addSeparator();
    auto* artifacts = add_command(*menu, tr("Remove &artifacts only"), "run.remove_artifacts");
    artifacts->setEnabled(artifacts->isEnabled() && any([](const RunRow& run) { return !run.artifacts.empty(); }));
    if (any([](const RunRow& run) { return run.artifacts_removed; }))
        add_command(*menu, tr("Bring the artifacts &back"), "run.restore_artifacts");
    add_command(*menu, tr("Remo&ve"), "run.remove", "Del");
    menu->popup(view_->viewport()->mapToGlobal(place));
}

// The columns that are shown, of the runs that are found, in their order.
QString RunTable::table_text(TableFormat format) const {
    std::vector<RunRow> runs;
    for (const auto& id : model_->ids())
        if (const auto* run = model_->find(id.toStdString())) runs.push_back(*run);
    RunTableOptions how;
    for (const auto& column : model_->columns())
        if (column.kind != ColumnKind::star) how.columns.push_back(column.key());
    return QString::fromStdString(text_of(runs_table(runs, how), format));
}

void RunTable::add_table_actions(QMenu& menu) {
    const auto copy = [this](TableFormat format) {
        return [this, format] { QApplication::clipboard()->setText(table_text(format)); };
    };
    menu.addAction(tr("Copy table as CSV"), this, copy(TableFormat::csv))->setObjectName("action:copy_table_csv");
    menu.addAction(tr("Copy table as Markdown"), this, copy(TableFormat::markdown))
        ->setObjectName("action:copy_table_markdown");
    menu.addAction(tr("Copy table as JSON"), this, copy(TableFormat::json))->setObjectName("action:copy_table_json");
    menu.addAction(tr("Export table..."), this, &RunTable::export_table)->setObjectName("action:export_table");
}

void RunTable::export_table() {
    QStringList columns;
    for (const auto& column : model_->columns())
        if (column.kind != ColumnKind::star) columns << QString::fromStdString(column.key());
    // The ids say the order too.
    Q_EMIT command_requested("project.export_table",
                             {{"runs", model_->ids().join(u' ')}, {"columns", columns.join(u',')}});
}

void RunTable::show_header_menu(const QPoint& place) {
    auto* menu = new QMenu(this);
    menu->setObjectName("column_menu");
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const int section = view_->horizontalHeader()->logicalIndexAt(place);
    if (section >= 0 && section < model_->columnCount()) {
        const Column column = model_->columns()[static_cast<std::size_t>(section)];
        menu->addAction(tr("Sort upwards"), this,
                        [this, column] { keep_place([&] { model_->sort_by(column, Qt::AscendingOrder); }); });
        menu->addAction(tr("Sort downwards"), this,
                        [this, column] { keep_place([&] { model_->sort_by(column, Qt::DescendingOrder); }); });
        menu->addAction(tr("Hide %1").arg(title_of(column)), this,
                        [this, column] { keep_place([&] { model_->choose_column(column, false); }); })
            ->setObjectName("action:hide");
        menu->addSeparator();
    }
    const auto choose = [this](bool only) { keep_place([&] { model_->set_only_differing(only); }); };
    menu->addAction(tr("Only what differs"), this, [choose] { choose(true); });
    menu->addAction(tr("All columns"), this, [choose] { choose(false); });
    menu->addAction(tr("Widths as needed"), this, [this] {
        widths_.clear();
        fitted_.clear();
        fit_columns();
    });
    menu->addSeparator();
    add_table_actions(*menu);
    menu->addSeparator();
    QMenu* parameters = menu->addMenu(tr("Parameters"));
    QMenu* metrics = menu->addMenu(tr("Metrics"));
    for (const auto& column : model_->possible_columns()) {
        QMenu* home = column.kind == ColumnKind::parameter ? parameters
                      : column.kind == ColumnKind::metric  ? metrics
                                                           : menu;
        auto* action = home->addAction(column.kind == ColumnKind::star ? tr("star") : title_of(column));
        action->setObjectName("column:" + QString::fromStdString(column.key()));
        action->setCheckable(true);
        const auto& shown = model_->columns();
        action->setChecked(std::find(shown.begin(), shown.end(), column) != shown.end());
        action->setEnabled(column.kind != ColumnKind::run);
        connect(action, &QAction::toggled, this,
                [this, column](bool on) { keep_place([&] { model_->choose_column(column, on); }); });
    }
    parameters->setEnabled(!parameters->isEmpty());
    metrics->setEnabled(!metrics->isEmpty());
    menu->popup(view_->horizontalHeader()->mapToGlobal(place));
}

} // namespace orrery::gui
