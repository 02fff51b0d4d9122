// SPDX-License-Identifier: GPL-3.0-or-later
// A graph's picture: drawn by VTK bit by bit, moved, zoomed and asked by mouse and keyboard, its nodes dragged.
#pragma once
#include "views/graph/drawn_graph.h"
#include "views/graph/node_look.h"

#include <QElapsedTimer>
#include <QOpenGLWidget>
#include <QTimer>

#include <memory>
#include <optional>
#include <vector>

namespace orrery::gui {

class GraphScene; // VTK

class GraphCanvas : public QOpenGLWidget {
    Q_OBJECT
public:
    explicit GraphCanvas(QWidget* parent = nullptr);
    ~GraphCanvas() override;

    // Null: nothing. `places` [nodes]; the camera shows everything unless it is the graph that was there.
    void set_graph(std::shared_ptr<const DrawnGraph> graph, std::vector<Place> places);
    const std::shared_ptr<const DrawnGraph>& graph() const { return graph_; }
    void set_places(std::vector<Place> places);  // another layout
    void set_place(std::int32_t node, Place to); // of one node; the camera stays
    const std::vector<Place>& places() const { return places_; }
    void set_style(const NodeStyle& style); // `dark` is taken from the palette
    const NodeStyle& style_of_nodes() const { return style_; }
    const NodeLook& look() const { return look_; }
    void set_labels(bool shown);
    void set_message(const QString& message); // instead of a picture, or over it

    void reset_camera();
    void zoom(double factor, std::optional<QPointF> about = {});    // about: what lies there stays there
    void pan(double right, double up);                              // in shares of the picture
    double magnification() const { return full_scale() / scale(); } // 1: everything
    QPointF position_of(std::int32_t node) const;
    Place place_at(QPointF position) const;
    std::optional<std::int32_t> node_at(QPointF position) const; // the nearest one under or beside it
    std::size_t edges_seen() const;                              // of those kinds that are shown

    std::optional<std::int32_t> hovered() const { return hovered_; }
    std::optional<std::int32_t> selected() const { return selected_; }
    void select(std::optional<std::int32_t> node);
    // Highlighted: the selected one, else that under the cursor.
    std::optional<std::int32_t> looked_at() const { return selected_ ? selected_ : hovered_; }
    QString tooltip_of(std::int32_t node) const;

    double last_paint_ms() const { return last_paint_ms_; }
    bool is_complete() const; // every edge has been drawn
    QString driver() const { return driver_; }

Q_SIGNALS:
    void looked_at_changed();
    void node_moved(std::int32_t node, orrery::gui::Place from, orrery::gui::Place to); // by the user, when he let go
    void painted();

protected:
    bool event(QEvent* event) override;
    void initializeGL() override;
    void paintGL() override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    friend class GraphAnnotation;
    double reserved() const; // pixels at the bottom that the colour bar takes of a picture of everything
    double full_scale() const;
    double scale() const; // half the height that is seen
    Place middle() const;
    double pixel() const;     // its width in the places' units
    double shrinking() const; // of the nodes, where they would cover all that lies between them
    void measure();           // the places' extent
    void update_look();
    void redraw(); // from the beginning
    void moved();
    void drop_context();
    void hover(std::optional<std::int32_t> node);
    void step_selection(int by);
    void nudge(double right, double up);

    std::shared_ptr<const DrawnGraph> graph_;
    std::vector<Place> places_;
    std::vector<std::int32_t> by_degree_; // nodes, those of the most edges first
    NodeStyle style_;
    NodeLook look_;
    std::unique_ptr<GraphScene> scene_;
    QWidget* annotation_ = nullptr;
    QString message_, driver_;
    std::array<double, 4> box_{0, 1, 0, 1}; // x_min, x_max, y_min, y_max
    Place middle_{0, 0};
    double scale_ = 0; // 0: everything
    bool labels_ = true, moving_ = false;
    // What the scene has to be told before it draws.
    bool edges_changed_ = true, places_changed_ = true, nodes_changed_ = true, same_frame_ = false, restart_ = true;
    std::size_t parts_at_once_ = 1; // that a frame has time for
    std::array<int, 2> drawn_size_{0, 0};
    std::optional<std::int32_t> hovered_, selected_;
    QPointF pressed_, last_;
    enum class Drag { none, pan, node } drag_ = Drag::none;
    bool dragged_ = false; // the mouse has moved since it was pressed
    Place drag_from_{0, 0};
    std::int32_t drag_node_ = 0;
    QTimer still_; // after moving, the rest is drawn
    double last_paint_ms_ = 0;
};

} // namespace orrery::gui
