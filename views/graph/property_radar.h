// SPDX-License-Identifier: GPL-3.0-or-later
// Properties of a graph on axes around a middle: of the original, and of the augmented graph over it.
#pragma once
#include <QString>
#include <QWidget>

#include <map>
#include <string>
#include <vector>

namespace orrery::gui {

struct GraphProperty {
    QString name;
    double before = 0, after = 0;
    bool operator==(const GraphProperty&) const = default;
};

// Those that a run reports of both: metrics "properties/original/diameter" and
// "properties/augmented/diameter", and so on.
std::vector<GraphProperty> properties_in(const std::map<std::string, double>& metrics);

class PropertyRadar : public QWidget {
public:
    explicit PropertyRadar(QWidget* parent = nullptr);
    void set_properties(std::vector<GraphProperty> properties);
    const std::vector<GraphProperty>& properties() const { return properties_; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override; // below it there is nothing to read

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    QPointF point(std::size_t axis, double share) const;
    QString text_of(std::size_t axis) const; // "diameter: 5, augmented 6"
    std::vector<GraphProperty> properties_;
};

} // namespace orrery::gui
