// SPDX-License-Identifier: GPL-3.0-or-later
// A graph's eigenvalues as stems over their index, and a band of them that mouse and keyboard move.
#pragma once
#include <QTimer>
#include <QWidget>

#include <optional>
#include <utility>
#include <vector>

namespace orrery::gui {

class SpectrumBrush : public QWidget {
    Q_OBJECT
public:
    using Band = std::pair<int, int>; // [first, second) of the eigenvalues, ascending and counted from 0

    explicit SpectrumBrush(QWidget* parent = nullptr);

    // Ascending; equal ones (within 1e-8 of the largest) are one cluster. The band stays where it still fits.
    void set_spectrum(std::vector<double> eigenvalues);
    const std::vector<double>& spectrum() const { return values_; }
    // What became of each; empty: as they are.
    void set_changed(std::vector<double> changed);

    // Bands are of whole clusters: edges go to the nearest one. The eigenvalue 0 is in none.
    Band band() const { return band_; }
    void set_band(Band band); // says nothing of it

    QString text_of(int index) const; // "20: 4.48, one of 3 equal ones, now 5.1"
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
    // For who drags: where the edge before eigenvalue `index` lies, and the eigenvalue at a place.
    double edge_x(int index) const;
    int index_at(double x) const;

Q_SIGNALS:
    void band_moved(int low, int high); // by the user, while he drags, too

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    enum class Part { none, low, high, middle, fresh };
    QRectF plot() const;
    double y_of(double value) const;
    double top_value() const;
    Part part_at(QPointF position) const;
    std::size_t nearest_border(double index) const;
    std::size_t border_of(int index) const;
    void move_band(Band band); // by the user
    void take_band(Band band); // without a picture
    void describe();
    void paint_axes(QPainter& painter) const;
    void paint_values(QPainter& painter) const;
    void paint_changed(QPainter& painter) const;
    void paint_multiplicities(QPainter& painter) const;
    void paint_band(QPainter& painter) const;

    std::vector<double> values_, changed_;
    std::vector<int> borders_; // where clusters above 0 begin, and the end
    Band band_{0, 0};
    Part dragged_ = Part::none;
    double pressed_ = 0; // index, with its fraction
    Band pressed_band_{0, 0};
    std::optional<int> hovered_;
    QTimer late_; // until the band is painted without an answer
};

} // namespace orrery::gui
