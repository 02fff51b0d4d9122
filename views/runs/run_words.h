// SPDX-License-Identifier: GPL-3.0-or-later
// How values of runs are written for people: numbers, durations, sizes, times, status and what differs.
#pragma once
#include "core/records.h"
#include "views/runs/run_store.h"

#include <QColor>
#include <QPalette>
#include <QString>

namespace orrery::gui {

QString text_of_number(double value);             // six digits; whole numbers in full
QString text_of_cell(const Cell& cell);           // a number so, a truth value, a text, or nothing
QString text_of_seconds(double seconds);          // "58 s", "1 min 05 s", "2 h 03 min"
QString text_of_bytes(double bytes);              // "1.2 MB"
QString text_of_time(const std::string& utc);     // local, "2026-11-21 10:07"
QString text_of_status(const RunRow& run);        // "running 41 %", "lost at 41 %"
QString explanation_of_status(const RunRow& run); // what happened, and what to do
QString hint_of(const RunRow& run);               // what to do in this window about one that ended badly, or empty
QString difference_of(double value, double base); // "+12 %", "x13", empty if equal
QColor colour_of(Status status, const QPalette& palette);
QString title_of(const Column& column);
QString explanation_of(const Column& column);

} // namespace orrery::gui
