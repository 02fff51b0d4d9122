// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/runs/run_table.h"

#include "views/runs/filter_edit.h"
#include "views/runs/log_search.h"
#include "views/runs/run_delegate.h"
#include "views/runs/run_model.h"
#include "views/runs/run_words.h"

#include <QApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QKeyEvent>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QScrollBar>
#include <QSet>
#include <QStackedWidget>
#include <QTableView>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace orrery::gui {

// What a person looks at, told by runs and columns, not by numbers of rows.
struct RunTable::Place {
    QStringList selected;      // runs
    QStringList selected_rows; // rows: runs and sweeps
    QString current, top;
    std::string current_column;
    int offset = 0; // of the scroll bar from the top row's
    int column_scroll = 0;
    bool at_top = true;
};

RunTable::RunTable(QWidget* parent) : QWidget(parent), model_(new RunModel(this)) {
    setObjectName("run_table");
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(3);
    build_bar();
    stack_ = new QStackedWidget(this);
    column->addWidget(stack_, 1);
    build_table();
    build_hint();
    connect_model();
    waiting_ = new QTimer(this);
    waiting_->setInterval(50);
    connect(waiting_, &QTimer::timeout, this, &RunTable::apply_runs);
    logs_ = new LogSearch(this);
    connect(logs_, &LogSearch::found_changed, this, [this] { keep_place([&] { model_->set_logs(logs_->found()); }); });
    log_timer_ = new QTimer(this);
    log_timer_->setSingleShot(true);
    log_timer_->setInterval(2000);
    connect(log_timer_, &QTimer::timeout, logs_, &LogSearch::look_again);
    setTabOrder(filter_, differing_);
    setTabOrder(differing_, grouping_);
    setTabOrder(grouping_, view_);
    setFocusProxy(view_);
    show_state();
}

RunTable::~RunTable() = default;

void RunTable::build_bar() {
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(4, 4, 4, 0);
    filter_ = new FilterEdit(this);
    filter_->setObjectName("run_filter");
    filter_->setClearButtonEnabled(true);
    filter_->setPlaceholderText(tr("kappa<0.1  error/l2<1e-3  status:done  tag:paper  words"));
    filter_->setAccessibleName(tr("Filter of the runs"));
    filter_->setToolTip(tr("<p>Terms that must all hold: <b>kappa&lt;0.1</b>, <b>status:done,failed</b>, "
                           "<b>tag:paper</b>, <b>-tag:old</b>, words of id, name, note, experiment, "
                           "parameters or log; <b>log:word</b> of the log alone.<br>"
                           "Ctrl+Space shows what can stand there.</p>"));
    filter_->set_suggestions([this](const QString& term) {
        QStringList list;
        for (const auto& words : filter_suggestions(term.toStdString(), model_->store()))
            list << QString::fromStdString(words);
        return list;
    });
    auto* label = new QLabel(tr("F&ilter"), this);
    label->setBuddy(filter_);
    differing_ = new QToolButton(this);
    differing_->setObjectName("only_differing");
    differing_->setText(tr("Only what differs"));
    differing_->setCheckable(true);
    if (logs_ && logs_->is_busy()) count_->setText(count_->text() + tr(", reading logs\u2026"));
    differing_->setChecked(true);
    differing_->setToolTip(tr("Show the columns in which these runs differ, or all"));
    differing_->setAccessibleName(tr("Only columns in which the runs differ"));
    grouping_ = new QToolButton(this);
    grouping_->setObjectName("group_sweeps");
    grouping_->setText(tr("Group sweeps"));
    grouping_->setCheckable(true);
    grouping_->setChecked(true);
    grouping_->setToolTip(tr("Show the runs of a sweep in one line, which can be unfolded"));
    grouping_->setAccessibleName(tr("Runs of a sweep in one line"));
    clear_restriction_ = new QToolButton(this);
    clear_restriction_->setObjectName("clear_restriction");
    clear_restriction_->setText(tr("Brushed \u2715"));
    clear_restriction_->setToolTip(tr("Show the runs that were left out by the brush too"));
    clear_restriction_->setAccessibleName(clear_restriction_->toolTip());
    clear_restriction_->hide();
    count_ = new QLabel(this);
    count_->setObjectName("run_count");
    bar->addWidget(label);
    bar->addWidget(filter_, 1);
    bar->addWidget(clear_restriction_);
    bar->addWidget(differing_);
    bar->addWidget(grouping_);
    bar->addWidget(count_);
    static_cast<QVBoxLayout*>(layout())->addLayout(bar);
    problem_ = new QLabel(this);
    problem_->setObjectName("filter_problem");
    problem_->setWordWrap(true);
    problem_->setTextFormat(Qt::PlainText);
    problem_->setContentsMargins(6, 0, 6, 0);
    problem_->hide();
    layout()->addWidget(problem_);
    connect(filter_, &QLineEdit::textChanged, this, [this] { keep_place([this] { read_filter(); }); });
    connect(filter_, &FilterEdit::left, this, [this] {
        view_->setFocus();
        if (!view_->currentIndex().isValid() && model_->rowCount() > 0) view_->selectRow(0);
    });
    connect(differing_, &QToolButton::clicked, this,
            [this](bool only) { keep_place([&] { model_->set_only_differing(only); }); });
    connect(grouping_, &QToolButton::clicked, this, &RunTable::set_grouped);
    connect(clear_restriction_, &QToolButton::clicked, this, [this] {
        set_restriction(std::nullopt);
        Q_EMIT restriction_cleared();
    });
}

// What names a parameter or metric can be understood only when a run that has it is listed.
void RunTable::read_filter() {
    filter_problem_ = model_->set_filter(filter_->text());
    logs_->look_for(model_->run_filter().log_words());
}

void RunTable::build_table() {
    view_ = new QTableView(stack_);
    view_->setObjectName("runs");
    view_->setAccessibleName(tr("Runs"));
    view_->setToolTip(tr("Runs of this project: select some to see their metrics and fields, or to compare them"));
    view_->setModel(model_);
    view_->setItemDelegate(new RunDelegate(view_));
    view_->setSelectionBehavior(QAbstractItemView::SelectRows);
    view_->setSelectionMode(QAbstractItemView::ExtendedSelection);
    view_->setEditTriggers(QAbstractItemView::NoEditTriggers); // F2 and the menu say when
    view_->setAlternatingRowColors(true);
    view_->setShowGrid(false);
    view_->setWordWrap(false);
    view_->setTabKeyNavigation(false);
    view_->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    view_->setContextMenuPolicy(Qt::CustomContextMenu);
    view_->setCornerButtonEnabled(false);
    view_->verticalHeader()->hide();
    view_->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    view_->verticalHeader()->setDefaultSectionSize(view_->fontMetrics().height() + 8);
    auto* header = view_->horizontalHeader();
    header->setObjectName("run_columns");
    header->setAccessibleName(tr("Columns of the runs"));
    header->setContextMenuPolicy(Qt::CustomContextMenu);
    header->setHighlightSections(false);
    header->setSectionsClickable(true);
    header->setSortIndicatorShown(true);
    header->setMinimumSectionSize(24);
    header->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    stack_->addWidget(view_);
    view_->installEventFilter(this);
    connect(header, &QHeaderView::sectionClicked, this, &RunTable::clicked_header);
    connect(header, &QHeaderView::sectionResized, this, [this](int section, int, int width) {
        if (!fitting_ && section < model_->columnCount())
            widths_[QString::fromStdString(model_->columns()[static_cast<std::size_t>(section)].key())] = width;
    });
    connect(header, &QWidget::customContextMenuRequested, this, &RunTable::show_header_menu);
    connect(view_, &QWidget::customContextMenuRequested, this, &RunTable::show_menu);
    connect(view_, &QTableView::doubleClicked, this, [this](const QModelIndex& index) {
        const auto kind = model_->columns()[static_cast<std::size_t>(index.column())].kind;
        if (const auto* group = model_->group(index.row())) {
            if (kind != ColumnKind::run) set_folded(*group, group->expanded); // there each click has done it
        } else if (kind != ColumnKind::star)
            Q_EMIT activated(index.data(RunModel::id_role).toString());
    });
    connect(view_, &QTableView::clicked, this, [this](const QModelIndex& index) {
        const auto kind = model_->columns()[static_cast<std::size_t>(index.column())].kind;
        if (const auto* group = model_->group(index.row())) {
            if (kind == ColumnKind::run && QApplication::keyboardModifiers() == Qt::NoModifier)
                set_folded(*group, group->expanded);
        } else if (kind == ColumnKind::star)
            toggle_star({index.data(RunModel::id_role).toString()});
    });
    connect(view_->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] {
        if (!restoring_) filtered_away_.clear(); // another choice was made
        tell_selection();
    });
}

void RunTable::build_hint() {
    auto* page = new QWidget(stack_);
    auto* column = new QVBoxLayout(page);
    hint_ = new QLabel(page);
    hint_->setObjectName("run_hint");
    hint_->setAlignment(Qt::AlignCenter);
    hint_->setWordWrap(true);
    clear_filter_ = new QPushButton(tr("Show all runs"), page);
    clear_filter_->setObjectName("clear_filter");
    clear_filter_->setToolTip(tr("Clear the filter and the brush"));
    column->addStretch(1);
    column->addWidget(hint_);
    column->addWidget(clear_filter_, 0, Qt::AlignCenter);
    column->addStretch(1);
    stack_->addWidget(page);
    connect(clear_filter_, &QPushButton::clicked, this, [this] {
        set_restriction(std::nullopt);
        filter_->clear();
        filter_->setFocus();
        Q_EMIT restriction_cleared();
    });
}

void RunTable::connect_model() {
    connect(model_, &RunModel::modelReset, this, &RunTable::fit_columns);
    connect(model_, &RunModel::edited, this, [this](const QString& id, const QString& command, const QString& text) {
        Q_EMIT command_requested(command,
                                 {{"run", id}, {command == QStringLiteral("run.rename") ? "name" : "text", text}});
    });
}

bool RunTable::is_busy() const {
    const bool selecting = (QApplication::mouseButtons() & Qt::LeftButton) && view_->underMouse();
    return selecting || view_->isPersistentEditorOpen(view_->currentIndex());
}

void RunTable::set_runs(RunSnapshot runs) {
    pending_ = std::move(runs);
    apply_runs();
}

void RunTable::apply_runs() {
    if (!pending_) return waiting_->stop();
    if (is_busy()) return waiting_->start();
    waiting_->stop();
    auto runs = std::exchange(pending_, nullptr);
    keep_place([&] {
        model_->set_runs(std::move(runs));
        if (!filter_problem_.isEmpty()) read_filter();
    });
    if (!log_timer_->isActive()) log_timer_->start();
}

void RunTable::set_log_folder(const QString& folder) { logs_->set_folder(folder); }

RunTable::Place RunTable::place() const {
    Place place;
    place.selected = selected();
    for (const int row : selected_rows())
        place.selected_rows << model_->index(row, 0).data(RunModel::id_role).toString();
    const auto current = view_->currentIndex();
    if (current.isValid()) {
        place.current = current.data(RunModel::id_role).toString();
        place.current_column = model_->columns()[static_cast<std::size_t>(current.column())].key();
    }
    auto* bar = view_->verticalScrollBar();
    place.at_top = bar->value() == bar->minimum();
    if (const int top = view_->rowAt(0); top >= 0) place.top = model_->index(top, 0).data(RunModel::id_role).toString();
    place.column_scroll = view_->horizontalScrollBar()->value();
    return place;
}

void RunTable::restore(const Place& place) {
    auto* selection = view_->selectionModel();
    std::vector<int> rows;
    for (const auto& id : place.selected_rows)
        if (const auto row = model_->row_of(id.toStdString())) rows.push_back(*row);
    const QSet<QString> whole(place.selected_rows.begin(), place.selected_rows.end());
    for (const auto& id : place.selected) { // those whose sweep isn't selected as a whole
        const auto* group = model_->group_of(id.toStdString());
        if (group && whole.contains(QString::fromStdString(RunModel::row_id(*group)))) continue;
        if (const auto row = model_->row_of(id.toStdString())) rows.push_back(*row);
    }
    std::sort(rows.begin(), rows.end());
    rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
    QItemSelection ranges;
    const int last = std::max(0, model_->columnCount() - 1);
    for (std::size_t i = 0; i < rows.size();) {
        std::size_t end = i + 1;
        while (end < rows.size() && rows[end] == rows[end - 1] + 1) ++end;
        ranges.append(QItemSelectionRange(model_->index(rows[i], 0), model_->index(rows[end - 1], last)));
        i = end;
    }
    if (const auto row = model_->row_of(place.current.toStdString())) {
        int column = 0;
        for (std::size_t i = 0; i < model_->columns().size(); ++i)
            if (model_->columns()[i].key() == place.current_column) column = static_cast<int>(i);
        selection->setCurrentIndex(model_->index(*row, column), QItemSelectionModel::NoUpdate);
    }
    selection->select(ranges, QItemSelectionModel::ClearAndSelect);
    auto* bar = view_->verticalScrollBar();
    view_->horizontalScrollBar()->setValue(place.column_scroll);
    if (place.at_top)
        bar->setValue(bar->minimum()); // whoever looks at the top wants to see what is new
    else if (const auto row = model_->row_of(place.top.toStdString()))
        view_->scrollTo(model_->index(*row, 0), QAbstractItemView::PositionAtTop);
}

void RunTable::keep_place(const std::function<void()>& change) {
    Place before = place();
    before.selected += filtered_away_;
    bool reset = false;
    const auto connection = connect(model_, &RunModel::reshaped, this, [&reset] { reset = true; });
    restoring_ = true;
    change();
    disconnect(connection);
    if (reset) restore(before);
    restoring_ = false;
    // What the filter hides is selected again when it is shown.
    const auto shown = selected();
    filtered_away_ = before.selected;
    filtered_away_.removeIf([&](const QString& id) { return shown.contains(id) || !model_->find(id.toStdString()); });
    show_sorting();
    show_state();
    tell_selection();
    if (!reset) return;
    auto ids = model_->ids();
    if (ids == told_visible_) return;
    told_visible_ = std::move(ids);
    Q_EMIT visible_changed(told_visible_);
}

void RunTable::show_state() {
    const auto known = model_->known_runs();
    const int shown = model_->found_count();
    const QLocale locale;
    if (static_cast<std::size_t>(shown) == known)
        count_->setText(shown == 1 ? tr("1 run") : tr("%1 runs").arg(locale.toString(shown)));
    else
        count_->setText(tr("%1 of %2").arg(locale.toString(shown), locale.toString(static_cast<qulonglong>(known))));
    differing_->setChecked(model_->only_differing() && model_->choices().empty());
    grouping_->setChecked(model_->grouped());
    clear_restriction_->setVisible(restricted_);
    clear_filter_->setVisible(known > 0);
    hint_->setText(known > 0 && restricted_ && filter_->text().isEmpty()
                       ? tr("No run lies within the brushes of Compare: move them, or take them away.")
                   : known > 0
                       ? tr("No run fits the filter.")
                       : tr("No runs yet. Choose an experiment, set its parameters and press Run (Ctrl+Return)."));
    stack_->setCurrentIndex(shown > 0 ? 0 : 1);
    const QString problem = known > 0 ? filter_problem_ : QString();
    auto colours = palette();
    colours.setColor(QPalette::WindowText, colour_of(Status::failed, colours));
    problem_->setPalette(colours);
    problem_->setText(problem);
    problem_->setVisible(!problem.isEmpty());
    filter_->setAccessibleDescription(problem);
}

void RunTable::tell_selection() {
    if (restoring_) return;
    auto ids = selected();
    if (ids == told_selection_) return;
    told_selection_ = std::move(ids);
    Q_EMIT selection_changed(told_selection_);
}

// To the widest of the header and the rows at the top, unless a person made it otherwise.
void RunTable::fit_columns() {
    constexpr int sample = 40;  // rows
    constexpr int widest = 260; // pixels
    fitting_ = true;
    QStyleOptionViewItem option;
    option.initFrom(view_);
    option.font = view_->font();
    option.fontMetrics = view_->fontMetrics();
    auto* header = view_->horizontalHeader();
    for (int column = 0; column < model_->columnCount(); ++column) {
        const auto key = QString::fromStdString(model_->columns()[static_cast<std::size_t>(column)].key());
        const auto chosen = widths_.constFind(key);
        if (chosen != widths_.constEnd()) {
            view_->setColumnWidth(column, *chosen);
            continue;
        }
        const auto known = fitted_.constFind(key); // measured before: it would only make columns dance
        if (known != fitted_.constEnd()) {
            view_->setColumnWidth(column, *known);
            continue;
        }
        int width = header->sectionSizeHint(column);
        const int rows = std::min(model_->rowCount(), sample);
        if (model_->columns()[static_cast<std::size_t>(column)].kind == ColumnKind::status) // grows while runs go on
            width = std::max(width, option.fontMetrics.horizontalAdvance(tr("stopping 100 %")) + 16);
        for (int row = 0; row < rows; ++row)
            width = std::max(width, view_->itemDelegate()->sizeHint(option, model_->index(row, column)).width() + 8);
        width = std::min(width, widest);
        view_->setColumnWidth(column, width);
        if (rows > 0) fitted_[key] = width;
    }
    fitting_ = false;
}

void RunTable::show_sorting() {
    const auto& columns = model_->columns();
    const auto found = std::find(columns.begin(), columns.end(), model_->sorted_by());
    view_->horizontalHeader()->setSortIndicator(found == columns.end() ? -1 : static_cast<int>(found - columns.begin()),
                                                model_->sort_order());
}

// Up, then down, then as they were made.
void RunTable::clicked_header(int section) {
    const Column column = model_->columns()[static_cast<std::size_t>(section)];
    keep_place([&] {
        if (!(model_->sorted_by() == column))
            model_->sort_by(column, Qt::AscendingOrder);
        else if (model_->sort_order() == Qt::AscendingOrder)
            model_->sort_by(column, Qt::DescendingOrder);
        else
            model_->sort_by({ColumnKind::created, {}}, Qt::DescendingOrder);
    });
}

void RunTable::set_filter(const QString& text) { filter_->setText(text); }

QString RunTable::filter() const { return filter_->text(); }

std::vector<int> RunTable::selected_rows() const {
    std::vector<int> rows;
    for (const auto& range : view_->selectionModel()->selection())
        for (int row = range.top(); row <= range.bottom(); ++row)
            if (row < model_->rowCount()) rows.push_back(row);
    std::sort(rows.begin(), rows.end());
    rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
    return rows;
}

// Of a sweep that is selected all runs.
QStringList RunTable::selected() const {
    QStringList ids;
    QSet<QString> seen;
    for (const int row : selected_rows())
        for (const auto& id : model_->ids_at(row))
            if (const auto before = seen.size(); (seen.insert(id), seen.size() > before)) ids << id;
    return ids;
}

// A sweep of which all runs are wanted is selected as such; of another one that is folded the runs come to light.
void RunTable::select(const QStringList& ids) {
    filtered_away_.clear();
    Place wanted = place();
    wanted.selected = ids;
    wanted.selected_rows.clear();
    const QSet<QString> all(ids.begin(), ids.end());
    auto unfolded = model_->expanded();
    for (const auto& id : ids) {
        const auto* group = model_->group_of(id.toStdString());
        if (!group || group->expanded || unfolded.contains(group->sweep)) continue;
        const auto row_id = QString::fromStdString(RunModel::row_id(*group));
        if (wanted.selected_rows.contains(row_id)) continue;
        const auto inside = model_->ids_at(*model_->row_of(row_id.toStdString()));
        if (std::all_of(inside.begin(), inside.end(), [&](const QString& one) { return all.contains(one); }))
            wanted.selected_rows << row_id;
        else
            unfolded.insert(group->sweep);
    }
    const auto first = ids.isEmpty() ? QString() : ids.front();
    const auto* group_of_first = model_->group_of(first.toStdString());
    wanted.current =
        group_of_first && wanted.selected_rows.contains(QString::fromStdString(RunModel::row_id(*group_of_first)))
            ? QString::fromStdString(RunModel::row_id(*group_of_first))
            : first;
    restoring_ = true;
    model_->set_expanded(std::move(unfolded));
    restore(wanted);
    restoring_ = false;
    if (const auto row = model_->row_of(wanted.current.toStdString())) view_->scrollTo(model_->index(*row, 0));
    tell_selection();
}

void RunTable::set_grouped(bool grouped) {
    keep_place([&] { model_->set_grouped(grouped); });
}

void RunTable::set_lower_is_better(const LowerIsBetter& lower_is_better) {
    keep_place([&] { model_->set_lower_is_better(lower_is_better); });
}

void RunTable::set_baseline(const QString& id) {
    if (id.toStdString() == model_->baseline()) return;
    fitted_.clear(); // differences need room
    keep_place([&] { model_->set_baseline(id); });
    fit_columns();
    view_->viewport()->update();
    Q_EMIT baseline_changed(id);
}

QString RunTable::baseline() const { return QString::fromStdString(model_->baseline()); }

QStringList RunTable::visible() const { return model_->ids(); }

void RunTable::set_restriction(const std::optional<QStringList>& ids) {
    restricted_ = ids.has_value();
    std::optional<std::set<std::string>> wanted;
    if (ids) {
        wanted.emplace();
        for (const auto& id : *ids) wanted->insert(id.toStdString());
    }
    keep_place([&] { model_->set_restriction(std::move(wanted)); });
}

QByteArray RunTable::save_state() const {
    QJsonObject choices, widths;
    for (const auto& [key, shown] : model_->choices()) choices[QString::fromStdString(key)] = shown;
    for (auto width = widths_.constBegin(); width != widths_.constEnd(); ++width) widths[width.key()] = width.value();
    QJsonArray expanded;
    for (const auto& sweep : model_->expanded()) expanded.append(QString::fromStdString(sweep));
    const QJsonObject state{{"filter", filter_->text()},
                            {"grouped", model_->grouped()},
                            {"unfolded", expanded},
                            {"order", QString::fromStdString(model_->sorted_by().key())},
                            {"descending", model_->sort_order() == Qt::DescendingOrder},
                            {"only_differing", model_->only_differing()},
                            {"columns", choices},
                            {"widths", widths},
                            {"baseline", baseline()}};
    return QJsonDocument(state).toJson(QJsonDocument::Compact);
}

void RunTable::restore_state(const QByteArray& bytes) {
    const auto state = QJsonDocument::fromJson(bytes).object();
    if (state.isEmpty()) return;
    widths_.clear();
    const auto widths = state["widths"].toObject();
    for (auto width = widths.begin(); width != widths.end(); ++width)
        widths_[width.key()] = std::clamp(width.value().toInt(80), 24, 2000);
    std::map<std::string, bool> choices;
    const auto columns = state["columns"].toObject();
    for (auto column = columns.begin(); column != columns.end(); ++column)
        choices[column.key().toStdString()] = column.value().toBool();
    std::set<std::string> expanded;
    for (const auto sweep : state["unfolded"].toArray()) expanded.insert(sweep.toString().toStdString());
    keep_place([&] {
        model_->set_grouped(state["grouped"].toBool(true));
        model_->set_expanded(std::move(expanded));
        model_->set_only_differing(state["only_differing"].toBool(true));
        model_->set_choices(std::move(choices));
        if (const auto column = Column::from_key(state["order"].toString().toStdString()))
            model_->sort_by(*column, state["descending"].toBool() ? Qt::DescendingOrder : Qt::AscendingOrder);
    });
    set_baseline(state["baseline"].toString());
    set_filter(state["filter"].toString());
    fit_columns();
}

bool RunTable::eventFilter(QObject* watched, QEvent* event) {
    const bool is_key = event->type() == QEvent::KeyPress || event->type() == QEvent::ShortcutOverride;
    if (watched != view_ || !is_key || is_busy()) return QWidget::eventFilter(watched, event);
    const auto* key = static_cast<QKeyEvent*>(event);
    static const std::array<std::pair<int, Qt::KeyboardModifiers>, 7> own{{{Qt::Key_Delete, Qt::NoModifier},
                                                                           {Qt::Key_F2, Qt::NoModifier},
                                                                           {Qt::Key_D, Qt::ControlModifier},
                                                                           {Qt::Key_Return, Qt::NoModifier},
                                                                           {Qt::Key_Enter, Qt::NoModifier},
                                                                           {Qt::Key_C, Qt::ControlModifier},
                                                                           {Qt::Key_F, Qt::ControlModifier}}};
    const auto modifiers = key->modifiers() & ~Qt::KeypadModifier;
    const bool is_own = std::find(own.begin(), own.end(), std::pair{key->key(), modifiers}) != own.end() ||
                        (modifiers == Qt::NoModifier && is_fold_key(key->key(), view_->currentIndex()));
    if (!is_own) return QWidget::eventFilter(watched, event);
    event->accept(); // also of the question whether a shortcut of the window comes before
    return event->type() == QEvent::ShortcutOverride || take_key(key->key(), modifiers);
}

} // namespace orrery::gui
