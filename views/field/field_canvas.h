// SPDX-License-Identifier: GPL-3.0-or-later
// Panels of fields side by side, drawn by VTK with one camera, under an overlay of Dear ImGui.
#pragma once
#include "views/canvas/canvas.h"
#include "views/field/field_arrangement.h"
#include "views/field/field_grid.h"

#include <QElapsedTimer>
#include <QFontMetricsF>
#include <QTimer>

#include <memory>
#include <optional>
#include <vector>

namespace orrery::gui {

struct FieldPanel {
    QString title;
    QString brief = {}; // the title where it doesn't fit: without what all panels have in common; may be empty
    Grid grid;          // null: the message is shown instead
    ColourScale scale;
    QString message;
};

// A title as far as it fits: of its parts "name=value" the names are shortened first, as values are what differs.
QString shortened_title(const QString& title, const QFontMetricsF& metrics, double width);

struct FieldScene; // VTK

class FieldCanvas : public Canvas {
    Q_OBJECT
public:
    explicit FieldCanvas(QWidget* parent = nullptr);
    ~FieldCanvas() override;

    void set_panels(std::vector<FieldPanel> panels);
    const std::vector<FieldPanel>& panels() const { return panels_; }
    void set_surface(bool surface); // else an image
    void set_smooth(bool smooth);   // colours between the points of an image are interpolated
    void set_height(double share);  // of a surface: its range of values as a share of its width

    void reset_camera() override;
    void zoom(double factor) override;
    void pan(double right, double up) override;
    struct Camera {
        // What is in the middle, and half the height that is seen, all as shares of the fields' width and height: so it
        // suits another field of the same domain, too. scale 0: everything.
        double x = 0.5, y = 0.5, scale = 0;
        double azimuth = -35, elevation = 40;
        bool operator==(const Camera&) const = default;
    };
    Camera camera() const { return camera_; }
    void set_camera(const Camera& camera);
    double magnification() const { return full_scale() / scale(); } // 1: everything

    // Where a panel's picture lies in the widget, and what lies under a place of it.
    QRectF picture_rect(std::size_t panel) const;
    QRectF title_rect(std::size_t panel) const;
    const FieldArrangement& arrangement() const { return arrangement_; }
    struct Place {
        std::size_t panel = 0;
        double x = 0, y = 0;
    };
    std::optional<Place> place_at(QPointF position) const;
    QPointF position_of(std::size_t panel, double x, double y, double height = 0) const;
    struct Line {
        std::array<double, 2> from{}, to{};
    };
    const std::optional<Line>& profile_line() const { return line_; }
    void set_profile_line(std::optional<Line> line);
    const std::optional<Place>& probe() const { return probe_; }
    void set_probe(std::optional<Place> place);
    int mesh_side() const { return mesh_side_; } // of the surfaces that were drawn last

Q_SIGNALS:
    void probe_moved();
    void profile_drawn(std::size_t panel);
    void camera_changed();

protected:
    bool event(QEvent* event) override;
    vtkGenericOpenGLRenderWindow* make_scene() override;
    void drop_scene() override;
    bool draw_scene(std::array<int, 2> pixels) override;
    void arrow(double right, double up, Qt::KeyboardModifiers modifiers) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    friend class FieldAnnotation;
    double full_scale() const;
    double scale() const; // half the height that is seen, as a length
    std::array<double, 2> middle() const;
    std::array<double, 4> extent() const; // of all panels, as they are drawn
    double stretch_of(std::size_t panel) const;
    void arrange();
    void moved(); // the user changed the camera

    std::vector<FieldPanel> panels_;
    FieldArrangement arrangement_;
    std::unique_ptr<FieldScene> scene_;
    bool surface_ = false, smooth_ = false, moving_ = false;
    double height_ = 0.25;
    Camera camera_;
    std::optional<Line> line_;
    std::optional<Place> probe_;
    QPointF pressed_, last_;
    enum class Drag { none, pan, turn, profile, overlay } drag_ = Drag::none;
    QElapsedTimer last_values_;
    QTimer still_; // after moving, everything is drawn again
    int mesh_side_ = 0;
};

} // namespace orrery::gui
