// SPDX-License-Identifier: GPL-3.0-or-later
// What a classifier says of a graph and of the changed one: a bar for each class, with the change.
#pragma once
#include "views/graph/brush_worker.h"

#include <QWidget>

namespace orrery::gui {

class PredictionBars : public QWidget {
public:
    explicit PredictionBars(QWidget* parent = nullptr);
    // Without classes the text stands there: why there is no prediction.
    void set(std::vector<BrushAnswer::Class> classes, const QString& text);
    const std::vector<BrushAnswer::Class>& classes() const { return classes_; }
    const QString& text() const { return text_; }
    QString text_of(const BrushAnswer::Class& one) const; // "1: 0.93, before 0.71"
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    std::vector<std::size_t> rows_shown() const; // those for which there is room, the likeliest
    double row_height() const;
    std::vector<BrushAnswer::Class> classes_;
    QString text_;
};

} // namespace orrery::gui
