// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/jobs/jobs_panel.h"

#include "core/platform/process_info.h"
#include "views/jobs/run_log.h"
#include "views/runs/run_words.h"

#include <QFontDatabase>
#include <QHBoxLayout>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <map>

namespace orrery::gui {

namespace {

constexpr double day = 86400;
constexpr int bar_height = 5, margin = 6;
constexpr qsizetype most_of_log = 64 << 10; // characters below the list; a dialog shows more

// Two lines with a bar between them: title and what differs; progress; what is to be said.
class JobDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const override {
        return {160, 2 * option.fontMetrics.height() + bar_height + 2 * margin + 4};
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        const bool selected = option.state & QStyle::State_Selected;
        const auto ink = option.palette.color(selected ? QPalette::HighlightedText : QPalette::Text);
        const auto weak = selected ? ink : option.palette.color(QPalette::PlaceholderText);
        if (selected) painter->fillRect(option.rect, option.palette.highlight());
        const auto area = option.rect.adjusted(margin + 2, margin, -margin - 2, -margin);
        const int line = option.fontMetrics.height();
        painter->save();
        const auto title =
            option.fontMetrics.elidedText(index.data(Qt::DisplayRole).toString(), Qt::ElideRight, area.width());
        painter->setPen(ink);
        painter->drawText(QRect(area.topLeft(), QSize(area.width(), line)), Qt::AlignLeft | Qt::AlignVCenter, title);
        const int after = option.fontMetrics.horizontalAdvance(title + QStringLiteral("  "));
        painter->setPen(weak);
        painter->drawText(QRect(area.left() + after, area.top(), std::max(0, area.width() - after), line),
                          Qt::AlignLeft | Qt::AlignVCenter,
                          option.fontMetrics.elidedText(index.data(JobModel::differs_role).toString(), Qt::ElideRight,
                                                        std::max(0, area.width() - after)));
        const auto status = static_cast<Status>(index.data(JobModel::status_role).toInt());
        const bool ended = status != Status::running && status != Status::stopping && status != Status::queued;
        auto bar = QRectF(area.left(), area.top() + line + 2, area.width(), bar_height);
        const auto colour = colour_of(status, option.palette);
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(Qt::NoPen);
        painter->setBrush(option.palette.mid());
        painter->drawRoundedRect(bar, bar_height / 2.0, bar_height / 2.0);
        bar.setWidth(bar.width() * std::clamp(index.data(JobModel::progress_role).toDouble(), 0.0, 1.0));
        painter->setBrush(selected ? ink : ended ? colour : option.palette.color(QPalette::Link));
        if (bar.width() >= 1) painter->drawRoundedRect(bar, bar_height / 2.0, bar_height / 2.0);
        painter->setPen(selected ? ink : ended ? colour : weak);
        painter->drawText(
            QRect(area.left(), area.bottom() - line + 1, area.width(), line), Qt::AlignLeft | Qt::AlignVCenter,
            option.fontMetrics.elidedText(index.data(JobModel::said_role).toString(), Qt::ElideRight, area.width()));
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

// The core's sentences begin in lower case.
QString sentence(const std::string& text) {
    auto words = qstring(text).trimmed();
    if (!words.isEmpty()) words[0] = words[0].toUpper();
    return words;
}

QString value_text(const nlohmann::json& value) {
    return value.is_string() ? qstring(value.get<std::string>()) : qstring(value.dump());
}

// Parameters that the jobs of one experiment don't share, "kappa=0.1 n=64"; of one alone nothing.
std::vector<QString> differences(const std::vector<RunRow>& rows) {
    std::map<std::string, std::map<std::string, std::set<std::string>>> values; // by experiment and name
    for (const auto& row : rows)
        if (row.parameters.is_object())
            for (const auto& [name, value] : row.parameters.items()) values[row.experiment][name].insert(value.dump());
    std::vector<QString> texts;
    for (const auto& row : rows) {
        QStringList parts;
        if (row.parameters.is_object())
            for (const auto& [name, value] : row.parameters.items())
                if (values[row.experiment][name].size() > 1)
                    parts << qstring(name) + QLatin1Char('=') + value_text(value);
        texts.push_back(parts.join(QLatin1Char(' ')));
    }
    return texts;
}

QString said_of(const RunRow& row) {
    QStringList parts;
    switch (row.status) {
    case Status::queued:
        parts << JobsPanel::tr("queued for %1").arg(qstring(row.device));
        if (row.priority != 0) parts << JobsPanel::tr("priority %1").arg(row.priority);
        break;
    case Status::running:
    case Status::stopping: {
        parts << text_of_status(row);
        if (!row.doing.empty()) parts << qstring(row.doing);
        const auto left =
            row.progress > 0 ? duration_words(row.seconds * (1 - row.progress) / row.progress) : QString();
        if (!left.isEmpty() && row.status == Status::running) parts << JobsPanel::tr("%1 left").arg(left);
        break;
    }
    default:
        parts << text_of_status(row);
        if (row.end && !row.end->error.empty()) parts << qstring(row.end->error);
    }
    return parts.join(QStringLiteral(", "));
}

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
    if (!same) beginResetModel();
    rows_ = std::move(rows);
    differs_ = differences(rows_);
    if (!same)
        endResetModel();
    else if (!rows_.empty()) // selection and scroll place stay
        Q_EMIT dataChanged(index(0), index(rowCount() - 1));
}

const RunRow* JobModel::row(int index) const {
    return index >= 0 && index < rowCount() ? &rows_[static_cast<std::size_t>(index)] : nullptr;
}

bool JobModel::any_queued() const {
    return std::any_of(rows_.begin(), rows_.end(), [](const RunRow& row) { return row.status == Status::queued; });
}

int JobModel::row_of(const QString& id) const {
    const auto wanted = id.toStdString();
    const auto found = std::find_if(rows_.begin(), rows_.end(), [&](const RunRow& row) { return row.id == wanted; });
    return found == rows_.end() ? -1 : static_cast<int>(found - rows_.begin());
}

int JobModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

QVariant JobModel::data(const QModelIndex& index, int role) const {
    const auto* item = row(index.row());
    if (!item) return {};
    const auto& differs = differs_[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return qstring(item->name.empty() ? item->experiment : item->name);
    case id_role:
        return qstring(item->id);
    case differs_role: // one alone is known by its id
        return differs.isEmpty() ? qstring(item->id) : differs;
    case said_role:
        return said_of(*item);
    case progress_role:
        return item->progress;
    case status_role:
        return static_cast<int>(item->status);
    case Qt::AccessibleTextRole:
        return QStringLiteral("%1 %2, %3")
            .arg(data(index, Qt::DisplayRole).toString(), data(index, differs_role).toString(), said_of(*item));
    case Qt::ToolTipRole:
        return QStringLiteral("%1  %2\n%3\n%4")
            .arg(qstring(item->experiment), qstring(item->id), differs, explanation_of_status(*item));
    default:
        return {};
    }
}

// --- the panel ---

JobsPanel::JobsPanel(QWidget* parent)
    : QWidget(parent), model_(new JobModel(this)), list_(new QListView(this)), empty_(new QLabel(this)),
      hindrance_(new QLabel(this)), error_(new QLabel), error_box_(new QScrollArea(this)),
      log_(new QPlainTextEdit(this)) {
    setObjectName(QStringLiteral("jobs"));
    list_->setObjectName(QStringLiteral("jobs_list"));
    list_->setModel(model_);
    list_->setItemDelegate(new JobDelegate(list_));
    list_->setUniformItemSizes(true);
    list_->setFrameShape(QFrame::NoFrame);
    list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    list_->setAccessibleName(tr("Jobs"));
    list_->setToolTip(tr("Runs that go on or wait, and those that ended badly"));

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
    error_->setAutoFillBackground(true);
    error_->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    error_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    error_box_->setObjectName(QStringLiteral("jobs_error_box"));
    error_box_->setAccessibleName(tr("How the run ended"));
    error_box_->setFrameStyle(QFrame::Box | QFrame::Plain);
    error_box_->setWidgetResizable(true);
    error_box_->setWidget(error_);
    error_box_->setMinimumHeight(fontMetrics().height() * 2 + 12);
    log_->setObjectName(QStringLiteral("jobs_log"));
    log_->setReadOnly(true);
    log_->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    log_->setAccessibleName(tr("End of the run's log"));
    log_->setToolTip(tr("What the run printed last"));
    log_->setMinimumHeight(fontMetrics().height() * 2 + 12);
    log_->setMaximumHeight(fontMetrics().height() * 8);

    auto* buttons = new QHBoxLayout;
    buttons->setContentsMargins(4, 0, 4, 4);
    stop_ = add_button(QStringLiteral("run.stop"), tr("Stop"), tr("Ask the run to stop; it writes a checkpoint first"));
    kill_ = add_button(QStringLiteral("run.kill"), tr("Kill"), tr("End the run by force; what it wrote is kept"));
    resume_ = add_button(QStringLiteral("run.resume"), tr("Resume"),
                         tr("Go on from the last checkpoint, or begin a run that waits without anybody to start it"));
    log_button_ = add_button(QStringLiteral("log_button"), tr("Log"), tr("Show what the run has printed"));
    sooner_ = add_button(QStringLiteral("sooner"), tr("Sooner"), tr("Give a queued run a higher priority"));
    later_ = add_button(QStringLiteral("later"), tr("Later"), tr("Give a queued run a lower priority"));
    for (auto* button : {stop_, kill_, resume_, log_button_, sooner_, later_}) buttons->addWidget(button);
    buttons->addStretch();

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    layout->addWidget(empty_);
    // What is said of one run takes half of what the list and it have, at most: an error a third.
    layout->addWidget(list_, 2);
    layout->addWidget(hindrance_);
    layout->addWidget(error_box_, 1);
    layout->addWidget(log_, 1);
    layout->addLayout(buttons);
    connect(list_->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] { show_details(); });
    const auto pick = [this](const QModelIndex& index) {
        if (const auto* row = model_->row(index.row())) Q_EMIT picked(qstring(row->id));
    };
    connect(list_, &QListView::clicked, this, pick);
    connect(list_->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this, pick](const QModelIndex& now) {
                if (list_->hasFocus()) pick(now);
            });
    connect(list_, &QListView::activated, this, [this](const QModelIndex& index) {
        if (const auto* row = model_->row(index.row())) Q_EMIT activated(qstring(row->id));
    });
    setFocusProxy(list_);
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
    const auto* row = chosen();
    if (!row) return;
    if (command == QStringLiteral("log_button")) return show_log(qstring(row->id));
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
    bool is_new = false; // one goes on that didn't
    for (const auto& row : *runs) {
        if (goes_on(row)) {
            is_new = seen_.insert(row.id).second || is_new;
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
    if (const int row = model_->row_of(was); row >= 0 && !chosen()) highlight(row);
    if (is_new) list_->scrollToTop();
    empty_->setVisible(model_->rowCount() == 0);
    list_->setVisible(model_->rowCount() > 0);
    show_details();
}

void JobsPanel::set_hindrance(const QString& sentence) {
    hindrance_->setText(sentence.isEmpty() ? QString() : tr("The next run %1.").arg(sentence));
    hindrance_->setVisible(!sentence.isEmpty());
}

void JobsPanel::set_log(const QString& run, const QString& text) {
    for (auto* dialog : findChildren<RunLog*>(QString(), Qt::FindDirectChildrenOnly))
        if (dialog->run() == run) dialog->set_text(text);
    if (run != shown_ || error_->text().isEmpty()) return;
    log_->setPlainText(text.right(most_of_log));
    log_->moveCursor(QTextCursor::End);
    log_->setVisible(!text.isEmpty());
}

void JobsPanel::show_log(const QString& run) {
    auto* dialog = new RunLog(run, this);
    connect(dialog, &RunLog::wanted, this, [this, run] { Q_EMIT log_wanted(run); });
    dialog->show(); // beside the window, which goes on
    Q_EMIT log_wanted(run);
}

void JobsPanel::select(const QString& run) {
    if (const int row = model_->row_of(run); row >= 0) highlight(row);
}

// An old failure must not scroll the runs that go on out of sight.
void JobsPanel::highlight(int row) {
    const auto* first = model_->row(0);
    list_->setAutoScroll(!(first && goes_on(*first)));
    list_->setCurrentIndex(model_->index(row));
    list_->setAutoScroll(true);
}

const RunRow* JobsPanel::chosen() const {
    const auto rows = list_->selectionModel()->selectedRows();
    return rows.isEmpty() ? nullptr : model_->row(rows.front().row());
}

QString JobsPanel::selected() const {
    const auto* row = chosen();
    return row ? qstring(row->id) : QString();
}

// Red only for what nobody asked for.
void JobsPanel::tint_error() {
    auto colours = palette();
    auto tint = colour_of(shown_status_, colours);
    colours.setColor(QPalette::WindowText, tint);
    error_box_->setPalette(colours); // its frame
    tint.setAlpha(28);
    colours.setColor(QPalette::Window, tint);
    error_->setPalette(colours);
}

void JobsPanel::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) tint_error();
}

void JobsPanel::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    fit_error();
}

// No higher than its words; the rest scrolls.
void JobsPanel::fit_error() {
    const int frames = 2 * error_box_->frameWidth();
    error_box_->setMaximumHeight(
        std::max(error_box_->minimumHeight(), error_->heightForWidth(std::max(1, width() - frames)) + frames));
}

void JobsPanel::show_details() {
    const auto* row = chosen();
    const auto status = row ? row->status : Status::done;
    stop_->setEnabled(row && goes_on(*row));
    kill_->setEnabled(row && (status == Status::running || status == Status::stopping));
    resume_->setEnabled(row && (status == Status::stopped || status == Status::failed || status == Status::lost ||
                                status == Status::queued));
    log_button_->setEnabled(row && status != Status::queued);
    for (auto* button : {sooner_, later_}) {
        button->setEnabled(row && status == Status::queued);
        button->setVisible(model_->any_queued());
    }
    const auto id = row ? qstring(row->id) : QString();
    if (id == shown_ && status == shown_status_) return;
    shown_ = id;
    shown_status_ = status;
    QString words;
    if (status == Status::lost) words = tr("The run is lost: its process ended without a word.");
    if (row && row->end && row->end->outcome != Outcome::done) words = sentence(row->end->error);
    if (const auto hint = row ? hint_of(*row) : QString(); !hint.isEmpty())
        words += QLatin1Char('\n') + (status == Status::failed ? tr("What to do: %1").arg(hint) : hint);
    tint_error();
    error_->setText(words);
    error_box_->setVisible(!words.isEmpty());
    fit_error();
    log_->clear();
    log_->hide();
    if (!words.isEmpty()) Q_EMIT log_wanted(id);
}

} // namespace orrery::gui
