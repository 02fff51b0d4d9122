// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/jobs/jobs_panel.h"

#include "core/platform/process_info.h"

#include <QFontDatabase>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace orrery::gui {

namespace {

constexpr double day = 86400;

class ProgressDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        const auto fraction = index.data(JobModel::progress_role);
        if (!fraction.isValid()) return QStyledItemDelegate::paint(painter, option, index);
        if (option.state & QStyle::State_Selected) painter->fillRect(option.rect, option.palette.highlight());
        auto bar = QRectF(option.rect).adjusted(4, 0, -4, 0);
        bar.setTop(bar.center().y() - 4);
        bar.setHeight(8);
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(Qt::NoPen);
        painter->setBrush(option.palette.mid());
        painter->drawRoundedRect(bar, 4, 4);
        bar.setWidth(std::max(8.0, bar.width() * std::clamp(fraction.toDouble(), 0.0, 1.0)));
        painter->setBrush(option.state & QStyle::State_Selected ? option.palette.highlightedText()
                                                                : option.palette.highlight());
        painter->drawRoundedRect(bar, 4, 4);
        painter->restore();
    }
};

QString duration_words(double seconds) {
    if (!(seconds >= 0) || seconds > 1e8) return {};
    const auto whole = static_cast<long long>(std::ceil(seconds));
    if (whole < 90) return JobsPanel::tr("%1 s").arg(whole);
    if (whole < 5400) return JobsPanel::tr("%1 min %2 s").arg(whole / 60).arg(whole % 60, 2, 10, QLatin1Char('0'));
    return JobsPanel::tr("%1 h %2 min").arg(whole / 3600).arg(whole % 3600 / 60, 2, 10, QLatin1Char('0'));
}

QString qstring(const std::string& text) { return QString::fromStdString(text); }

bool goes_on(const RunRow& row) {
    return row.status == Status::running || row.status == Status::stopping || row.status == Status::queued;
}

bool is_recent(const RunRow& row, double now) {
    const auto& when = row.ended.empty() ? (row.began.empty() ? row.created : row.began) : row.ended;
    return now - platform::seconds_of_utc(when) < day;
}

} // namespace

// --- the model ---

void JobModel::set_rows(std::vector<RunRow> rows) {
    const bool same =
        rows.size() == rows_.size() && std::equal(rows.begin(), rows.end(), rows_.begin(),
                                                  [](const RunRow& a, const RunRow& b) { return a.id == b.id; });
    if (same) { // selection and scroll place stay
        rows_ = std::move(rows);
        if (!rows_.empty()) Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columns - 1));
        return;
    }
    beginResetModel();
    rows_ = std::move(rows);
    endResetModel();
}

const RunRow* JobModel::row(int index) const {
    return index >= 0 && index < rowCount() ? &rows_[static_cast<std::size_t>(index)] : nullptr;
}

int JobModel::row_of(const QString& id) const {
    const auto wanted = id.toStdString();
    const auto found = std::find_if(rows_.begin(), rows_.end(), [&](const RunRow& row) { return row.id == wanted; });
    return found == rows_.end() ? -1 : static_cast<int>(found - rows_.begin());
}

int JobModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

int JobModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : columns; }

QVariant JobModel::data(const QModelIndex& index, int role) const {
    const auto* item = row(index.row());
    if (!item) return {};
    if (role == id_role) return qstring(item->id);
    const bool running = item->status == Status::running || item->status == Status::stopping;
    if (role == progress_role && index.column() == progress && running) return item->progress;
    if (role == Qt::ToolTipRole)
        return QStringLiteral("%1  %2\n%3")
            .arg(qstring(item->id), qstring(item->experiment), qstring(item->end ? item->end->error : item->doing));
    if (role != Qt::DisplayRole) return {};
    switch (index.column()) {
    case run:
        return qstring((item->name.empty() ? item->experiment : item->name) + "  " + item->id);
    case progress:
        return running ? QVariant() : QVariant(qstring(item->device));
    case left:
        if (item->status == Status::queued)
            return item->priority == 0 ? QString() : tr("priority %1").arg(item->priority);
        if (!running || item->progress <= 0) return QString();
        return duration_words(item->seconds * (1 - item->progress) / item->progress);
    case state:
        return item->status == Status::running && !item->doing.empty() ? qstring(item->doing)
                                                                       : QString::fromUtf8(name_of(item->status));
    default:
        return {};
    }
}

QVariant JobModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
    switch (section) {
    case run:
        return tr("Run");
    case progress:
        return tr("Progress");
    case left:
        return tr("Left");
    default:
        return tr("State");
    }
}

// --- the panel ---

JobsPanel::JobsPanel(QWidget* parent)
    : QWidget(parent), model_(new JobModel(this)), table_(new QTableView(this)), empty_(new QLabel(this)),
      hindrance_(new QLabel(this)), error_(new QLabel(this)), log_(new QPlainTextEdit(this)) {
    setObjectName(QStringLiteral("jobs"));
    table_->setObjectName(QStringLiteral("jobs_table"));
    table_->setModel(model_);
    table_->setItemDelegateForColumn(JobModel::progress, new ProgressDelegate(table_));
    table_->setSelectionBehavior(QAbstractItemView::SelectRows);
    table_->setSelectionMode(QAbstractItemView::SingleSelection);
    table_->setShowGrid(false);
    table_->setTabKeyNavigation(false);
    table_->setFrameShape(QFrame::NoFrame);
    table_->verticalHeader()->hide();
    table_->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 8);
    table_->horizontalHeader()->setSectionResizeMode(JobModel::run, QHeaderView::Stretch);
    table_->horizontalHeader()->setMinimumSectionSize(fontMetrics().averageCharWidth() * 7);
    table_->setColumnWidth(JobModel::progress, fontMetrics().averageCharWidth() * 9);
    table_->setColumnWidth(JobModel::left, fontMetrics().averageCharWidth() * 7);
    table_->setColumnWidth(JobModel::state, fontMetrics().averageCharWidth() * 8);
    table_->setAccessibleName(tr("Jobs"));
    table_->setToolTip(tr("Runs that go on or wait, and those that ended badly"));

    empty_->setText(tr("Nothing runs or waits. Choose an experiment and press Run (Ctrl+Return)."));
    empty_->setWordWrap(true);
    empty_->setAlignment(Qt::AlignCenter);
    empty_->setEnabled(false);
    empty_->setMargin(12);
    hindrance_->setObjectName(QStringLiteral("jobs_hindrance"));
    hindrance_->setWordWrap(true);
    hindrance_->setMargin(4);
    error_->setObjectName(QStringLiteral("jobs_error"));
    error_->setWordWrap(true);
    error_->setMargin(4);
    error_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    log_->setObjectName(QStringLiteral("jobs_log"));
    log_->setReadOnly(true);
    log_->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    log_->setAccessibleName(tr("End of the run's log"));
    log_->setToolTip(tr("What the run printed last"));
    log_->setMaximumHeight(fontMetrics().height() * 8);

    auto* buttons = new QHBoxLayout;
    buttons->setContentsMargins(4, 0, 4, 4);
    stop_ = add_button(QStringLiteral("run.stop"), tr("Stop"), tr("Ask the run to stop; it writes a checkpoint first"));
    kill_ = add_button(QStringLiteral("run.kill"), tr("Kill"), tr("End the run by force; what it wrote is kept"));
    resume_ = add_button(QStringLiteral("run.resume"), tr("Resume"),
                         tr("Go on from the last checkpoint, or begin a run that waits without anybody to start it"));
    sooner_ = add_button(QStringLiteral("sooner"), tr("Sooner"), tr("Give a queued run a higher priority"));
    later_ = add_button(QStringLiteral("later"), tr("Later"), tr("Give a queued run a lower priority"));
    for (auto* button : {stop_, kill_, resume_, sooner_, later_}) buttons->addWidget(button);
    buttons->addStretch();

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    layout->addWidget(empty_);
    layout->addWidget(table_, 1);
    layout->addWidget(hindrance_);
    layout->addWidget(error_);
    layout->addWidget(log_);
    layout->addLayout(buttons);
    connect(table_->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this] { show_details(); });
    connect(table_, &QTableView::activated, this, [this](const QModelIndex& index) {
        if (const auto* row = model_->row(index.row())) Q_EMIT activated(qstring(row->id));
    });
    setFocusProxy(table_);
    hindrance_->hide();
    show_details();
}

QPushButton* JobsPanel::add_button(const QString& name, const QString& text, const QString& tip) {
    auto* button = new QPushButton(text, this);
    button->setObjectName(QStringLiteral("jobs_") + name);
    button->setAccessibleName(text);
    button->setToolTip(tip);
    button->setMinimumWidth(fontMetrics().horizontalAdvance(text) + 16);
    connect(button, &QPushButton::clicked, this, [this, name] { ask(name); });
    return button;
}

void JobsPanel::ask(const QString& command) {
    const auto* row = model_->row(table_->currentIndex().row());
    if (!row) return;
    QVariantMap arguments{{QStringLiteral("run"), qstring(row->id)}};
    if (command == QStringLiteral("sooner") || command == QStringLiteral("later")) {
        const int step = command == QStringLiteral("sooner") ? 1 : -1;
        arguments.insert(QStringLiteral("priority"), std::clamp(row->priority + step, -1000, 1000));
        Q_EMIT command_requested(QStringLiteral("run.priority"), arguments);
        return;
    }
    Q_EMIT command_requested(command, arguments);
}

void JobsPanel::set_runs(const std::shared_ptr<const std::vector<RunRow>>& runs) {
    const double now = platform::seconds_of_utc(platform::utc_now());
    const auto was = selected();
    std::vector<RunRow> running, waiting, ended;
    for (const auto& row : *runs) {
        if (goes_on(row)) {
            seen_.insert(row.id);
            (row.status == Status::queued ? waiting : running).push_back(row);
        } else if (!row.removed && row.status != Status::done && (seen_.contains(row.id) || is_recent(row, now))) {
            ended.push_back(row);
        }
    }
    std::stable_sort(waiting.begin(), waiting.end(),
                     [](const RunRow& a, const RunRow& b) { return a.priority > b.priority; });
    for (auto& row : waiting) running.push_back(std::move(row));
    for (auto row = ended.rbegin(); row != ended.rend(); ++row) running.push_back(std::move(*row));
    model_->set_rows(std::move(running));
    if (const int row = model_->row_of(was); row >= 0 && row != table_->currentIndex().row())
        table_->setCurrentIndex(model_->index(row, 0));
    empty_->setVisible(model_->rowCount() == 0);
    table_->setVisible(model_->rowCount() > 0);
    show_details();
}

void JobsPanel::set_hindrance(const QString& sentence) {
    hindrance_->setText(sentence.isEmpty() ? QString() : tr("The next run %1.").arg(sentence));
    hindrance_->setVisible(!sentence.isEmpty());
}

void JobsPanel::set_log(const QString& run, const QString& text) {
    if (run != shown_) return;
    log_->setPlainText(text);
    log_->moveCursor(QTextCursor::End);
    log_->setVisible(!text.isEmpty());
}

void JobsPanel::select(const QString& run) {
    if (const int row = model_->row_of(run); row >= 0) table_->setCurrentIndex(model_->index(row, 0));
}

QString JobsPanel::selected() const {
    const auto* row = model_->row(table_->currentIndex().row());
    return row ? qstring(row->id) : QString();
}

void JobsPanel::show_details() {
    const auto* row = model_->row(table_->currentIndex().row());
    const auto status = row ? row->status : Status::done;
    stop_->setEnabled(row && goes_on(*row));
    kill_->setEnabled(row && (status == Status::running || status == Status::stopping));
    resume_->setEnabled(row && (status == Status::stopped || status == Status::failed || status == Status::lost ||
                                status == Status::queued));
    sooner_->setEnabled(status == Status::queued && row);
    later_->setEnabled(status == Status::queued && row);
    const auto id = row ? qstring(row->id) : QString();
    if (id == shown_ && status == shown_status_) return;
    shown_ = id;
    shown_status_ = status;
    QString words;
    if (status == Status::lost)
        words = tr("The run is lost: its process ended without a word. %1")
                    .arg(row->checkpoint ? tr("Resume goes on from its checkpoint.")
                                         : tr("What it wrote is kept; Resume begins it anew."));
    if (row && row->end && row->end->outcome != Outcome::done)
        words = qstring(row->end->error) +
                (row->end->hint.empty() ? QString() : tr("\nWhat to do: %1").arg(qstring(row->end->hint)));
    error_->setText(words);
    error_->setVisible(!words.isEmpty());
    log_->clear();
    log_->hide();
    if (!words.isEmpty()) Q_EMIT log_wanted(id);
}

} // namespace orrery::gui
