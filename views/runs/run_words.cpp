// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/runs/run_words.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>

#include <algorithm>
#include <array>
#include <cmath>

namespace orrery::gui {
namespace {

QString tr(const char* text) { return QCoreApplication::translate("orrery::gui::RunTable", text); }

} // namespace

QString text_of_number(double value) {
    if (std::isnan(value)) return QStringLiteral("nan");
    if (std::isinf(value)) return value > 0 ? QStringLiteral("inf") : QStringLiteral("-inf");
    if (value == std::floor(value) && std::fabs(value) < 1e10) return QString::number(static_cast<qint64>(value));
    return QString::number(value, 'g', 6);
}

QString text_of_cell(const Cell& cell) {
    switch (cell.kind) {
    case Cell::Kind::number:
        return text_of_number(cell.number);
    case Cell::Kind::boolean:
        return cell.number != 0 ? QStringLiteral("true") : QStringLiteral("false");
    case Cell::Kind::text:
        return QString::fromStdString(*cell.text);
    case Cell::Kind::none:
        break;
    }
    return {};
}

QString text_of_seconds(double seconds) {
    if (seconds < 10) return tr("%1 s").arg(QString::number(seconds, 'f', seconds < 1 ? 2 : 1));
    const auto whole = static_cast<qint64>(std::llround(seconds));
    if (whole < 60) return tr("%1 s").arg(whole);
    if (whole < 3600) return tr("%1 min %2 s").arg(whole / 60).arg(whole % 60, 2, 10, QChar(u'0'));
    if (whole < 172800) return tr("%1 h %2 min").arg(whole / 3600).arg(whole % 3600 / 60, 2, 10, QChar(u'0'));
    return tr("%1 d %2 h").arg(whole / 86400).arg(whole % 86400 / 3600);
}

QString text_of_bytes(double bytes) {
    if (bytes < 1000) return tr("%1 B").arg(static_cast<qint64>(bytes));
    static constexpr std::array<const char*, 4> units{"kB", "MB", "GB", "TB"};
    std::size_t unit = 0;
    for (bytes /= 1000; bytes >= 999.5 && unit + 1 < units.size(); bytes /= 1000) ++unit;
    return QString::number(bytes, 'f', bytes < 9.95 ? 1 : 0) + " " + units[unit];
}

QString text_of_time(const std::string& utc) {
    const auto text = QString::fromStdString(utc);
    auto time = QDateTime::fromString(text, Qt::ISODateWithMs);
    if (!time.isValid()) return text;
    time.setTimeSpec(Qt::UTC);
    return time.toLocalTime().toString(QStringLiteral("yyyy-MM-dd HH:mm"));
}

QString text_of_status(const RunRow& run) {
    const auto percent = static_cast<int>(std::floor(std::clamp(run.progress, 0.0, 1.0) * 100));
    switch (run.status) {
    case Status::queued:
        return tr("queued");
    case Status::running:
        return tr("running %1 %").arg(percent);
    case Status::stopping:
        return tr("stopping %1 %").arg(percent);
    case Status::done:
        return tr("done");
    case Status::failed:
        return tr("failed");
    case Status::stopped:
        return tr("stopped at %1 %").arg(percent);
    case Status::lost:
        return tr("lost at %1 %").arg(percent);
    }
    return {};
}

// The core's hints speak of the command line and of a file; here there are buttons for both.
QString hint_of(const RunRow& run) {
    const auto resume = run.checkpoint      ? tr("Resume goes on after step %1.").arg(*run.checkpoint)
                        : run.began.empty() ? tr("Resume begins it.")
                                            : tr("What it wrote is kept; Resume begins it anew.");
    if (run.status == Status::lost || run.status == Status::stopped) return resume;
    if (run.status != Status::failed || !run.end) return {};
    const auto separator = QStringLiteral("; ");
    auto parts = QString::fromStdString(run.end->hint).split(separator, Qt::SkipEmptyParts);
    for (auto& part : parts) {
        if (part.startsWith(QStringLiteral("its log is "))) part = tr("its log shows what it printed last");
        if (part.startsWith(QStringLiteral("`orrery resume "))) part = resume;
    }
    return parts.join(separator);
}

QString explanation_of_status(const RunRow& run) {
    QStringList sentences;
    if (run.end && !run.end->error.empty()) sentences << QString::fromStdString(run.end->error);
    if (run.status == Status::lost) sentences << tr("Its process is gone: it was killed, or the machine went down.");
    if (const auto hint = hint_of(run); !hint.isEmpty()) sentences << hint;
    if (run.status == Status::queued)
        sentences << tr("It waits for a free slot on %1.").arg(QString::fromStdString(run.device));
    if ((run.status == Status::running || run.status == Status::stopping) && !run.doing.empty())
        sentences << QString::fromStdString(run.doing);
    if (sentences.isEmpty()) sentences << text_of_status(run);
    return sentences.join(u'\n');
}

QString difference_of(double value, double base) {
    if (!std::isfinite(value) || !std::isfinite(base) || value == base) return {};
    if (base == 0) return tr("%1 apart").arg(text_of_number(value));
    const double ratio = value / base;
    if (ratio >= 10) return QStringLiteral("\u00d7") + QString::number(ratio, 'g', 3);
    if (ratio > 0 && ratio <= 0.1) return QStringLiteral("\u00f7") + QString::number(1 / ratio, 'g', 3);
    const double percent = (value - base) / std::fabs(base) * 100;
    const QString sign = percent > 0 ? QStringLiteral("+") : QStringLiteral("\u2212");
    return sign + QString::number(std::fabs(percent), 'f', std::fabs(percent) < 9.95 ? 1 : 0) + QStringLiteral(" %");
}

QColor colour_of(Status status, const QPalette& palette) {
    const bool dark = palette.color(QPalette::Base).lightness() < 128;
    switch (status) {
    case Status::done:
        return dark ? QColor(0x8f, 0xd6, 0x9b) : QColor(0x1b, 0x6e, 0x2e);
    case Status::failed:
    case Status::lost:
        return dark ? QColor(0xff, 0x9b, 0x8f) : QColor(0xb0, 0x1c, 0x12);
    case Status::stopped:
    case Status::stopping:
        return dark ? QColor(0xf0, 0xc6, 0x74) : QColor(0x8a, 0x5a, 0x00);
    case Status::running:
        return dark ? QColor(0x7c, 0xb7, 0xff) : QColor(0x0b, 0x57, 0xb0);
    case Status::queued:
        break;
    }
    return palette.color(QPalette::PlaceholderText);
}

QString title_of(const Column& column) {
    switch (column.kind) {
    case ColumnKind::star:
        return QStringLiteral("\u2605");
    case ColumnKind::parameter:
    case ColumnKind::metric:
        return QString::fromStdString(column.name);
    case ColumnKind::seconds:
        return tr("time");
    case ColumnKind::bytes:
        return tr("disk");
    default:
        return QString::fromStdString(column.key());
    }
}

QString explanation_of(const Column& column) {
    switch (column.kind) {
    case ColumnKind::star:
        return tr("Star: click it to mark a run");
    case ColumnKind::parameter:
        return tr("Parameter %1").arg(QString::fromStdString(column.name));
    case ColumnKind::metric:
        return tr("Metric %1: the last value").arg(QString::fromStdString(column.name));
    case ColumnKind::seconds:
        return tr("Time of computing; pauses aren't counted");
    case ColumnKind::bytes:
        return tr("Size of the run's artifacts on the disk");
    case ColumnKind::created:
        return tr("When the run was made");
    case ColumnKind::sweep:
        return tr("The sweep that the run belongs to");
    default:
        return title_of(column);
    }
}

} // namespace orrery::gui
