// SPDX-License-Identifier: GPL-3.0-or-later
// A graph's picture: drawn by VTK bit by bit, moved, zoomed and asked by mouse and keyboard, its nodes dragged.
#pragma once
#include "views/canvas/canvas.h"
#include "views/graph/edge_paths.h"
#include "views/graph/node_grid.h"
#include "views/graph/node_look.h"

#include <QTimer>

#include <memory>
#include <optional>
#include <vector>

namespace orrery::gui {

class GraphScene; // VTK

class GraphCanvas : public Canvas {
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
    void set_covered(const QRect& area);      // where the overlay lies: nothing is written over it
    void set_free_right(double width);        // pixels that a picture of everything leaves free at the right
    void set_message(const QString& message); // instead of a picture, or over it

    void reset_camera() override;
    void zoom(double factor) override { zoom_about(factor, {}); }
    void zoom_about(double factor, std::optional<QPointF> about); // what lies there stays there
    void pan(double right, double up) override;
    double magnification() const { return full_scale() / scale(); } // 1: everything
    QPointF position_of(std::int32_t node) const;
    Place place_at(QPointF position) const;
    std::optional<std::int32_t> node_at(QPointF position) const; // the nearest one under or beside it
    std::size_t edges_seen() const;                              // of those kinds that are shown
    // The ways of the edges, as QPointFs of the widget would have them if everything were to lie around (0, 0), but
    // with y upwards: in pixels. Empty of a graph of more than edges_in_full edges.
    const std::vector<EdgePath>& paths() const;
    QPointF position_of(Place of_path) const;

    std::optional<std::int32_t> hovered() const { return hovered_; }
    std::optional<std::int32_t> selected() const { return selected_; }
    void select(std::optional<std::int32_t> node);
    bool is_dragging() const { return drag_ == Drag::node && dragged_; }
    // Highlighted: the one that is being moved, else the selected one, else that under the cursor.
    std::optional<std::int32_t> looked_at() const {
        return is_dragging() ? dragged_node_ : selected_ ? selected_ : hovered_;
    }
    QString tooltip_of(std::int32_t node) const;

    bool is_complete() const; // every edge has been drawn

Q_SIGNALS:
    void looked_at_changed();
    void resized();
    void node_moved(std::int32_t node, orrery::gui::Place from, orrery::gui::Place to); // by the user, when he let go

protected:
    bool event(QEvent* event) override;
    vtkGenericOpenGLRenderWindow* make_scene() override;
    void drop_scene() override;
    bool draw_scene(std::array<int, 2> pixels) override;
    void scene_drawn(const QElapsedTimer& clock) override;
    void arrow(double right, double up, Qt::KeyboardModifiers modifiers) override;
    bool further_key(const QKeyEvent& event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
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
    void put(std::int32_t node, Place to);
    bool is_large() const; // it takes several frames to be drawn
    void update_look();
    void redraw(); // from the beginning
    void moved();
    void hover(std::optional<std::int32_t> node);
    void step_selection(int by);
    void nudge(double right, double up);
    void drag_node(QPointF to);

    std::shared_ptr<const DrawnGraph> graph_;
    std::vector<Place> places_;
    NodeStyle style_;
    NodeLook look_;
    std::unique_ptr<GraphScene> scene_;
    QString message_;
    QRect covered_;
    std::array<double, 4> box_{0, 1, 0, 1}; // x_min, x_max, y_min, y_max
    Place middle_{0, 0};
    double scale_ = 0; // 0: everything
    double free_right_ = 0;
    bool labels_ = true, moving_ = false;
    // What the scene has to be told before it draws.
    bool edges_changed_ = true, places_changed_ = true, nodes_changed_ = true, restart_ = true;
    std::vector<std::int32_t> moved_; // nodes that were put elsewhere in a scene that stays as it is
    // What is made when it is asked for.
    mutable NodeGrid grid_;
    mutable std::vector<EdgePath> paths_;
    mutable double paths_pixel_ = 0; // that they were made for; 0: they are to be made
    double drawn_pixel_ = 0;         // of the paths in the scene
    double disc_area_ = 0;           // of the nodes, square pixels
    float largest_radius_ = 0;
    std::size_t parts_at_once_ = 1; // that a frame has time for
    std::array<int, 2> drawn_size_{0, 0};
    std::optional<std::int32_t> hovered_, selected_;
    QPointF pressed_, last_;
    enum class Drag { none, pan, node, overlay } drag_ = Drag::none;
    bool dragged_ = false; // the mouse has moved since it was pressed
    Place drag_from_{0, 0};
    std::int32_t dragged_node_ = 0;
    QTimer still_; // after moving, the rest is drawn
};

} // namespace orrery::gui
