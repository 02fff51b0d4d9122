// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/compare/compare_view.h"

#include "views/compare/parallel_coordinates.h"
#include "views/runs/run_columns.h"
#include "views/runs/run_words.h"

#include <QApplication>
#include <QClipboard>
#include <QEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QScrollArea>
#include <QScrollBar>
#include <QSplitter>
#include <QTabWidget>
#include <QTableWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <set>

namespace orrery::gui {
namespace {

constexpr std::size_t most_columns = 24; // runs in the tables: more can't be read
constexpr int least_rows = 4;            // of the tables in sight

QString words_of(const nlohmann::json& value) {
    if (value.is_null()) return QStringLiteral("\u2013");
    if (value.is_string()) return QString::fromStdString(value.get<std::string>());
    if (value.is_number_float()) return text_of_number(value.get<double>());
    return QString::fromStdString(value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

QTableWidgetItem* cell(const QString& text, bool number = false) {
    auto* item = new QTableWidgetItem(text.section(u'\n', 0, 0));
    item->setToolTip(text);
    item->setTextAlignment(number ? Qt::AlignRight | Qt::AlignVCenter : Qt::AlignLeft | Qt::AlignVCenter);
    return item;
}

// Of a hash or a path the beginning; the tooltip and what is copied are whole.
QTableWidgetItem* short_cell(const QString& text) {
    constexpr qsizetype longest = 12;
    auto* item = cell(text);
    if (item->text().size() > longest + 1) item->setText(item->text().left(longest) + QStringLiteral("\u2026"));
    return item;
}

} // namespace

CompareView::CompareView(QWidget* parent) : QWidget(parent) {
    setObjectName("compare_view");
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    splitter_ = new QSplitter(Qt::Vertical, this);
    splitter_->setChildrenCollapsible(false);
    axes_page_ = new QWidget(splitter_);
    auto* above = axes_page_;
    auto* above_column = new QVBoxLayout(above);
    above_column->setContentsMargins(4, 4, 4, 0);
    auto* bar = new QHBoxLayout;
    state_ = new QLabel(above);
    state_->setObjectName("compare_state");
    clear_ = new QToolButton(above);
    clear_->setObjectName("clear_brushes");
    clear_->setText(tr("Clear brushes"));
    clear_->setToolTip(tr("Take all brushes away: every run counts again (Escape)"));
    clear_->setAccessibleName(clear_->text());
    bar->addWidget(state_, 1);
    bar->addWidget(clear_);
    above_column->addLayout(bar);
    coordinates_ = new ParallelCoordinates;
    auto* scroll = new QScrollArea(above);
    scroll->setObjectName("compare_scroll");
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidgetResizable(true);
    scroll->setWidget(coordinates_);
    scroll->setMinimumHeight(coordinates_->minimumSizeHint().height());
    above_column->addWidget(scroll, 1);
    connect(coordinates_, &ParallelCoordinates::axis_chosen, scroll,
            [scroll](int x) { scroll->ensureVisible(x, 0, 60, 0); });
    tabs_ = new QTabWidget(splitter_);
    tabs_->setObjectName("compare_tabs");
    tabs_->setAccessibleName(tr("Tables of the comparison"));
    tabs_->tabBar()->setAccessibleName(tabs_->accessibleName());
    tabs_->setToolTip(tr("Metrics side by side, or what differs in how the runs were made"));
    metrics_ = make_table("compare_metrics", tr("Metrics of the compared runs"));
    made_ = make_table("compare_made", tr("What differs in how the runs were made"));
    tabs_->addTab(metrics_, tr("&Metrics"));
    tabs_->addTab(made_, tr("&Differences"));
    hint_ = new QLabel(tr("Select two or more runs in the table to compare them."), splitter_);
    hint_->setObjectName("compare_hint");
    hint_->setAlignment(Qt::AlignCenter);
    hint_->setWordWrap(true);
    column->addWidget(splitter_);
    connect(clear_, &QToolButton::clicked, coordinates_, &ParallelCoordinates::clear_brushes);
    connect(coordinates_, &ParallelCoordinates::brushed_changed, this, [this](const QStringList& ids) {
        state_->setText(coordinates_->has_brush() ? tr("%1 of %2 runs brushed").arg(ids.size()).arg(shown_.size())
                                                  : tr("%1 runs").arg(shown_.size()));
        clear_->setVisible(coordinates_->has_brush());
        Q_EMIT brushed(ids);
    });
    clear_->hide();
    fill();
}

CompareView::~CompareView() = default;

QTableWidget* CompareView::make_table(const QString& name, const QString& accessible) {
    auto* table = new QTableWidget(this);
    table->setObjectName(name);
    table->setAccessibleName(accessible);
    table->setToolTip(accessible);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setSelectionMode(QAbstractItemView::ContiguousSelection);
    table->setAlternatingRowColors(true);
    table->setShowGrid(false);
    table->setWordWrap(false);
    table->setTabKeyNavigation(false);
    table->setCornerButtonEnabled(false);
    table->verticalHeader()->setDefaultSectionSize(table->fontMetrics().height() + 8);
    table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    table->verticalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    table->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(table, &QWidget::customContextMenuRequested, this, [this, table](const QPoint& place) {
        auto* menu = new QMenu(table);
        menu->setAttribute(Qt::WA_DeleteOnClose);
        menu->addAction(tr("Copy table as CSV"), this, [this, table] { copy_table(*table); });
        menu->popup(table->viewport()->mapToGlobal(place));
    });
    return table;
}

void CompareView::copy_table(const QTableWidget& table) const {
    const auto quoted = [](QString text) { return "\"" + text.replace(u'"', QStringLiteral("\"\"")) + "\""; };
    QStringList lines;
    QStringList head{quoted(tr("name"))};
    for (int c = 0; c < table.columnCount(); ++c) head << quoted(table.horizontalHeaderItem(c)->text());
    lines << head.join(u',');
    for (int r = 0; r < table.rowCount(); ++r) {
        QStringList line{quoted(table.verticalHeaderItem(r)->text())};
        for (int c = 0; c < table.columnCount(); ++c)
            line << (table.item(r, c) ? quoted(table.item(r, c)->toolTip()) : QString());
        lines << line.join(u',');
    }
    QApplication::clipboard()->setText(lines.join(u'\n') + u'\n');
}

void CompareView::set_comparison(std::shared_ptr<const Comparison> comparison) {
    comparison_ = std::move(comparison);
    fill();
}

void CompareView::set_colours(std::function<QColor(const QString& run)> colour_of) {
    coordinates_->set_colours(std::move(colour_of));
}

void CompareView::clear_brushes() { coordinates_->clear_brushes(); }

void CompareView::set_runs(RunSnapshot all, const QStringList& ids) {
    store_.set(std::move(all));
    shown_.clear();
    for (const auto& id : ids)
        if (const auto run = store_.find(id.toStdString())) shown_.push_back(*run);
    coordinates_->set_runs(store_, shown_);
    fill();
}

// A heading that says what tells the run from the others: its name, its experiment, its parameters. The tooltip holds
// its id too.
QTableWidgetItem* CompareView::run_heading(const std::string& id) const {
    const auto run = store_.find(id);
    const auto whole = QString::fromStdString(id);
    if (!run) return new QTableWidgetItem(whole);
    QStringList lines;
    const auto& row = store_.runs()[*run];
    if (!row.name.empty()) lines << QString::fromStdString(row.name);
    for (const auto& column : columns_that_differ(store_, shown_)) {
        const auto value = store_.cell(column, *run);
        if (column.kind == ColumnKind::experiment) lines << QString::fromStdString(row.experiment);
        if (column.kind == ColumnKind::parameter && value.kind != Cell::Kind::none)
            lines << QString::fromStdString(column.name) + QLatin1Char('=') + text_of_cell(value);
    }
    const auto tip = QStringLiteral("%1\n%2").arg(whole, lines.join(u'\n'));
    constexpr qsizetype most_lines = 4, longest = 22;
    if (lines.isEmpty()) lines << whole;
    if (lines.size() > most_lines) lines = lines.mid(0, most_lines - 1) << QStringLiteral("\u2026");
    for (auto& line : lines)
        if (line.size() > longest) line = line.left(longest - 1) + QStringLiteral("\u2026");
    auto* item = new QTableWidgetItem(lines.join(u'\n'));
    item->setToolTip(tip);
    return item;
}

// Where both can't stand below each other, the coordinates are the first of the tabs.
void CompareView::arrange() {
    const int table = tabs_->tabBar()->sizeHint().height() + metrics_->horizontalHeader()->sizeHint().height() +
                      least_rows * metrics_->verticalHeader()->defaultSectionSize() +
                      metrics_->horizontalScrollBar()->sizeHint().height() + 4;
    const int needed = axes_page_->minimumSizeHint().height() + splitter_->handleWidth() + table;
    const bool is_low = height() < needed;
    tabs_->setMinimumHeight(is_low ? 0 : table);
    if (is_low == (axes_page_->parentWidget() != splitter_)) return;
    if (is_low) {
        tabs_->insertTab(0, axes_page_, tr("&Axes"));
        tabs_->setCurrentIndex(0);
    } else {
        splitter_->insertWidget(0, axes_page_); // out of the tabs
        axes_page_->setVisible(shown_.size() > 1);
    }
}

void CompareView::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    arrange();
}

void CompareView::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && coordinates_) fill(); // cells have colours of their own
}

void CompareView::fill() {
    const bool any = shown_.size() > 1;
    hint_->setVisible(!any);
    tabs_->setVisible(any);
    if (axes_page_->parentWidget() == splitter_) axes_page_->setVisible(any);
    state_->setText(coordinates_->has_brush()
                        ? tr("%1 of %2 runs brushed").arg(coordinates_->brushed().size()).arg(shown_.size())
                        : tr("%1 runs").arg(shown_.size()));
    clear_->setVisible(coordinates_->has_brush());
    fill_metrics();
    fill_differences();
    arrange(); // the headings have other heights
}

// Headings stand where a kind of difference begins.
void CompareView::fill_differences() {
    made_->clear();
    made_->clearSpans();
    made_->setRowCount(0);
    made_->setColumnCount(0);
    if (!comparison_) return;
    const auto& found = comparison_->differences;
    const auto runs = std::min(found.runs.size(), most_columns);
    made_->setColumnCount(static_cast<int>(runs));
    for (std::size_t i = 0; i < runs; ++i)
        made_->setHorizontalHeaderItem(static_cast<int>(i), run_heading(found.runs[i]));
    const std::pair<QString, const std::vector<Difference>*> parts[] = {{tr("Parameters"), &found.parameters},
                                                                        {tr("Settings"), &found.settings},
                                                                        {tr("Code"), &found.code},
                                                                        {tr("Environment"), &found.environment},
                                                                        {tr("Inputs"), &found.inputs},
                                                                        {tr("Artifacts"), &found.artifacts}};
    for (const auto& [title, lines] : parts) {
        const bool always = lines == &found.parameters || lines == &found.code || lines == &found.environment;
        if (lines->empty() && !always) continue;
        int row = made_->rowCount();
        made_->insertRow(row);
        if (lines->empty()) {
            auto* same = cell(tr("the same in all"));
            same->setForeground(made_->palette().brush(QPalette::PlaceholderText));
            made_->setItem(row, 0, same);
            if (runs > 1) made_->setSpan(row, 0, 1, static_cast<int>(runs));
        }
        auto* heading = new QTableWidgetItem(title);
        auto bold = made_->font();
        bold.setBold(true);
        heading->setFont(bold);
        made_->setVerticalHeaderItem(row, heading);
        for (const auto& line : *lines) {
            row = made_->rowCount();
            made_->insertRow(row);
            made_->setVerticalHeaderItem(row, new QTableWidgetItem("  " + QString::fromStdString(line.name)));
            for (std::size_t i = 0; i < runs && i < line.values.size(); ++i)
                made_->setItem(row, static_cast<int>(i), short_cell(words_of(line.values[i])));
        }
    }
    made_->resizeColumnsToContents();
}

bool CompareView::lower_is_better(const std::string& key, bool& declared) const {
    declared = false;
    if (!comparison_) return false;
    for (const auto& [experiment, declaration] : comparison_->declarations)
        if (const auto* metric = declaration.find_metric(key)) {
            declared = !metric->timing;
            return metric->lower_is_better;
        }
    return false;
}

void CompareView::fill_metrics() {
    metrics_->clear();
    metrics_->setRowCount(0);
    const auto runs = std::min(shown_.size(), most_columns);
    metrics_->setColumnCount(static_cast<int>(runs) + 1);
    metrics_->setHorizontalHeaderItem(0, new QTableWidgetItem(tr("best")));
    for (std::size_t i = 0; i < runs; ++i)
        metrics_->setHorizontalHeaderItem(static_cast<int>(i) + 1, run_heading(store_.runs()[shown_[i]].id));
    const bool dark = palette().color(QPalette::Base).lightness() < 128;
    for (const auto& [key, cells] : store_.metrics()) {
        std::vector<std::optional<double>> values;
        for (std::size_t i = 0; i < runs; ++i) {
            const Cell& value = cells[shown_[i]];
            values.push_back(value.kind == Cell::Kind::none ? std::nullopt : std::optional(value.number));
        }
        if (std::none_of(values.begin(), values.end(), [](const auto& value) { return value.has_value(); })) continue;
        bool declared = false;
        const bool lower = lower_is_better(key, declared);
        const auto best = declared ? best_of(values, lower) : std::vector<std::size_t>{};
        const int row = metrics_->rowCount();
        metrics_->insertRow(row);
        metrics_->setVerticalHeaderItem(row, new QTableWidgetItem(QString::fromStdString(key)));
        metrics_->setItem(row, 0, cell(!declared ? QString() : lower ? tr("lowest") : tr("highest")));
        for (std::size_t i = 0; i < runs; ++i) {
            if (!values[i]) continue;
            const bool is_best = std::find(best.begin(), best.end(), i) != best.end();
            auto* item = cell(text_of_number(*values[i]) + (is_best ? QStringLiteral(" \u2714") : QString()), true);
            item->setToolTip(QString::number(*values[i], 'g', QLocale::FloatingPointShortest));
            if (is_best) {
                auto bold = metrics_->font();
                bold.setBold(true);
                item->setFont(bold);
                item->setForeground(dark ? QColor(0x8f, 0xd6, 0x9b) : QColor(0x1b, 0x6e, 0x2e));
                item->setData(Qt::AccessibleTextRole, tr("%1, the best").arg(text_of_number(*values[i])));
            }
            metrics_->setItem(row, static_cast<int>(i) + 1, item);
        }
    }
    metrics_->resizeColumnsToContents();
}

} // namespace orrery::gui
