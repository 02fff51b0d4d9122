// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/graph/graph_scene.h"

#include <vtkCellArray.h>
#include <vtkCellData.h>
#include <vtkCommand.h>
#include <vtkPointData.h>
#include <vtkProperty.h>
#include <vtkRendererCollection.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace orrery::gui {

namespace {

constexpr double far = 10;                  // of the camera; edges lie near 0, nodes before them
constexpr std::size_t smooth_edges = 3'000; // up to so many are drawn with several samples a pixel

// Edges of a dense picture are faint, so that what lies between them is seen.
double opacity_of(std::size_t edges) {
    return std::clamp(1.6 / std::pow(static_cast<double>(edges) + 1, 0.18), 0.1, 0.75);
}

// A step that visits all of them once, far from the last one: each part is a sample of the whole.
std::size_t stride_of(std::size_t count) {
    std::size_t stride = std::max<std::size_t>(1, static_cast<std::size_t>(0.618 * static_cast<double>(count)));
    while (std::gcd(stride, count) != 1) ++stride;
    return stride;
}

} // namespace

EdgeColours edge_colours(bool dark) {
    // Vermilion and bluish green of Okabe and Ito (2008), which people of any colour vision tell apart.
    if (dark) return {{QColor(0x9aa5b1), QColor(0xff7a45), QColor(0x2ed3a5), QColor(0x6b86b8)}};
    return {{QColor(0x5f6b78), QColor(0xd55e00), QColor(0x008a63), QColor(0x7a8fb5)}};
}

GraphScene::GraphScene() {
    yes_->SetCallback([](vtkObject*, unsigned long, void*, void* answer) {
        if (answer) *static_cast<bool*>(answer) = true;
    });
    window_->SetOwnContext(false);
    window_->SetReadyForRendering(true);
    window_->SetMultiSamples(0);
    window_->SetForceMaximumHardwareLineWidth(1); // Qt's contexts refuse wider ones; VTK makes stripes of them
    window_->AddObserver(vtkCommand::WindowIsCurrentEvent, yes_);
    window_->AddObserver(vtkCommand::WindowIsDirectEvent, yes_);
    window_->SetFrameBlitModeToBlitToCurrent();
    camera_->ParallelProjectionOn();
    renderer_->SetActiveCamera(camera_);
    window_->AddRenderer(renderer_);
    points_->SetDataTypeToFloat();
    colours_->SetNumberOfComponents(4);
    colours_->SetName("colour");
    radii_->SetName("radius");
    dots_->SetPoints(points_);
    dots_->GetPointData()->SetScalars(colours_);
    dots_->GetPointData()->AddArray(radii_);
    dot_mapper_->SetInputData(dots_);
    dot_mapper_->EmissiveOff();
    dot_mapper_->SetScaleArray("radius");
    dot_mapper_->SetTriangleScale(1.2F);
    dot_mapper_->SetColorModeToDirectScalars();
    dot_actor_->SetMapper(dot_mapper_);
    dot_actor_->GetProperty()->LightingOff();
    dot_actor_->ForceOpaqueOn(); // blended all the same; but what is drawn later doesn't cover it
    dot_actor_->SetPosition(0, 0, 1);
    renderer_->AddActor(dot_actor_);
}

void GraphScene::resize(int width, int height) { window_->SetSize(width, height); }

void GraphScene::set_background(const QColor& colour) {
    renderer_->SetBackground(colour.redF(), colour.greenF(), colour.blueF());
}

void GraphScene::add_parts(const DrawnGraph& graph, EdgeKind kind, bool marked, const QColor& colour) {
    std::vector<std::size_t> edges;
    edges.reserve(graph.count[static_cast<std::size_t>(kind)]);
    for (std::size_t e = 0; e < graph.edges.size(); ++e)
        if (graph.kinds[e] == kind) edges.push_back(e);
    const std::size_t stride = stride_of(edges.size());
    const double opacity = marked ? 0.95 : kind == EdgeKind::weak ? 0.5 : opacity_of(graph.edges.size());
    for (std::size_t first = 0; first < edges.size(); first += edges_of_part) {
        const std::size_t last = std::min(first + edges_of_part, edges.size());
        auto part = std::make_unique<Part>();
        vtkNew<vtkCellArray> cells;
        vtkNew<vtkUnsignedCharArray> colours;
        colours->SetNumberOfComponents(4);
        cells->AllocateExact(static_cast<vtkIdType>(last - first), static_cast<vtkIdType>(2 * (last - first)));
        for (std::size_t i = first; i < last; ++i) {
            const std::size_t e = edges[i * stride % edges.size()];
            const vtkIdType ends[2] = {graph.edges[e].from, graph.edges[e].to};
            cells->InsertNextCell(2, ends);
            if (graph.weights.empty()) continue;
            const double strength = 0.08 + 0.92 * static_cast<double>(graph.weights[e]);
            const unsigned char rgba[4] = {static_cast<unsigned char>(colour.red()),
                                           static_cast<unsigned char>(colour.green()),
                                           static_cast<unsigned char>(colour.blue()),
                                           static_cast<unsigned char>(255 * strength * (marked ? 1 : opacity))};
            colours->InsertNextTypedTuple(rgba);
        }
        part->lines->SetPoints(points_);
        part->lines->SetLines(cells);
        part->mapper->SetInputData(part->lines);
        if (graph.weights.empty()) {
            part->mapper->ScalarVisibilityOff();
        } else {
            part->lines->GetCellData()->SetScalars(colours);
            part->mapper->SetScalarModeToUseCellData();
            part->mapper->SetColorModeToDirectScalars();
        }
        vtkProperty* property = part->actor->GetProperty();
        property->LightingOff();
        property->SetColor(colour.redF(), colour.greenF(), colour.blueF());
        property->SetOpacity(graph.weights.empty() ? opacity : 1);
        property->SetLineWidth(marked ? 2.4F : graph.edges.size() <= smooth_edges ? 1.4F : 1.0F);
        part->actor->SetMapper(part->mapper);
        part->actor->ForceOpaqueOn(); // lines are blended in the order in which they come
        part->actor->SetPosition(0, 0, marked ? 0.4 : kind == EdgeKind::weak ? 0 : 0.2);
        renderer_->AddActor(part->actor);
        parts_.push_back(std::move(part));
    }
}

void GraphScene::set_graph(const DrawnGraph& graph, Shown shown, const EdgeColours& colours) {
    for (const auto& part : parts_) renderer_->RemoveActor(part->actor);
    parts_.clear();
    const bool compares = graph.is_pair() && shown == Shown::both;
    for (const EdgeKind kind : {EdgeKind::weak, EdgeKind::kept, EdgeKind::removed, EdgeKind::added}) {
        if (!graph.is_seen(kind, shown)) continue;
        const bool changed = kind == EdgeKind::removed || kind == EdgeKind::added;
        const EdgeKind as = compares || kind == EdgeKind::weak ? kind : EdgeKind::kept;
        add_parts(graph, kind, compares && changed, colours.of[static_cast<std::size_t>(as)]);
    }
    window_->SetMultiSamples(graph.edges.size() <= smooth_edges ? 4 : 0);
}

void GraphScene::set_places(const std::vector<Place>& places, bool same_frame) {
    if (!same_frame && !places.empty()) {
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
    points_->SetNumberOfPoints(static_cast<vtkIdType>(places.size()));
    for (std::size_t i = 0; i < places.size(); ++i)
        points_->SetPoint(static_cast<vtkIdType>(i), (places[i][0] - origin_[0]) / unit_,
                          (places[i][1] - origin_[1]) / unit_, 0);
    points_->Modified();
    dots_->Modified();
    for (const auto& part : parts_) part->lines->Modified();
}

void GraphScene::set_nodes(const NodeLook& look, const QColor& rim) {
    const auto n = static_cast<vtkIdType>(look.colours.size());
    colours_->SetNumberOfTuples(n);
    radii_->SetNumberOfTuples(n);
    for (vtkIdType i = 0; i < n; ++i) {
        const QRgb c = look.colours[static_cast<std::size_t>(i)];
        const unsigned char rgba[4] = {static_cast<unsigned char>(qRed(c)), static_cast<unsigned char>(qGreen(c)),
                                       static_cast<unsigned char>(qBlue(c)), 255};
        colours_->SetTypedTuple(i, rgba);
        radii_->SetValue(i, look.radii[static_cast<std::size_t>(i)]);
    }
    colours_->Modified();
    radii_->Modified();
    dots_->Modified();
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
    if (!dot_mapper_->GetSplatShaderCode() || code != dot_mapper_->GetSplatShaderCode())
        dot_mapper_->SetSplatShaderCode(code.c_str());
}

void GraphScene::set_camera(Place middle, double scale, double pixel) {
    const double x = (middle[0] - origin_[0]) / unit_, y = (middle[1] - origin_[1]) / unit_;
    camera_->SetFocalPoint(x, y, 0);
    camera_->SetPosition(x, y, far);
    camera_->SetViewUp(0, 1, 0);
    camera_->SetParallelScale(scale / unit_);
    camera_->SetClippingRange(0.5 * far, 1.5 * far);
    dot_mapper_->SetScaleFactor(pixel / unit_);
}

void GraphScene::draw(bool restart, std::size_t parts) {
    if (restart) drawn_ = 0;
    const std::size_t last = std::min(parts_.size(), drawn_ + parts);
    for (std::size_t p = 0; p < parts_.size(); ++p) parts_[p]->actor->SetVisibility(p >= drawn_ && p < last);
    // Once more at the end: what came after them lies below them.
    dot_actor_->SetVisibility((restart || last == parts_.size()) && points_->GetNumberOfPoints() > 0);
    renderer_->SetErase(restart);
    window_->Render();
    drawn_ = last;
}

} // namespace orrery::gui
