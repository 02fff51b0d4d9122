// SPDX-License-Identifier: GPL-3.0-or-later
// The VTK part of GraphCanvas: nodes as discs; edges as ribbons with arrows, or as lines in parts, so that a large
// graph is drawn bit by bit.
#pragma once
#include "views/graph/edge_look.h"
#include "views/graph/edge_paths.h"
#include "views/graph/node_look.h"

#include <vtkActor.h>
#include <vtkCamera.h>
#include <vtkFloatArray.h>
#include <vtkGenericOpenGLRenderWindow.h>
#include <vtkNew.h>
#include <vtkPointGaussianMapper.h>
#include <vtkPoints.h>
#include <vtkPolyData.h>
#include <vtkPolyDataMapper.h>
#include <vtkRenderer.h>
#include <vtkUnsignedCharArray.h>

#include <QColor>

#include <memory>
#include <optional>
#include <vector>

namespace orrery::gui {

class GraphScene {
public:
    static constexpr std::size_t edges_of_part = 10'000, nodes_of_part = 20'000;

    GraphScene();
    vtkGenericOpenGLRenderWindow* window() { return window_; }
    void resize(int width, int height);
    // Its edges as lines; those of a graph of few edges (edges_in_full) are to be set as paths, too.
    void set_graph(const std::shared_ptr<const DrawnGraph>& graph, const NodeStyle& style);
    // Of all edges, also of those that aren't shown; `pixel`: what one of their units is of the places'.
    void set_paths(const std::vector<EdgePath>& paths, Shown shown, double pixel);
    void set_places(const std::vector<Place>& places); // they lie in the middle of the scene from now on
    void set_place(std::int32_t node, Place place);
    void set_nodes(const NodeLook& look, const QColor& rim);
    // What is in the middle and half the height that is seen; `pixel`: the width of a pixel, all in the places' units.
    void set_camera(Place middle, double scale, double pixel);
    void set_background(const QColor& colour);

    std::size_t parts() const { return parts_.size() + dots_.size(); }
    // Renders. restart: clears first, and draws some of the nodes and the first parts; else the parts after those that
    // were drawn, over what is there; the nodes come last. Nothing is left when parts_drawn() == parts().
    void draw(bool restart, std::size_t parts);
    std::size_t parts_drawn() const { return drawn_; }

private:
    struct Part {
        EdgeKind kind = EdgeKind::kept;
        std::size_t first = 0; // of its edges in those of its kind
        bool filled = false;
        vtkNew<vtkPolyData> lines;
        vtkNew<vtkPolyDataMapper> mapper;
        vtkNew<vtkActor> actor;
    };
    struct Dots {
        vtkNew<vtkPoints> points;
        vtkNew<vtkUnsignedCharArray> colours;
        vtkNew<vtkFloatArray> radii;
        vtkNew<vtkPolyData> data;
        vtkNew<vtkPointGaussianMapper> mapper;
        vtkNew<vtkActor> actor;
    };
    void make_dots(std::size_t nodes);
    void put(std::size_t node, Place place);
    void fill(Part& part);
    vtkActor* add_actor(Part& part, double height);
    void points_moved();
    vtkNew<vtkGenericOpenGLRenderWindow> window_;
    vtkNew<vtkCamera> camera_;
    vtkNew<vtkRenderer> renderer_;
    vtkNew<vtkPoints> points_;
    std::shared_ptr<const DrawnGraph> graph_;
    std::optional<EdgeLooks> looks_;
    std::array<std::vector<std::uint32_t>, edge_kinds> edges_; // by kind
    std::vector<std::unique_ptr<Part>> parts_;                 // or one of ribbons
    std::vector<std::unique_ptr<Dots>> dots_; // node i is in part i % parts: each of them is a sample of the whole
    Place origin_{0, 0};                      // what of the places is the scene's zero, and its one
    double unit_ = 1;
    std::size_t drawn_ = 0;
};

} // namespace orrery::gui
