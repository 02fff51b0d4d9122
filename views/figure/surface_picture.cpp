// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/figure/surface_picture.h"

#include "core/error.h"
#include "views/field/field_scene.h"

#include <vtkImageData.h>
#include <vtkObject.h>
#include <vtkOpenGLRenderWindow.h>
#include <vtkWindowToImageFilter.h>

#define EGL_NO_X11 // its macros are words of ours
#include <EGL/egl.h>
#include <EGL/eglext.h>
#include <fmt/format.h>

#include <algorithm>

namespace orrery::gui {

namespace {

constexpr int mesh = 800;             // points a side of the surface
constexpr int largest_picture = 8192; // a side of what OpenGL draws at once

[[noreturn]] void no_opengl(const char* what) {
    throw Error(
        fmt::format("A height surface needs OpenGL 3.2 without a display (EGL), and {}.", what),
        "Install an OpenGL driver with EGL (Debian: libegl1 and libgl1-mesa-dri), or show the field as an image: "
        "kind 'field'.");
}

// An OpenGL context that draws nowhere: VTK has framebuffers of its own.
class EglContext {
public:
    EglContext() {
        display_ = open_display();
        if (eglBindAPI(EGL_OPENGL_API) == EGL_FALSE) no_opengl("this driver has no OpenGL");
        const EGLint wanted[] = {EGL_SURFACE_TYPE, 0, EGL_RENDERABLE_TYPE, EGL_OPENGL_BIT, EGL_NONE};
        EGLConfig config = nullptr;
        EGLint count = 0;
        if (eglChooseConfig(display_, wanted, &config, 1, &count) == EGL_FALSE || count < 1) config = nullptr;
        const EGLint version[] = {
            EGL_CONTEXT_MAJOR_VERSION,           3,       EGL_CONTEXT_MINOR_VERSION, 2, EGL_CONTEXT_OPENGL_PROFILE_MASK,
            EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT, EGL_NONE};
        context_ = eglCreateContext(display_, config, EGL_NO_CONTEXT, version);
        if (context_ == EGL_NO_CONTEXT) {
            eglTerminate(display_);
            no_opengl("this driver has no context of OpenGL 3.2");
        }
        if (eglMakeCurrent(display_, EGL_NO_SURFACE, EGL_NO_SURFACE, context_) == EGL_FALSE) {
            close();
            no_opengl("this driver can't draw without a surface");
        }
    }
    ~EglContext() { close(); }
    EglContext(const EglContext&) = delete;
    EglContext& operator=(const EglContext&) = delete;

private:
    // Mesa's own platform for that; else the devices, as NVIDIA's driver has them.
    static EGLDisplay open_display() {
        const auto get =
            reinterpret_cast<PFNEGLGETPLATFORMDISPLAYEXTPROC>(eglGetProcAddress("eglGetPlatformDisplayEXT"));
        const auto devices = reinterpret_cast<PFNEGLQUERYDEVICESEXTPROC>(eglGetProcAddress("eglQueryDevicesEXT"));
        if (!get) no_opengl("there is no EGL driver");
        const auto opened = [](EGLDisplay display) {
            return display != EGL_NO_DISPLAY && eglInitialize(display, nullptr, nullptr) == EGL_TRUE;
        };
        if (auto* display = get(EGL_PLATFORM_SURFACELESS_MESA, EGL_DEFAULT_DISPLAY, nullptr); opened(display))
            return display;
        std::array<EGLDeviceEXT, 16> found{};
        EGLint count = 0;
        if (devices && devices(static_cast<EGLint>(found.size()), found.data(), &count) == EGL_TRUE)
            for (EGLint i = 0; i < count; ++i)
                if (auto* display = get(EGL_PLATFORM_DEVICE_EXT, found[static_cast<std::size_t>(i)], nullptr);
                    opened(display))
                    return display;
        no_opengl("no EGL driver works here");
    }
    void close() {
        eglMakeCurrent(display_, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
        eglDestroyContext(display_, context_);
        eglTerminate(display_);
    }
    EGLDisplay display_ = EGL_NO_DISPLAY;
    EGLContext context_ = EGL_NO_CONTEXT;
};

QImage drawn(FieldScene& scene, double background) {
    scene.background->SetBackground(background, background, background);
    scene.panels.front()->renderer->SetBackground(background, background, background);
    scene.window->Render();
    vtkNew<vtkWindowToImageFilter> reader;
    reader->SetInput(scene.window);
    reader->ReadFrontBufferOff();
    reader->ShouldRerenderOff();
    reader->Update();
    vtkImageData* data = reader->GetOutput();
    const int* size = data->GetDimensions();
    const QImage image(static_cast<const uchar*>(data->GetScalarPointer()), size[0], size[1], 3 * size[0],
                       QImage::Format_RGB888);
    return image.mirrored(); // VTK begins at the bottom; a copy
}

// What was drawn on white and on black tells what is transparent, and how much.
QImage with_alpha(const QImage& on_white, const QImage& on_black) {
    QImage made(on_white.size(), QImage::Format_ARGB32_Premultiplied);
    for (int y = 0; y < made.height(); ++y) {
        const uchar *white = on_white.constScanLine(y), *black = on_black.constScanLine(y);
        auto* to = reinterpret_cast<QRgb*>(made.scanLine(y));
        for (int x = 0; x < made.width(); ++x, white += 3, black += 3) {
            const int through = std::clamp(white[1] - black[1], 0, 255), alpha = 255 - through;
            to[x] = qRgba(std::min<int>(black[0], alpha), std::min<int>(black[1], alpha),
                          std::min<int>(black[2], alpha), alpha);
        }
    }
    return made;
}

} // namespace

QImage surface_picture(const FieldPanel& panel, double relief, const SurfaceCamera& camera, QSize pixels,
                       bool transparent) {
    // Twice as many dots, and their means: smooth edges. Of a very large picture as many as OpenGL can draw.
    QSize size = pixels * 2;
    if (std::max(size.width(), size.height()) > largest_picture)
        size.scale(largest_picture, largest_picture, Qt::KeepAspectRatio);
    const EglContext context;
    vtkObject::GlobalWarningDisplayOff(); // GLEW looks for an X display, needlessly
    QImage image;
    {
        FieldScene scene;
        scene.window->SetFrameBlitModeToNoBlit();
        scene.window->SetSize(size.width(), size.height());
        scene.window->OpenGLInit();
        scene.resize(1);
        scene.show(*scene.panels.front(), panel, mesh, relief, true);
        const auto box = panel.grid->drawn_extent();
        const double far = 4 * std::max(box[1] - box[0], box[3] - box[2]) * std::max(1.0, relief);
        const auto [x, y] = camera.middle;
        scene.camera->SetFocalPoint(x, y, 0);
        scene.camera->SetPosition(x + far * camera.basis.d[0], y + far * camera.basis.d[1], far * camera.basis.d[2]);
        scene.camera->SetViewUp(camera.basis.u.data());
        scene.camera->SetParallelScale(camera.half_height);
        scene.camera->SetClippingRange(far * 0.1, far * 2);
        image = drawn(scene, 1);
        if (transparent) image = with_alpha(image, drawn(scene, 0));
        scene.window->Finalize();
    }
    return image.scaled(pixels, Qt::IgnoreAspectRatio, Qt::SmoothTransformation);
}

} // namespace orrery::gui
