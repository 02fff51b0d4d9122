// SPDX-License-Identifier: GPL-3.0-or-later
// The VTK part of GraphCanvas: edges as lines and nodes as discs, in parts, so that a large graph is drawn bit by bit.
#pragma once
#include "views/graph/drawn_graph.h"
#include "views/graph/node_look.h"

#include <vtkActor.h>
#include <vtkCallbackCommand.h>
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
#include <vector>

namespace orrery::gui {

struct EdgeColours {
    std::array<QColor, edge_kinds> of; // by kind
    bool operator==(const EdgeColours&) const = default;
};
// Of a dark or a light window; while only one graph is seen, what is left has no special colour.
EdgeColours edge_colours(bool dark);

class GraphScene {
public:
    static constexpr std::size_t edges_of_part = 10'000;

    GraphScene();
    vtkGenericOpenGLRenderWindow* window() { return window_; }
    void resize(int width, int height);
    void set_graph(const DrawnGraph& graph, Shown shown, const EdgeColours& colours);
    void set_places(const std::vector<Place>& places, bool same_frame); // same_frame: after a node was moved
    void set_nodes(const NodeLook& look, const QColor& rim);
    // What is in the middle and half the height that is seen; `pixel`: the width of a pixel, all in the places' units.
    void set_camera(Place middle, double scale, double pixel);
    void set_background(const QColor& colour);

    std::size_t parts() const { return parts_.size(); }
    // Renders. restart: clears first, and draws the nodes and the first parts; else the parts after those that were
    // drawn, over what is there. Nothing is left when parts_drawn() == parts().
    void draw(bool restart, std::size_t parts);
    std::size_t parts_drawn() const { return drawn_; }

private:
    struct Part {
        vtkNew<vtkPolyData> lines;
        vtkNew<vtkPolyDataMapper> mapper;
        vtkNew<vtkActor> actor;
    };
    void add_parts(const DrawnGraph& graph, EdgeKind kind, bool marked, const QColor& colour);
    vtkNew<vtkGenericOpenGLRenderWindow> window_;
    vtkNew<vtkCallbackCommand> yes_; // to questions about the context, which Qt has made current
    vtkNew<vtkCamera> camera_;
    vtkNew<vtkRenderer> renderer_;
    vtkNew<vtkPoints> points_;
    std::vector<std::unique_ptr<Part>> parts_;
    vtkNew<vtkPolyData> dots_;
    vtkNew<vtkUnsignedCharArray> colours_;
    vtkNew<vtkFloatArray> radii_;
    vtkNew<vtkPointGaussianMapper> dot_mapper_;
    vtkNew<vtkActor> dot_actor_;
    Place origin_{0, 0}; // what of the places is the scene's zero, and its one
    double unit_ = 1;
    std::size_t drawn_ = 0;
};

} // namespace orrery::gui
