// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/graph/graph_scene.h"

#include "views/canvas/canvas.h"

#include <vtkCellArray.h>
#include <vtkCellData.h>
#include <vtkPointData.h>
#include <vtkProperty.h>
#include <vtkRendererCollection.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

namespace orrery::gui {

namespace {

constexpr double far = 10; // of the camera; edges lie near 0, nodes before them
constexpr EdgeKind in_order[] = {EdgeKind::weak, EdgeKind::kept, EdgeKind::removed, EdgeKind::added};
constexpr double dash = 6, gap = 4; // of negative weights, pixels

// A step that visits all of them once, far from the last one: each part is a sample of the whole.
std::size_t stride_of(std::size_t count) {
    std::size_t stride = std::max<std::size_t>(1, static_cast<std::size_t>(0.618 * static_cast<double>(count)));
    while (std::gcd(stride, count) != 1) ++stride;
    return stride;
}

void insert(vtkUnsignedCharArray& colours, const QColor& colour) {
    const unsigned char rgba[4] = {static_cast<unsigned char>(colour.red()), static_cast<unsigned char>(colour.green()),
                                   static_cast<unsigned char>(colour.blue()),
                                   static_cast<unsigned char>(colour.alpha())};
    colours.InsertNextTypedTuple(rgba);
}

// Ribbons and arrows as strips of triangles: in OpenGL's core profile lines have one width.
class Strips {
public:
    explicit Strips(std::function<Place(Place)> to_scene) : to_scene_(std::move(to_scene)) {
        points_->SetDataTypeToFloat();
        colours_->SetNumberOfComponents(4);
    }
    void add_line(const std::vector<Place>& line, const EdgeLook& look) {
        begin(static_cast<vtkIdType>(2 * line.size()));
        for (const auto& [left, right] : ribbon_of(line, look.width)) {
            add(left, look.colour);
            add(right, look.colour);
        }
    }
    void add_head(const std::array<Place, 3>& head, const EdgeLook& look) {
        begin(3);
        for (const Place& corner : head) add(corner, look.colour);
    }
    void put_into(vtkPolyData* data) const {
        data->SetPoints(points_);
        data->SetStrips(cells_);
        data->GetPointData()->SetScalars(colours_);
    }

private:
    void begin(vtkIdType corners) { cells_->InsertNextCell(static_cast<int>(corners)); }
    void add(Place corner, const QColor& colour) {
        const Place at = to_scene_(corner);
        cells_->InsertCellPoint(points_->InsertNextPoint(at[0], at[1], 0));
        insert(*colours_, colour);
    }
    std::function<Place(Place)> to_scene_;
    vtkNew<vtkPoints> points_;
    vtkNew<vtkCellArray> cells_;
    vtkNew<vtkUnsignedCharArray> colours_;
};

} // namespace

GraphScene::GraphScene() {
    draw_into_qt(*window_);
    window_->SetForceMaximumHardwareLineWidth(1); // Qt's contexts refuse wider ones; VTK makes stripes of them
    camera_->ParallelProjectionOn();
    renderer_->SetActiveCamera(camera_);
    window_->AddRenderer(renderer_);
    points_->SetDataTypeToFloat();
}

void GraphScene::make_dots(std::size_t nodes) {
    for (const auto& dots : dots_) renderer_->RemoveActor(dots->actor);
    dots_.clear();
    const std::size_t parts = (nodes + nodes_of_part - 1) / nodes_of_part;
    for (std::size_t part = 0; part < parts; ++part) {
        auto made = std::make_unique<Dots>();
        const auto count = static_cast<vtkIdType>((nodes - part + parts - 1) / parts);
        made->points->SetDataTypeToFloat();
        made->points->SetNumberOfPoints(count);
        made->colours->SetNumberOfComponents(4);
        made->colours->SetNumberOfTuples(count);
        made->colours->SetName("colour");
        made->radii->SetNumberOfTuples(count);
        made->radii->SetName("radius");
        made->data->SetPoints(made->points);
        made->data->GetPointData()->SetScalars(made->colours);
        made->data->GetPointData()->AddArray(made->radii);
        made->mapper->SetInputData(made->data);
        made->mapper->EmissiveOff();
        made->mapper->SetScaleArray("radius");
        made->mapper->SetTriangleScale(1.2F);
        made->mapper->SetColorModeToDirectScalars();
        made->actor->SetMapper(made->mapper);
        made->actor->GetProperty()->LightingOff();
        made->actor->ForceOpaqueOn(); // blended all the same; but what is drawn later doesn't cover it
        made->actor->SetPosition(0, 0, 1);
        renderer_->AddActor(made->actor);
        dots_.push_back(std::move(made));
    }
}

void GraphScene::resize(int width, int height) { window_->SetSize(width, height); }

void GraphScene::set_background(const QColor& colour) {
    renderer_->SetBackground(colour.redF(), colour.greenF(), colour.blueF());
}

vtkActor* GraphScene::add_actor(Part& part, double height) {
    part.mapper->SetInputData(part.lines);
    part.mapper->SetColorModeToDirectScalars();
    part.actor->SetMapper(part.mapper);
    part.actor->GetProperty()->LightingOff();
    part.actor->ForceOpaqueOn(); // they are blended in the order in which they come
    part.actor->SetPosition(0, 0, height);
    renderer_->AddActor(part.actor);
    return part.actor;
}

void GraphScene::set_graph(const std::shared_ptr<const DrawnGraph>& graph, const NodeStyle& style) {
    for (const auto& part : parts_) renderer_->RemoveActor(part->actor);
    parts_.clear();
    graph_ = graph;
    looks_.emplace(*graph, style.shown, style.edge_weights, style.dark);
    const bool in_full = graph->edges.size() <= edges_in_full;
    window_->SetMultiSamples(in_full ? 4 : 0);
    if (in_full) {
        parts_.push_back(std::make_unique<Part>());
        add_actor(*parts_.back(), 0.3);
        return;
    }
    for (const EdgeKind kind : in_order) {
        auto& edges = edges_[static_cast<std::size_t>(kind)];
        edges.clear();
        if (!graph->is_seen(kind, style.shown)) continue;
        edges.reserve(graph->count[static_cast<std::size_t>(kind)]);
        for (std::size_t e = 0; e < graph->edges.size(); ++e)
            if (graph->kinds[e] == kind) edges.push_back(static_cast<std::uint32_t>(e));
        for (std::size_t first = 0; first < edges.size(); first += edges_of_part) {
            auto part = std::make_unique<Part>();
            part->kind = kind;
            part->first = first;
            add_actor(*part, looks_->is_marked(kind) ? 0.4 : kind == EdgeKind::weak ? 0 : 0.2);
            parts_.push_back(std::move(part));
        }
    }
}

// What of a part is made when it is drawn first: all of them would take longer than a frame may.
void GraphScene::fill(Part& part) {
    const auto& edges = edges_[static_cast<std::size_t>(part.kind)];
    const std::size_t stride = stride_of(edges.size()), last = std::min(part.first + edges_of_part, edges.size());
    const bool alike = graph_->weights.empty();
    vtkNew<vtkCellArray> cells;
    vtkNew<vtkUnsignedCharArray> colours;
    colours->SetNumberOfComponents(4);
    cells->AllocateExact(static_cast<vtkIdType>(last - part.first), static_cast<vtkIdType>(2 * (last - part.first)));
    for (std::size_t i = part.first; i < last; ++i) {
        const std::size_t e = edges[i * stride % edges.size()];
        const vtkIdType ends[2] = {graph_->edges[e].from, graph_->edges[e].to};
        cells->InsertNextCell(2, ends);
        if (!alike) insert(*colours, looks_->of(e).colour);
    }
    part.lines->SetPoints(points_);
    part.lines->SetLines(cells);
    vtkProperty* property = part.actor->GetProperty();
    property->SetLineWidth(looks_->is_marked(part.kind) ? 2.4F : 1.0F);
    if (alike) {
        const QColor colour = looks_->of(edges[part.first]).colour;
        part.mapper->ScalarVisibilityOff();
        property->SetColor(colour.redF(), colour.greenF(), colour.blueF());
        property->SetOpacity(colour.alphaF());
    } else {
        part.lines->GetCellData()->SetScalars(colours);
        part.mapper->SetScalarModeToUseCellData();
    }
    part.filled = true;
}

void GraphScene::set_paths(const std::vector<EdgePath>& paths, Shown shown, double pixel) {
    Strips strips([&](Place p) {
        return Place{(p[0] * pixel - origin_[0]) / unit_, (p[1] * pixel - origin_[1]) / unit_};
    });
    for (const EdgeKind kind : in_order) {
        if (!graph_->is_seen(kind, shown)) continue;
        for (std::size_t e = 0; e < paths.size(); ++e) {
            if (graph_->kinds[e] != kind) continue;
            const EdgeLook look = looks_->of(e);
            const auto line = points_of(paths[e]);
            if (look.dashed)
                for (const auto& part : dashes_of(line, dash, gap)) strips.add_line(part, look);
            else
                strips.add_line(line, look);
            if (paths[e].head) strips.add_head(*paths[e].head, look);
        }
    }
    strips.put_into(parts_.front()->lines);
    parts_.front()->filled = true;
}

void GraphScene::set_places(const std::vector<Place>& places) {
    if (!places.empty()) {
        Place low = places[0], high = places[0];
        for (const Place& place : places)
            for (const std::size_t axis : {0U, 1U}) {
                low[axis] = std::min(low[axis], place[axis]);
                high[axis] = std::max(high[axis], place[axis]);
            }
        origin_ = {(low[0] + high[0]) / 2, (low[1] + high[1]) / 2};
        unit_ = std::max(high[0] - low[0], high[1] - low[1]);
        if (!(unit_ > 0)) unit_ = 1;
    }
    if (points_->GetNumberOfPoints() != static_cast<vtkIdType>(places.size())) make_dots(places.size());
    points_->SetNumberOfPoints(static_cast<vtkIdType>(places.size()));
    for (std::size_t i = 0; i < places.size(); ++i) put(i, places[i]);
    points_moved();
}

void GraphScene::put(std::size_t node, Place place) {
    const std::array<double, 3> at{(place[0] - origin_[0]) / unit_, (place[1] - origin_[1]) / unit_, 0};
    points_->SetPoint(static_cast<vtkIdType>(node), at.data());
    dots_[node % dots_.size()]->points->SetPoint(static_cast<vtkIdType>(node / dots_.size()), at.data());
}

void GraphScene::set_place(std::int32_t node, Place place) {
    put(static_cast<std::size_t>(node), place);
    points_moved();
}

void GraphScene::points_moved() {
    points_->Modified();
    for (const auto& dots : dots_) {
        dots->points->Modified();
        dots->data->Modified();
    }
    for (const auto& part : parts_) part->lines->Modified();
}

void GraphScene::set_nodes(const NodeLook& look, const QColor& rim) {
    for (std::size_t i = 0; i < look.colours.size(); ++i) {
        const QRgb c = look.colours[i];
        const unsigned char rgba[4] = {static_cast<unsigned char>(qRed(c)), static_cast<unsigned char>(qGreen(c)),
                                       static_cast<unsigned char>(qBlue(c)), 255};
        Dots& dots = *dots_[i % dots_.size()];
        const auto row = static_cast<vtkIdType>(i / dots_.size());
        dots.colours->SetTypedTuple(row, rgba);
        dots.radii->SetValue(row, look.radii[i]);
    }
    // A disc with a thin rim in the window's colour, so that one is told from another, unless it is tiny; its edge is
    // smooth.
    const auto number = [](double v) { return std::to_string(v); };
    const std::string code = "//VTK::Color::Impl\n"
                             "float far = length(offsetVCVSOutput.xy);\n"
                             "float soft = fwidth(far);\n"
                             "if (far > 1.0 + soft) discard;\n"
                             "float inside = soft > 0.3 ? 1.0 : 1.0 - smoothstep(0.82 - soft, 0.82 + soft, far);\n"
                             "vec3 disc = ambientColor + diffuseColor;\n"
                             "ambientColor = vec3(0.0);\n"
                             "diffuseColor = mix(vec3(" +
                             number(rim.redF()) + ", " + number(rim.greenF()) + ", " + number(rim.blueF()) +
                             "), disc, inside);\n"
                             "opacity *= 1.0 - smoothstep(1.0 - soft, 1.0 + soft, far);\n";
    for (const auto& dots : dots_) {
        dots->colours->Modified();
        dots->radii->Modified();
        dots->data->Modified();
        const char* before = dots->mapper->GetSplatShaderCode();
        if (!before || code != before) dots->mapper->SetSplatShaderCode(code.c_str());
    }
}

void GraphScene::set_camera(Place middle, double scale, double pixel) {
    const double x = (middle[0] - origin_[0]) / unit_, y = (middle[1] - origin_[1]) / unit_;
    camera_->SetFocalPoint(x, y, 0);
    camera_->SetPosition(x, y, far);
    camera_->SetViewUp(0, 1, 0);
    camera_->SetParallelScale(scale / unit_);
    camera_->SetClippingRange(0.5 * far, 1.5 * far);
    for (const auto& dots : dots_) dots->mapper->SetScaleFactor(pixel / unit_);
}

void GraphScene::draw(bool restart, std::size_t parts) {
    if (restart) drawn_ = 0;
    const std::size_t last = std::min(this->parts(), drawn_ + parts), lines = parts_.size();
    const auto is_next = [&](std::size_t part) { return part >= drawn_ && part < last; };
    for (std::size_t p = 0; p < lines; ++p) {
        if (is_next(p) && !parts_[p]->filled) fill(*parts_[p]);
        parts_[p]->actor->SetVisibility(is_next(p));
    }
    // Those that are seen at first come once more at the end: what was drawn between lies below them.
    for (std::size_t d = 0; d < dots_.size(); ++d)
        dots_[d]->actor->SetVisibility(is_next(lines + d) || (restart && d == 0));
    renderer_->SetErase(restart);
    window_->Render();
    drawn_ = last;
}

} // namespace orrery::gui
