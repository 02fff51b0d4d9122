// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/field/field_scene.h"

#include <vtkCellArray.h>
#include <vtkFloatArray.h>
#include <vtkPointData.h>
#include <vtkProperty.h>
#include <vtkRendererCollection.h>

#include <algorithm>
#include <cmath>

namespace orrery::gui {

FieldScene::FieldScene() {
    draw_into_qt(*window);
    camera->ParallelProjectionOn();
    window->AddRenderer(background);
}

void FieldScene::resize(std::size_t count) {
    while (panels.size() > count) {
        window->RemoveRenderer(panels.back()->renderer);
        panels.pop_back();
    }
    while (panels.size() < count) {
        auto panel = std::make_unique<Panel>();
        panel->renderer->SetActiveCamera(camera);
        panel->mapper->SetInputData(panel->shape);
        panel->mapper->ScalarVisibilityOff();
        panel->actor->SetMapper(panel->mapper);
        panel->actor->SetTexture(panel->texture);
        panel->actor->ForceOpaqueOn(); // else VTK looks at every pixel's alpha
        panel->colours->SetNumberOfComponents(4);
        panel->pixels->GetPointData()->SetScalars(panel->colours);
        panel->texture->SetInputData(panel->pixels);
        panel->texture->SetColorModeToDirectScalars();
        panel->texture->RepeatOff();
        panel->texture->EdgeClampOn();
        panel->renderer->AddActor(panel->actor);
        window->AddRenderer(panel->renderer);
        panels.push_back(std::move(panel));
    }
}

void FieldScene::show(Panel& panel, const FieldPanel& field, int mesh, double height, bool smooth) {
    panel.actor->SetVisibility(field.grid != nullptr);
    panel.texture->SetInterpolate(smooth || mesh > 0);
    if (!field.grid) return;
    const bool same = panel.grid == field.grid, same_scale = same && panel.scale == field.scale;
    if (!same_scale) {
        const QSize points = picture_size(*field.grid);
        panel.pixels->SetDimensions(points.width(), points.height(), 1);
        panel.colours->SetNumberOfTuples(static_cast<vtkIdType>(points.width()) * points.height());
        paint_picture(*field.grid, field.scale, panel.colours->GetPointer(0));
        panel.colours->Modified();
        panel.pixels->Modified();
    }
    const bool same_shape = same && panel.mesh == mesh && (mesh == 0 || (same_scale && panel.height == height));
    const bool same_place =
        panel.grid && panel.mesh == 0 && mesh == 0 && panel.grid->drawn_extent() == field.grid->drawn_extent();
    panel.grid = field.grid;
    panel.scale = field.scale;
    if (same_shape || same_place) return;
    panel.mesh = mesh;
    panel.height = height;
    if (mesh == 0)
        make_flat(panel);
    else
        make_surface(panel, mesh, height);
    panel.shape->Modified();
}

void FieldScene::make_flat(Panel& panel) {
    const auto box = panel.grid->drawn_extent();
    vtkNew<vtkPoints> points;
    vtkNew<vtkFloatArray> places;
    places->SetNumberOfComponents(2);
    vtkNew<vtkCellArray> cells;
    const vtkIdType corners[4] = {0, 1, 2, 3};
    for (const int corner : {0, 1, 2, 3}) {
        const bool right = corner == 1 || corner == 2, top = corner >= 2;
        points->InsertNextPoint(box[right ? 1 : 0], box[top ? 3 : 2], 0);
        places->InsertNextTuple2(right ? 1 : 0, top ? 1 : 0);
    }
    cells->InsertNextCell(4, corners);
    panel.shape->Initialize();
    panel.shape->SetPoints(points);
    panel.shape->SetPolys(cells);
    panel.shape->GetPointData()->SetTCoords(places);
    panel.actor->GetProperty()->LightingOff();
}

// Heights are the values between the ends of the scale; where there is no value there is a hole.
void FieldScene::make_surface(Panel& panel, int mesh, double height) {
    const FieldGrid& grid = *panel.grid;
    const int stride = std::max(1, (std::max(grid.nx, grid.ny) + mesh - 1) / mesh);
    const int nx = std::max(2, (grid.nx + stride - 1) / stride), ny = std::max(2, (grid.ny + stride - 1) / stride);
    const auto box = grid.drawn_extent();
    const double stretch = grid.stretch();
    const double tall = height * std::max(box[1] - box[0], box[3] - box[2]);
    const auto source = [&](int at, int count) { return std::min(at * stride, count - 1); };
    std::vector<float> z(static_cast<std::size_t>(nx) * static_cast<std::size_t>(ny));
    for (int j = 0; j < ny; ++j)
        for (int i = 0; i < nx; ++i)
            z[static_cast<std::size_t>(j * nx + i)] = static_cast<float>(
                tall *
                (std::clamp(panel.scale.share(grid.at(source(i, grid.nx), source(j, grid.ny))), 0.0, 1.0) - 0.5));
    vtkNew<vtkPoints> points;
    points->SetNumberOfPoints(nx * ny);
    vtkNew<vtkFloatArray> places, normals;
    places->SetNumberOfComponents(2);
    places->SetNumberOfTuples(nx * ny);
    normals->SetNumberOfComponents(3);
    normals->SetNumberOfTuples(nx * ny);
    const auto value = [&](int i, int j) {
        return z[static_cast<std::size_t>(std::clamp(j, 0, ny - 1) * nx + std::clamp(i, 0, nx - 1))];
    };
    const float dx = static_cast<float>(2 * stride * grid.spacing[0]),
                dy = static_cast<float>(2 * stride * grid.spacing[1] * stretch);
    for (int j = 0; j < ny; ++j) {
        for (int i = 0; i < nx; ++i) {
            const vtkIdType id = j * nx + i;
            const int si = source(i, grid.nx), sj = source(j, grid.ny);
            const float height_here = value(i, j);
            points->SetPoint(id, grid.origin[0] + si * grid.spacing[0],
                             (grid.origin[1] + sj * grid.spacing[1]) * stretch,
                             std::isnan(height_here) ? 0 : static_cast<double>(height_here));
            places->SetTuple2(id, (si + 0.5) / grid.nx, (sj + 0.5) / grid.ny);
            float nx_ = -(value(i + 1, j) - value(i - 1, j)) / dx, ny_ = -(value(i, j + 1) - value(i, j - 1)) / dy;
            if (std::isnan(nx_) || std::isnan(ny_)) nx_ = ny_ = 0;
            const float length = std::sqrt(nx_ * nx_ + ny_ * ny_ + 1);
            const float normal[3] = {nx_ / length, ny_ / length, 1 / length};
            normals->SetTypedTuple(id, normal);
        }
    }
    vtkNew<vtkCellArray> cells;
    cells->AllocateEstimate(static_cast<vtkIdType>(nx - 1) * (ny - 1) * 2, 3);
    for (int j = 0; j + 1 < ny; ++j) {
        for (int i = 0; i + 1 < nx; ++i) {
            const vtkIdType a = j * nx + i, b = a + 1, c = a + nx, d = c + 1;
            if (std::isnan(value(i, j) + value(i + 1, j) + value(i, j + 1) + value(i + 1, j + 1))) continue;
            const vtkIdType first[3] = {a, b, d}, second[3] = {a, d, c};
            cells->InsertNextCell(3, first);
            cells->InsertNextCell(3, second);
        }
    }
    panel.shape->Initialize();
    panel.shape->SetPoints(points);
    panel.shape->SetPolys(cells);
    panel.shape->GetPointData()->SetTCoords(places);
    panel.shape->GetPointData()->SetNormals(normals);
    vtkProperty* property = panel.actor->GetProperty();
    property->LightingOn();
    property->SetAmbient(0.45);
    property->SetDiffuse(0.6);
    property->SetSpecular(0);
}

} // namespace orrery::gui
