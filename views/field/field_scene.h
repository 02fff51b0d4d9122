// SPDX-License-Identifier: GPL-3.0-or-later
// The VTK part of FieldCanvas and of figures: a renderer a panel, with the field as a textured rectangle or a height
// surface.
#pragma once
#include "views/field/field_canvas.h"

#include <vtkActor.h>
#include <vtkCamera.h>
#include <vtkGenericOpenGLRenderWindow.h>
#include <vtkImageData.h>
#include <vtkNew.h>
#include <vtkPolyData.h>
#include <vtkPolyDataMapper.h>
#include <vtkRenderer.h>
#include <vtkTexture.h>
#include <vtkUnsignedCharArray.h>

namespace orrery::gui {

struct FieldScene {
    struct Panel {
        vtkNew<vtkRenderer> renderer;
        vtkNew<vtkTexture> texture;
        vtkNew<vtkImageData> pixels;
        vtkNew<vtkUnsignedCharArray> colours; // of the pixels; kept, so that a frame needs no new memory
        vtkNew<vtkPolyData> shape;
        vtkNew<vtkPolyDataMapper> mapper;
        vtkNew<vtkActor> actor;
        Grid grid; // what pixels and shape were made of
        ColourScale scale;
        int mesh = -1; // points a side of the surface; 0: flat
        double height = 0;
    };
    vtkNew<vtkGenericOpenGLRenderWindow> window;
    vtkNew<vtkCamera> camera;
    vtkNew<vtkRenderer> background; // of the whole widget: VTK clears the viewports only
    std::vector<std::unique_ptr<Panel>> panels;
    std::array<int, 2> size{0, 0};

    FieldScene();
    void resize(std::size_t count);
    void show(Panel& panel, const FieldPanel& field, int mesh, double height, bool smooth);

private:
    static void make_flat(Panel& panel);
    static void make_surface(Panel& panel, int mesh, double height);
};

} // namespace orrery::gui
