// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/field/field_view.h"

#include "core/error.h"
#include "core/files/field_file.h"
#include "core/files/npy.h"
#include "tests/catch.h"
#include "tests/scratch_folder.h"
#include "views/plot/plot_canvas.h"

#include <QComboBox>
#include <QImage>
#include <QLabel>
#include <QLineEdit>
#include <QOpenGLContext>
#include <QOpenGLFunctions>
#include <QSignalSpy>
#include <QSlider>
#include <QSplitter>
#include <QTest>
#include <QToolButton>
#include <QWheelEvent>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <limits>

using namespace orrery;
using namespace orrery::gui;

namespace {

double wave(double x, double y, double t) { return std::sin(0.6 * x + 0.5 * t) + 0.3 * y; } // not symmetric in x or y

Array field(int nx, int ny, double t) {
    Array array({nx, ny}, DType::float64);
    array.name = "theta";
    array.unit = "K";
    auto values = array.values<double>();
    for (int i = 0; i < nx; ++i)
        for (int j = 0; j < ny; ++j) values[static_cast<std::size_t>(i * ny + j)] = wave(0.1 * i, 0.1 * j, t);
    return array;
}

std::filesystem::path write_file(const std::filesystem::path& file, int nx, int ny, int steps, double shift = 0,
                                 const std::string& name = "theta") {
    FieldLayout layout;
    layout.nx = nx;
    layout.ny = ny;
    layout.spacing = {0.1, 0.1};
    layout.names = {name};
    layout.units = {{name, "K"}};
    for (int step = 0; step < steps; ++step) layout.times.push_back(0.5 * step);
    FieldWriter writer(file, layout);
    for (int step = 0; step < steps; ++step) writer.write(step, name, field(nx, ny, 0.5 * step + shift));
    writer.close();
    return file;
}

bool has_opengl() {
    QString why;
    if (FieldView::is_possible(&why)) return true;
    WARN("skipped: " << why.toStdString());
    return false;
}

struct Shown {
    explicit Shown(QSize size = {640, 480}) {
        view.resize(size);
        view.show();
        CHECK(QTest::qWaitForWindowExposed(&view));
    }
    void open(const std::vector<FieldSource>& sources) {
        view.set_sources(sources);
        CHECK(QTest::qWaitFor(
            [&] {
                const auto& panels = view.canvas()->panels();
                if (panels.size() < sources.size()) return false;
                return std::all_of(panels.begin(), panels.end(), [](const FieldPanel& panel) {
                    return panel.grid || panel.message != QStringLiteral("Reading ...");
                });
            },
            10000));
        QTest::qWait(100);
    }
    // Until the newest frames have been made and drawn.
    void wait() {
        CHECK(QTest::qWaitFor([&] {
            const auto& panels = view.canvas()->panels();
            return !panels.empty() && std::all_of(panels.begin(), panels.end(), [](const FieldPanel& panel) {
                return panel.grid || panel.message != QStringLiteral("Reading ...");
            });
        }));
        QTest::qWait(100);
    }
    QImage picture() {
        QTest::qWait(100);
        return view.canvas()->grabFramebuffer().convertToFormat(QImage::Format_RGB32);
    }
    FieldView view;
};

// What the canvas painted last; grabFramebuffer() would paint it again.
QImage painted(FieldCanvas& canvas) {
    const QSize size = canvas.size() * canvas.devicePixelRatioF();
    QImage image(size, QImage::Format_RGBA8888);
    canvas.makeCurrent();
    QOpenGLFunctions* gl = canvas.context()->functions();
    gl->glBindFramebuffer(GL_FRAMEBUFFER, canvas.defaultFramebufferObject());
    gl->glReadPixels(0, 0, size.width(), size.height(), GL_RGBA, GL_UNSIGNED_BYTE, image.bits());
    canvas.doneCurrent();
    return image.mirrored();
}

// The smallest rectangle around all that isn't background.
QRect drawn_rect(const QImage& image) {
    const QRgb back = image.pixel(0, 0);
    QRect drawn;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x)
            if (image.pixel(x, y) != back) drawn |= QRect(x, y, 1, 1);
    return drawn;
}

// Mean difference of two pictures' channels, of 255; 255 if the sizes differ.
double distance(const QImage& a, const QImage& b) {
    if (a.size() != b.size()) return 255;
    double sum = 0;
    for (int y = 0; y < a.height(); ++y)
        for (int x = 0; x < a.width(); ++x) {
            const QRgb p = a.pixel(x, y), q = b.pixel(x, y);
            sum += std::abs(qRed(p) - qRed(q)) + std::abs(qGreen(p) - qGreen(q)) + std::abs(qBlue(p) - qBlue(q));
        }
    return sum / (3.0 * a.width() * a.height());
}

// Of 255, mean over all channels: other versions of Mesa move an edge by a pixel.
constexpr double tolerance = 1.0;

void check_baseline(Shown& shown, const char* name) {
    const QImage now = shown.picture();
    const QString file = QStringLiteral(ORRERY_BASELINES "/%1.png").arg(QLatin1String(name));
    if (std::getenv("ORRERY_WRITE_BASELINES")) CHECK(now.save(file));
    if (!shown.view.canvas()->driver().contains("llvmpipe")) {
        WARN("baseline skipped: not Mesa's llvmpipe");
        return;
    }
    const QImage before = QImage(file).convertToFormat(QImage::Format_RGB32);
    INFO(name << ", distance " << distance(now, before));
    CHECK(distance(now, before) < tolerance);
}

} // namespace

TEST_CASE("colour maps: sequential ones rise in lightness, diverging ones are balanced", "[gui]") {
    const auto lightness = [](QRgb c) { // CIE L*
        const auto linear = [](int channel) {
            const double v = channel / 255.0;
            return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
        };
        const double y = 0.2126 * linear(qRed(c)) + 0.7152 * linear(qGreen(c)) + 0.0722 * linear(qBlue(c));
        return y > 0.008856 ? 116 * std::cbrt(y) - 16 : 903.3 * y;
    };
    for (const ColourMap& map : colour_maps()) {
        INFO(map.id.toStdString());
        if (map.id == "phase") {
            CHECK(std::abs(lightness(map.colours[0]) - lightness(map.colours[255])) < 3);
            continue;
        }
        for (std::size_t i = 1; i < 256; ++i) {
            const double rise = lightness(map.colours[i]) - lightness(map.colours[i - 1]);
            CHECK((map.diverging && i >= 128 ? -rise : rise) > -0.6);
        }
        if (map.diverging)
            for (std::size_t i = 0; i < 128; ++i)
                CHECK(std::abs(lightness(map.colours[i]) - lightness(map.colours[255 - i])) < 3);
    }
}

TEST_CASE("ticks are round numbers inside the range, and labels tell them apart", "[gui]") {
    CHECK(nice_ticks(0, 1, 5) == std::vector<double>{0, 0.2, 0.4, 0.6000000000000001, 0.8, 1});
    CHECK(nice_ticks(-1.41, 1.41, 3) == std::vector<double>{-1, 0, 1});
    CHECK(nice_ticks(1e-4, 1, 5, true).size() == 5);
    CHECK(nice_ticks(1, 1, 5).empty());
    CHECK(tick_label(0.25, 0.05) == "0.25");
    CHECK(tick_label(3e-7, 1e-7) == "3e-7");
    CHECK(tick_label(1.25e-7, 0.05e-7) != tick_label(1.2e-7, 0.05e-7));
}

TEST_CASE("a scale is centred for fields of both signs and marks what a logarithm can't show", "[gui]") {
    const FieldRange both{-1, 3, 0.1}, positive{0, 100, 0.01};
    CHECK(scale_of({}, both, nullptr).low == -3);
    CHECK(scale_of({}, both, nullptr).map->diverging);
    CHECK_FALSE(scale_of({}, positive, nullptr).map->diverging);
    FieldStyle style;
    style.logarithmic = true;
    const ColourScale scale = scale_of(style, positive, nullptr);
    CHECK(scale.low == 0.01);
    CHECK(scale.share(1) == Approx(0.5));
    CHECK(scale.colour(0) == scale.not_a_number);
    const double least = scale_of(style, {0, 100, 1e-12}, nullptr).low; // rounding noise gets none of the colours
    CHECK(least >= 0.99e-4);
    CHECK(least <= 1.01e-4);
    QString note;
    CHECK_FALSE(scale_of(style, {-2, -1, std::numeric_limits<double>::infinity()}, &note).logarithmic);
    CHECK_FALSE(note.isEmpty());
}

TEST_CASE("a grid has x along the first index, and finds values at places", "[gui]") {
    auto array = field(30, 20, 0);
    array.origin = {1, 2};
    array.spacing = {0.1, 0.1};
    const Grid grid = grid_of(array);
    CHECK(grid->at(3, 5) == Approx(wave(0.3, 0.5, 0)));
    CHECK(grid->nearest(1.32, 2.48) == Approx(wave(0.3, 0.5, 0)));
    CHECK(grid->interpolated(1.0, 2.55) == Approx(wave(0, 0.55, 0)));
    CHECK(std::isnan(grid->nearest(0.9, 2)));
    const Profile line = profile(*grid, {1, 2}, {1, 3}, 11);
    CHECK(line.place.back() == Approx(1));
    CHECK(line.value[5] == Approx(wave(0, 0.5, 0)));
    CHECK_THROWS_AS(grid_of(Array({3, 4, 5}, DType::float64)), Error);
    CHECK_THROWS_AS(difference(*grid, *grid_of(field(20, 30, 0))), Error);
    const QImage image = picture(*grid, scale_of({}, grid->range, nullptr), 10);
    CHECK(image.size() == QSize(10, 7)); // every third point
}

TEST_CASE("the difference of a fine and a coarse grid is taken at the points of the coarse one", "[gui]") {
    const auto sampled = [](int nx, int ny, std::vector<double> origin, double dx, double dy, double t) {
        Array array({nx, ny}, DType::float64);
        array.origin = origin;
        array.spacing = {dx, dy};
        auto values = array.values<double>();
        for (int i = 0; i < nx; ++i)
            for (int j = 0; j < ny; ++j)
                values[static_cast<std::size_t>(i * ny + j)] = wave(origin[0] + i * dx, origin[1] + j * dy, t);
        return grid_of(array);
    };
    const Grid fine = sampled(60, 40, {0, 0}, 0.1, 0.1, 0);
    const Grid coarse = sampled(20, 20, {0, 0}, 0.3, 0.2, 1);
    for (const bool turned : {false, true}) {
        const Grid made = turned ? difference(*coarse, *fine) : difference(*fine, *coarse);
        REQUIRE(made->same_grid(*coarse));
        const double wanted = wave(0.9, 1.0, 0) - wave(0.9, 1.0, 1);
        CHECK(made->at(3, 5) == Approx(turned ? -wanted : wanted));
        CHECK(difference(*fine, *coarse, true)->range.low >= 0);
    }
    // Points that begin later, but within the first cell; and grids that have their last points in common.
    CHECK(can_subtract(*fine, *sampled(20, 20, {0.1, 0.1}, 0.3, 0.2, 1)));
    CHECK(can_subtract(*sampled(65, 33, {0, 0}, 0.1, 0.1, 0), *sampled(33, 17, {0, 0}, 0.2, 0.2, 0)));
    // Between the points, another part of the domain, no whole number of cells, each finer along one axis.
    CHECK_FALSE(can_subtract(*fine, *sampled(20, 20, {0.05, 0}, 0.3, 0.2, 1)));
    CHECK_FALSE(can_subtract(*fine, *sampled(20, 10, {0, 0}, 0.3, 0.2, 1)));
    CHECK_FALSE(can_subtract(*fine, *sampled(40, 20, {0, 0}, 0.15, 0.2, 1)));
    CHECK_FALSE(can_subtract(*fine, *sampled(20, 80, {0, 0}, 0.3, 0.05, 1)));
}

TEST_CASE("fields of files are shown side by side with one slider, and their difference", "[gui][gl]") {
    if (!has_opengl()) return;
    const ScratchFolder folder;
    Shown shown;
    FieldView& view = shown.view;
    shown.open({{"first", write_file(folder.path() / "a.vtkhdf", 40, 30, 5), ""},
                {"second", write_file(folder.path() / "b.vtkhdf", 40, 30, 5, 1), ""}});
    FieldStyle style;
    style.absolute = false;
    view.set_style_of_fields(style);
    auto* slider = view.findChild<QSlider*>("field_time");
    CHECK(slider->maximum() == 4);
    slider->setFocus();
    QTest::keyClick(slider, Qt::Key_Home);
    REQUIRE(QTest::qWaitFor([&] { return view.canvas()->panels()[0].grid->at(3, 4) == Approx(wave(0.3, 0.4, 0)); }));
    QTest::keyClick(slider, Qt::Key_End);
    REQUIRE(QTest::qWaitFor([&] {
        const auto& panels = view.canvas()->panels();
        return panels.size() == 3 && panels[0].grid->at(3, 4) == Approx(wave(0.3, 0.4, 2));
    }));
    const auto& panels = view.canvas()->panels();
    CHECK(panels[1].grid->at(3, 4) == Approx(wave(0.3, 0.4, 3)));
    const double shift = wave(0.3, 0.4, 2) - wave(0.3, 0.4, 3);
    CHECK(panels[2].grid->at(3, 4) == Approx(shift));
    CHECK(panels[2].scale.map->diverging);
    style.absolute = true;
    view.set_style_of_fields(style);
    REQUIRE(QTest::qWaitFor([&] { return view.canvas()->panels()[2].grid->at(3, 4) == Approx(std::abs(shift)); }));
    CHECK(panels[2].scale.low == 0);
    CHECK_FALSE(panels[2].scale.map->diverging);
    // Its colours are those of all times, as the fields' are.
    CHECK(panels[2].scale.high > panels[2].grid->range.high * 0.999);
    CHECK(panels[0].scale == panels[1].scale); // equal colours are equal values
    // The probe reads every panel where the mouse is.
    const QPoint at = view.canvas()->position_of(1, 0.3, 0.4).toPoint();
    QMouseEvent hover(QEvent::MouseMove, at, view.canvas()->mapToGlobal(at), Qt::NoButton, Qt::NoButton,
                      Qt::NoModifier);
    QCoreApplication::sendEvent(view.canvas(), &hover);
    REQUIRE(view.canvas()->probe());
    CHECK(view.canvas()->probe()->panel == 1);
    CHECK(view.canvas()->probe()->x == Approx(0.3).margin(0.05));
    CHECK(view.probe_text().contains("second"));
    // A line drawn with Shift gives the values along it.
    QSignalSpy taken(&view, &FieldView::profile_taken);
    const QPoint from = view.canvas()->position_of(0, 0.5, 0.5).toPoint(),
                 to = view.canvas()->position_of(0, 2.5, 0.5).toPoint();
    QTest::mousePress(view.canvas(), Qt::LeftButton, Qt::ShiftModifier, from);
    QMouseEvent move(QEvent::MouseMove, to, view.canvas()->mapToGlobal(to), Qt::NoButton, Qt::LeftButton,
                     Qt::ShiftModifier);
    QCoreApplication::sendEvent(view.canvas(), &move);
    QTest::mouseRelease(view.canvas(), Qt::LeftButton, Qt::ShiftModifier, to);
    REQUIRE(taken.size() == 1);
    const auto place = taken[0][0].value<std::vector<double>>(), value = taken[0][1].value<std::vector<double>>();
    CHECK(place.back() == Approx(2).margin(0.1));
    CHECK(value.front() == Approx(wave(0.5, 0.5, 2)).margin(0.1));
}

TEST_CASE("a run with a reference is shown as prediction, reference and the size of their difference", "[gui][gl]") {
    if (!has_opengl()) return;
    const ScratchFolder folder;
    const auto file = [&](const char* name, double shift) {
        return write_file(folder.path() / (std::string(name) + ".vtkhdf"), 24, 24, 3, shift, name);
    };
    Shown shown({900, 400});
    FieldView& view = shown.view;
    view.set_sources({{"kappa=1", file("error", 2), "error", "run"},
                      {"kappa=1", file("theta", -3), "theta", "run"},
                      {"kappa=1", file("reference", 0.5), "reference", "run"}});
    REQUIRE(QTest::qWaitFor([&] { return view.canvas()->panels().size() == 3; }));
    const auto& panels = view.canvas()->panels();
    CHECK(panels[0].title == "prediction");
    CHECK(panels[1].title == "reference");
    CHECK(panels[2].title == "|difference|");
    CHECK(panels[0].scale.low == -panels[0].scale.high);
    CHECK(panels[0].scale.map->id == "balance");
    CHECK(panels[2].scale.map->id == "viridis");
    CHECK(view.channels() == QStringList{"theta", "error", "reference"});
    CHECK(view.findChild<QLabel*>("field_time_label")->text() == "t = 1 / 1"); // where most has happened
    view.set_step(1);
    CHECK(view.findChild<QLabel*>("field_time_label")->text() == "t = 0.5 / 1");
    // Pictures of one row, all of one size.
    CHECK(view.canvas()->arrangement().columns == 3);
    CHECK(view.canvas()->picture_rect(0).size() == view.canvas()->picture_rect(2).size());
}

TEST_CASE("a run whose files hold several unknowns is shown unknown by unknown, with its reference", "[gui][gl]") {
    if (!has_opengl()) return;
    const ScratchFolder folder;
    const auto file = [&](const char* artifact, std::vector<std::string> names, double shift) {
        FieldLayout layout;
        layout.nx = layout.ny = 16;
        layout.names = names;
        layout.times = {0, 0.5, 1};
        const auto path = folder.path() / (std::string(artifact) + ".vtkhdf");
        FieldWriter writer(path, layout);
        for (int step = 0; step < 3; ++step)
            for (std::size_t k = 0; k < names.size(); ++k)
                writer.write(step, names[k], field(16, 16, 0.5 * step + shift + static_cast<double>(k)));
        writer.close();
        return path;
    };
    const auto solution = file("solution", {"u", "v", "p"}, 0), reference = file("reference", {"u", "v"}, 0.25),
               error = file("error", {"u", "v"}, 0);
    std::vector<FieldSource> sources; // as a project lists them
    for (const auto* run : {"one", "two"})
        for (const auto& [artifact, path] :
             {std::pair("error", error), std::pair("reference", reference), std::pair("solution", solution)})
            for (const auto* name : {"p", "u", "v"})
                if (std::string(artifact) == "solution" || std::string(name) != "p")
                    sources.push_back({run, path, name, run, artifact});
    Shown shown({900, 400});
    FieldView& view = shown.view;
    view.set_sources({sources.begin(), sources.begin() + 7});
    CHECK(view.channels() == QStringList{"u", "v", "p"});
    view.set_channel("v");
    const auto titles = [&] {
        QStringList list;
        for (const auto& panel : view.canvas()->panels()) list << panel.title;
        return list;
    };
    REQUIRE(QTest::qWaitFor([&] { return titles() == QStringList{"prediction", "reference", "|difference|"}; }));
    // One slider moves all of them.
    for (const int step : {2, 1, 0}) {
        view.set_step(step);
        const double t = 0.5 * step;
        REQUIRE(QTest::qWaitFor([&] {
            const auto& panels = view.canvas()->panels();
            return panels.size() == 3 && panels[0].grid && panels[2].grid &&
                   panels[0].grid->at(3, 0) == Approx(wave(0.3, 0, t + 1)) &&
                   panels[1].grid->at(3, 0) == Approx(wave(0.3, 0, t + 1.25)) &&
                   panels[2].grid->at(3, 0) == Approx(std::abs(wave(0.3, 0, t + 1) - wave(0.3, 0, t + 1.25)));
        }));
    }
    view.set_channel("p"); // it has no reference
    CHECK(QTest::qWaitFor([&] { return titles().size() == 1; }));
    // Of two runs the results alone.
    view.set_sources(sources);
    view.set_channel("u");
    REQUIRE(QTest::qWaitFor([&] { return titles().size() == 3; }));
    CHECK(titles()[0].contains("one"));
    CHECK(titles()[1].contains("two"));
}

TEST_CASE("a picture of space over time has its axes' names and a shape of its own", "[gui][gl]") {
    Array array({40, 20}, DType::float64);
    array.axes = {"x", "t"};
    array.origin = {0, 0};
    array.spacing = {0.05, 10}; // 2 wide and 200 high
    CHECK(grid_of(array)->axes[1] == "t");
    const auto box = grid_of(array)->drawn_extent();
    CHECK((box[3] - box[2]) / (box[1] - box[0]) == Approx(0.75));
    array.axes = {"x", "y"};
    CHECK(grid_of(array)->stretch() == 1);
    array.axes = {"x", "t"};
    if (!has_opengl()) return;
    Shown shown({500, 400});
    FieldView& view = shown.view;
    view.show_frame({"run", "solution", "one", array, 3});
    shown.wait();
    const auto rect = view.canvas()->picture_rect(0);
    CHECK(rect.height() / rect.width() == Approx(0.75).epsilon(0.02));
    const auto extent = view.canvas()->panels()[0].grid->extent();
    for (const bool surface : {false, true}) {
        view.canvas()->set_surface(surface);
        const auto at = view.canvas()->position_of(0, 1.2, 130);
        const auto place = view.canvas()->place_at(at);
        REQUIRE(place);
        if (surface) continue; // the surface hides what lies behind it
        CHECK(place->x == Approx(1.2));
        CHECK(place->y == Approx(130));
        CHECK(std::abs(view.canvas()->position_of(0, extent[0], extent[3]).y() - rect.top()) < 1);
        CHECK(std::abs(view.canvas()->position_of(0, extent[0], extent[2]).y() - rect.bottom()) < 1);
    }
}

TEST_CASE("looks are kept by channel, and suit what the next run shows", "[gui][gl]") {
    if (!has_opengl()) return;
    const ScratchFolder folder;
    const auto sources = [&](const char* run, int n) {
        const auto file = [&](const char* name) {
            return write_file(folder.path() / (std::string(run) + name), n, n, 2, 0, name);
        };
        return std::vector<FieldSource>{{run, file("theta"), "theta", run}, {run, file("psi"), "psi", run}};
    };
    const auto wait_for = [](FieldView& view, const char* channel, int n) {
        REQUIRE(QTest::qWaitFor([&] {
            const auto& panels = view.canvas()->panels();
            return view.channel() == channel && panels.size() == 1 && panels[0].grid &&
                   panels[0].grid->name == channel && panels[0].grid->nx == n;
        }));
    };
    QByteArray state;
    {
        Shown shown;
        FieldView& view = shown.view;
        view.set_sources(sources("first", 20));
        wait_for(view, "theta", 20);
        FieldStyle style;
        style.map = QStringLiteral("magma");
        style.range = RangeMode::fixed;
        style.low = -2;
        style.high = 3;
        view.set_style_of_fields(style);
        view.canvas()->zoom(0.5);
        view.set_channel(QStringLiteral("psi"));
        wait_for(view, "psi", 20);
        CHECK(view.style_of_fields() == FieldStyle());
        CHECK(view.canvas()->camera().scale == 0);
        style.map = QStringLiteral("gray");
        view.set_style_of_fields(style);
        view.set_channel(QStringLiteral("theta"));
        CHECK(view.style_of_fields().map == "magma");
        state = view.save_state();
    }
    // Another window; the next run is finer, and shows its live frames first.
    Shown shown;
    FieldView& view = shown.view;
    view.restore_state(state);
    Array frame = field(40, 40, 0);
    frame.name = "theta";
    view.show_frame({"second", "theta", "second", frame, 7});
    REQUIRE(QTest::qWaitFor([&] { return !view.canvas()->panels().empty() && view.canvas()->panels()[0].grid; }));
    CHECK(view.canvas()->panels()[0].scale.map->id == "magma");
    CHECK(view.canvas()->panels()[0].scale.high == 3);
    const auto camera = view.canvas()->camera();
    CHECK(camera.scale > 0);
    const auto place = [&](double x, double y) { // in shares of the picture
        const QRectF rect = view.canvas()->picture_rect(0);
        return (view.canvas()->position_of(0, x, y) - rect.topLeft()) / rect.height();
    };
    const QPointF seen = place(20, 10); // points 1 apart
    view.set_sources(sources("second", 40));
    REQUIRE(QTest::qWaitFor([&] { // the file takes the place of the live frame
        const auto& panels = view.canvas()->panels();
        return panels.size() == 1 && panels[0].grid && panels[0].grid->spacing[0] == 0.1;
    }));
    CHECK(view.canvas()->camera() == camera);
    CHECK((place(2, 1) - seen).manhattanLength() < 1e-6); // points 0.1 apart
    view.set_channel(QStringLiteral("psi"));
    CHECK(view.style_of_fields().map == "gray");
    view.restore_state({}); // an experiment that nobody has looked at
    CHECK(view.style_of_fields() == FieldStyle());
    CHECK(view.canvas()->camera().scale == 0);
}

TEST_CASE("of live frames the newest is shown, and those of runs that aren't selected go", "[gui][gl]") {
    if (!has_opengl()) return;
    Shown shown;
    FieldView& view = shown.view;
    for (int step = 0; step < 200; ++step) view.show_frame({"a", "theta", "a", field(64, 64, step), double(step)});
    view.show_frame({"b", "theta", "b", field(64, 64, 1), 5});
    const auto& panels = view.canvas()->panels();
    REQUIRE(QTest::qWaitFor([&] {
        return panels.size() == 3 && panels[0].grid && panels[1].grid &&
               panels[0].grid->at(3, 4) == Approx(wave(0.3, 0.4, 199));
    }));
    CHECK(panels[0].title == "a, live");
    CHECK(panels[1].grid->at(3, 4) == Approx(wave(0.3, 0.4, 1)));
    view.keep_frames({"b"});
    REQUIRE(QTest::qWaitFor([&] { return panels.size() == 1; }));
    CHECK(panels[0].grid->at(3, 4) == Approx(wave(0.3, 0.4, 1)));
    CHECK(view.findChild<QLabel*>("field_time_label")->text() == "last live frame, step 5");
}

TEST_CASE("a surface has fewer points while it moves or is played, and all when still", "[gui][gl]") {
    if (!has_opengl()) return;
    Shown shown;
    FieldView& view = shown.view;
    FieldStyle style;
    style.surface = true;
    view.set_style_of_fields(style);
    const auto show = [&](int step) { view.show_frame({"a", "theta", "a", field(400, 400, step), double(step)}); };
    show(0);
    REQUIRE(QTest::qWaitFor([&] { return view.canvas()->mesh_side() == 400; }));
    QTest::keyClick(view.canvas(), Qt::Key_Left);
    REQUIRE(QTest::qWaitFor([&] { return view.canvas()->mesh_side() < 400; }));
    REQUIRE(QTest::qWaitFor([&] { return view.canvas()->mesh_side() == 400; }));
    int step = 1;
    REQUIRE(QTest::qWaitFor([&] {
        show(step++);
        return view.canvas()->mesh_side() < 400;
    }));
    REQUIRE(QTest::qWaitFor([&] { return view.canvas()->mesh_side() == 400; }));
}

TEST_CASE("pictures of several fields lie apart, inside, and use the room", "[gui]") {
    for (const int count : {1, 2, 3, 4, 6})
        for (const QSizeF room : {QSizeF(400, 170), QSizeF(800, 400), QSizeF(1600, 800), QSizeF(300, 900)})
            for (const double aspect : {0.0, 1.0, 2.0, 0.25}) {
                INFO(count << " in " << room.width() << " x " << room.height() << ", aspect " << aspect);
                const FieldArrangement made = arrange_fields(count, room, aspect, 16);
                REQUIRE(made.pictures.size() == static_cast<std::size_t>(count));
                double area = 0;
                for (std::size_t p = 0; p < made.pictures.size(); ++p) {
                    area += made.pictures[p].width() * made.pictures[p].height();
                    CHECK(QRectF(QPointF(), room).contains(made.pictures[p]));
                    CHECK(QRectF(QPointF(), room).contains(made.bars[p]));
                    for (std::size_t q = 0; q < made.pictures.size(); ++q) {
                        CHECK_FALSE(made.pictures[p].intersects(made.bars[q]));
                        if (q != p) CHECK_FALSE(made.pictures[p].intersects(made.pictures[q]));
                    }
                }
                if (aspect == 0) CHECK(area > 0.25 * room.width() * room.height());
            }
    CHECK(arrange_fields(3, {860, 340}, 1, 16).columns == 3);
    CHECK(arrange_fields(3, {860, 340}, 1, 16).bar_below);
    CHECK_FALSE(arrange_fields(1, {860, 340}, 1, 16).bar_below);
    CHECK(arrange_fields(1, {860, 340}, 1, 16).ticks);
    CHECK_FALSE(arrange_fields(3, {400, 170}, 1, 16).ticks);
}

TEST_CASE("a title that is too long keeps its values, and is whole in its tooltip", "[gui]") {
    const QFontMetricsF metrics((QFont()));
    const QString title = QStringLiteral("theta \u00b7 budget_seconds=60.0 kappa_of_scalar=0.01 n=128");
    const double whole = metrics.horizontalAdvance(title);
    CHECK(shortened_title(title, metrics, whole + 1) == title);
    for (const double share : {0.9, 0.8, 0.7, 0.6}) {
        const QString made = shortened_title(title, metrics, whole * share);
        INFO(share << ' ' << made.toStdString());
        CHECK(metrics.horizontalAdvance(made) <= whole * share);
        for (const char* value : {"=60.0", "=0.01", "n=128", "theta"}) CHECK(made.contains(value));
        CHECK(made.contains(QChar(0x2026)));
    }
    CHECK(metrics.horizontalAdvance(shortened_title(title, metrics, 60)) <= 60);
    CHECK(metrics.horizontalAdvance(shortened_title("a title without any values", metrics, 60)) <= 60);
}

TEST_CASE("what the titles of fields have in common goes first", "[gui][gl]") {
    if (!has_opengl()) return;
    Shown shown;
    shown.view.show_frame({"a", "theta", "seconds=60 kappa=0.01 n=64", field(20, 20, 0), 1});
    shown.view.show_frame({"b", "theta", "seconds=60 kappa=0.02 n=64", field(20, 20, 1), 1});
    const auto& panels = shown.view.canvas()->panels();
    REQUIRE(QTest::qWaitFor([&] { return panels.size() == 3; }));
    CHECK(panels[0].title == "seconds=60 kappa=0.01 n=64, live");
    CHECK(panels[0].brief == "kappa=0.01 live");
    CHECK(panels[1].brief == "kappa=0.02 live");
    CHECK(panels[2].title == QStringLiteral("|kappa=0.01 live \u2212 kappa=0.02 live|"));
    shown.view.keep_frames({"b"});
    REQUIRE(QTest::qWaitFor([&] { return panels.size() == 1; }));
    CHECK(panels[0].brief.contains("kappa=0.02 n=64"));
}

TEST_CASE("zoom keeps what is under the cursor, and reset shows everything", "[gui][gl]") {
    if (!has_opengl()) return;
    Shown shown;
    shown.view.show_frame({"run", "theta", "live", field(64, 64, 0), 0.25});
    shown.wait();
    FieldCanvas& canvas = *shown.view.canvas();
    const QPointF at = canvas.position_of(0, 20, 40);
    QWheelEvent wheel(at, canvas.mapToGlobal(at), {}, {0, 360}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(&canvas, &wheel);
    CHECK((canvas.position_of(0, 20, 40) - at).manhattanLength() < 1);
    CHECK(canvas.camera().scale > 0);
    const QByteArray state = shown.view.save_state();
    QTest::keyClick(&canvas, Qt::Key_0);
    CHECK(canvas.camera().scale == 0);
    shown.view.restore_state(state.left(20));
    CHECK(canvas.camera().scale == 0);
    shown.view.restore_state(state);
    CHECK(canvas.camera().scale > 0);
}

TEST_CASE("a picture lies where its axes are after the view has been resized", "[gui][gl]") {
    if (!has_opengl()) return;
    QSplitter splitter;
    auto* view = new FieldView;
    auto* beside = new QWidget;
    splitter.addWidget(view);
    splitter.addWidget(beside);
    splitter.resize(700, 400);
    splitter.setSizes({350, 350});
    splitter.show();
    REQUIRE(QTest::qWaitForWindowExposed(&splitter));
    view->show_frame({"run", "theta", "live", field(48, 32, 0), 0});
    REQUIRE(QTest::qWaitFor([&] { return !view->canvas()->panels().empty() && view->canvas()->panels()[0].grid; }));
    const auto check = [&](const char* what) {
        QTest::qWait(300); // until nothing is left to be painted
        FieldCanvas& canvas = *view->canvas();
        const QRect drawn = drawn_rect(painted(canvas));
        const QRectF wanted = canvas.picture_rect(0);
        INFO(what << ": " << drawn.x() << ' ' << drawn.y() << ' ' << drawn.width() << ' ' << drawn.height());
        INFO(wanted.x() << ' ' << wanted.y() << ' ' << wanted.width() << ' ' << wanted.height());
        CHECK(std::abs(drawn.left() - wanted.left()) <= 2);
        CHECK(std::abs(drawn.top() - wanted.top()) <= 2);
        CHECK(std::abs(drawn.right() + 1 - wanted.right()) <= 2);
        CHECK(std::abs(drawn.bottom() + 1 - wanted.bottom()) <= 2);
    };
    check("at first");
    splitter.setSizes({550, 150});
    check("splitter moved");
    splitter.resize(1100, 700);
    check("window enlarged");
    beside->hide();
    check("neighbour gone");
    splitter.resize(500, 300);
    check("window made smaller");
}

TEST_CASE("what can't be shown is told in a sentence, and the rest is shown", "[gui][gl]") {
    if (!has_opengl()) return;
    const ScratchFolder folder;
    std::ofstream(folder.path() / "broken.vtkhdf") << "no such file";
    write_npy(folder.path() / "flat.npy", Array({7}, DType::float64));
    {
        std::ofstream(folder.path() / "huge.npy") << "x";
        std::filesystem::resize_file(folder.path() / "huge.npy", std::uintmax_t{10} << 30); // a hole: takes no disk
    }
    Shown shown;
    shown.open({{"good", write_file(folder.path() / "a.vtkhdf", 40, 30, 1), ""},
                {"missing", folder.path() / "none.vtkhdf", ""},
                {"broken", folder.path() / "broken.vtkhdf", ""},
                {"flat", folder.path() / "flat.npy", ""},
                {"huge", folder.path() / "huge.npy", ""}});
    const auto& panels = shown.view.canvas()->panels();
    REQUIRE(panels.size() == 5);
    CHECK(panels[0].grid);
    CHECK(panels[1].message.contains("no file"));
    CHECK(panels[2].message.contains("broken.vtkhdf"));
    CHECK(panels[3].message.contains("[7]"));
    CHECK(panels[4].message.contains("10.7 GB"));
    shown.view.set_sources({});
    Array holes = field(20, 20, 0);
    holes.values<double>()[5] = std::nan("");
    shown.view.show_frame({"run", "theta", "live", holes, 1});
    shown.view.show_frame({"other", "theta", "wrong", Array({2, 2, 2}, DType::float64), 1});
    shown.wait();
    REQUIRE(shown.view.canvas()->panels().size() == 2);
    CHECK(shown.view.canvas()->panels()[0].message.contains("1 value"));
    CHECK(shown.view.canvas()->panels()[1].message.contains("two dimensions"));
}

TEST_CASE("fields that are hard to draw are drawn, or told in a sentence", "[gui][gl]") {
    if (!has_opengl()) return;
    const ScratchFolder folder;
    const double nan = std::nan(""), most = std::numeric_limits<double>::max();
    const auto npy = [&](const char* name, std::vector<std::int64_t> shape, std::vector<double> pattern) {
        Array array(std::move(shape), DType::float64);
        auto values = array.values<double>();
        for (std::size_t i = 0; i < values.size(); ++i) values[i] = pattern[i % pattern.size()];
        const auto file = folder.path() / (std::string(name) + ".npy");
        write_npy(file, array);
        return file;
    };
    struct Case {
        const char* what;
        std::filesystem::path file;
        const char* message; // part of it; empty: none
    };
    const auto whole = write_file(folder.path() / "whole.vtkhdf", 40, 30, 3);
    const auto cut = folder.path() / "cut.vtkhdf";
    std::filesystem::copy_file(whole, cut);
    std::filesystem::resize_file(cut, std::filesystem::file_size(cut) / 2);
    const auto empty = folder.path() / "empty.vtkhdf";
    std::ofstream(empty).close();
    const std::vector<Case> cases{
        {"truncated", cut, "cut.vtkhdf"},
        {"empty", empty, "empty.vtkhdf"},
        {"a folder", folder.path(), "is a folder"},
        {"all NaN", npy("nan", {8, 8}, {nan}), "No value is a finite number."},
        {"infinite", npy("inf", {8, 8}, {1, std::numeric_limits<double>::infinity(), nan}), "not finite"},
        {"constant", npy("constant", {8, 8}, {2.5}), "Every value is 2.5."},
        {"zero", npy("zero", {8, 8}, {0}), "Every value is 0."},
        {"huge", npy("huge", {8, 8}, {-most, 0, most}), ""},
        {"tiny", npy("tiny", {8, 8}, {-5e-324, 0, 5e-324}), ""},
        {"negative", npy("negative", {8, 8}, {-3, -2, -1}), ""},
        {"one point", npy("point", {1, 1}, {4}), "Every value is 4."},
        {"one row", npy("row", {1, 50}, {1, 2, 3}), ""},
        {"one column", npy("column", {50, 1}, {1, 2, 3}), ""},
        {"one dimension", npy("line", {50}, {1, 2, 3}), "[50]"},
        {"four dimensions", npy("four", {2, 2, 2, 2}, {1}), "[2, 2, 2, 2]"},
        {"no values", npy("none", {0, 5}, {1}), "[0, 5]"},
        {"no steps", npy("steps", {0, 5, 5}, {1}), "no step"},
    };
    Shown shown;
    FieldView& view = shown.view;
    for (const Case& each : cases) {
        INFO(each.what);
        view.set_style_of_fields({});
        view.set_sources({{"", each.file, ""}});
        const auto told = [&] {
            const auto& panels = view.canvas()->panels();
            if (panels.size() != 1 || panels[0].message == QStringLiteral("Reading ...")) return false;
            return panels[0].message.contains(QString::fromUtf8(each.message)) &&
                   (each.message[0] != '\0' || (panels[0].grid && panels[0].message.isEmpty()));
        };
        const bool in_time = QTest::qWaitFor(told, 5000);
        INFO((view.canvas()->panels().empty() ? "no panel" : view.canvas()->panels()[0].message.toStdString()));
        CHECK(in_time);
        FieldStyle style;
        for (const bool surface : {false, true})
            for (const bool logarithmic : {false, true}) {
                style.surface = surface;
                style.logarithmic = logarithmic;
                view.set_style_of_fields(style);
                view.grab(); // with all that lies over it
                if (view.canvas()->panels().empty()) continue;
                const ColourScale& scale = view.canvas()->panels()[0].scale;
                CHECK(scale.low < scale.high);
                CHECK(std::isfinite(scale.high - scale.low));
            }
        view.canvas()->zoom(0.01);
        view.canvas()->set_probe(view.canvas()->place_at(view.canvas()->picture_rect(0).center()));
        view.findChild<QToolButton*>("field_profile_y")->click();
        view.grab();
        view.findChild<QToolButton*>("field_profile_close")->click();
        view.canvas()->reset_camera();
    }
    // A file that goes while it is shown: what was read stays, and the next look says why there is nothing.
    shown.open({{"", whole, ""}});
    std::filesystem::remove(whole);
    view.set_step(1);
    REQUIRE(QTest::qWaitFor([&] {
        const auto& panel = view.canvas()->panels()[0];
        return panel.grid ? panel.grid->at(3, 4) == Approx(wave(0.3, 0.4, 0.5)) : !panel.message.isEmpty();
    }));
    view.set_sources({});
    view.set_sources({{"", whole, ""}});
    REQUIRE(QTest::qWaitFor([&] {
        const auto& panels = view.canvas()->panels();
        return panels.size() == 1 && panels[0].message.contains("no file");
    }));
    // One that shrinks to nothing under the view.
    const auto shrinking = write_file(folder.path() / "shrinking.vtkhdf", 300, 300, 40);
    view.set_sources({{"", shrinking, ""}});
    REQUIRE(QTest::qWaitFor([&] { return view.steps() == 40; }));
    std::filesystem::resize_file(shrinking, 3000);
    view.set_step(20);
    const bool said = QTest::qWaitFor([&] {
        const auto& panels = view.canvas()->panels();
        return panels.size() == 1 && panels[0].message.contains("shrinking");
    });
    INFO(view.canvas()->panels()[0].message.toStdString());
    CHECK(said);
}

TEST_CASE("fields of grids without common points have no difference, and its panel says why", "[gui][gl]") {
    if (!has_opengl()) return;
    const ScratchFolder folder;
    Shown shown;
    shown.open({{"a", write_file(folder.path() / "a.vtkhdf", 40, 30, 1), ""},
                {"b", write_file(folder.path() / "b.vtkhdf", 20, 30, 1), ""}});
    const auto& panels = shown.view.canvas()->panels();
    REQUIRE(panels.size() == 3);
    CHECK_FALSE(panels[2].grid);
    CHECK(panels[2].message.contains("40 x 30"));
    FieldStyle style; // shown again from the same fields, it says the same
    style.smooth = true;
    shown.view.set_style_of_fields(style);
    shown.wait();
    CHECK(panels[2].message.contains("40 x 30"));
    style.difference = false;
    shown.view.set_style_of_fields(style);
    REQUIRE(QTest::qWaitFor([&] { return panels.size() == 2; }));
}

TEST_CASE("a finer prediction is compared at the points of its reference, and the view says so", "[gui][gl]") {
    if (!has_opengl()) return;
    Shown shown;
    const auto frame = [](int n, double t) {
        Array array = field(n, n, t);
        array.origin = {0, 0};
        array.spacing = {4.0 / n, 4.0 / n};
        return array;
    };
    shown.view.show_frame({"a", "theta", "a", frame(40, 0), 1});
    shown.view.show_frame({"b", "theta", "b", frame(20, 0), 1});
    const auto& panels = shown.view.canvas()->panels();
    REQUIRE(QTest::qWaitFor([&] { return panels.size() == 3; }));
    REQUIRE(panels[2].grid);
    CHECK(panels[2].grid->nx == 20);
    const auto* status = shown.view.findChild<QLabel*>("field_probe");
    CHECK(status->text().contains(QStringLiteral("20 \u00d7 20 points")));
    shown.view.show_frame({"b", "theta", "b", frame(40, 1), 2});
    REQUIRE(QTest::qWaitFor([&] { return panels.size() == 3 && panels[2].grid && panels[2].grid->nx == 40; }));
    CHECK_FALSE(status->text().contains("points that both"));
}

TEST_CASE("pictures are as they were, and a flipped field is noticed", "[gui][gl]") {
    if (!has_opengl()) return;
    Shown shown({420, 320});
    shown.view.setPalette(QPalette(QColor(230, 230, 230)));
    shown.view.show_frame({"run", "theta", "live", field(32, 32, 0), 0});
    shown.wait();
    check_baseline(shown, "field_image");
    // The same field flipped in x, in y, or with its axes swapped is another picture.
    const QImage right = shown.picture();
    const Array straight = field(32, 32, 0);
    const auto from = straight.values<double>();
    for (const int wrong : {0, 1, 2}) {
        Array flipped = field(32, 32, 0);
        auto to = flipped.values<double>();
        for (std::size_t i = 0; i < 32; ++i)
            for (std::size_t j = 0; j < 32; ++j)
                to[i * 32 + j] = from[wrong == 0 ? (31 - i) * 32 + j : wrong == 1 ? i * 32 + 31 - j : j * 32 + i];
        shown.view.show_frame({"run", "theta", "live", flipped, 0});
        INFO("wrong " << wrong);
        CHECK(distance(shown.picture(), right) > 4 * tolerance);
    }
    shown.view.show_frame({"run", "theta", "live", straight, 0});
    FieldStyle style;
    style.surface = true;
    style.map = QStringLiteral("cividis");
    shown.view.set_style_of_fields(style);
    QTest::qWait(400);
    check_baseline(shown, "field_surface");
}

TEST_CASE("fields are played as fast as is chosen, and the choice is kept", "[gui][gl]") {
    if (!has_opengl()) return;
    const ScratchFolder folder;
    QByteArray state;
    {
        Shown shown;
        FieldView& view = shown.view;
        shown.open({{"first", write_file(folder.path() / "a.vtkhdf", 10, 10, 4), ""}});
        auto* speed = view.findChild<QComboBox*>("field_speed");
        REQUIRE(speed);
        CHECK(speed->isVisible());
        CHECK(speed->currentText() == QStringLiteral("1\u00d7"));
        QElapsedTimer clock;
        clock.start();
        view.play(true); // from the start, as the end is shown
        REQUIRE(QTest::qWaitFor([&] { return view.step() == 3; }));
        CHECK(clock.elapsed() > 500); // three of 200 ms, never less
        QSignalSpy changed(&view, &FieldView::state_changed);
        speed->setFocus();
        QTest::keyClick(speed, Qt::Key_End);
        CHECK(speed->currentData().toDouble() == 5);
        CHECK(changed.size() == 1);
        state = view.save_state();
    }
    Shown shown;
    shown.view.restore_state(state);
    CHECK(shown.view.findChild<QComboBox*>("field_speed")->currentData().toDouble() == 5);
    shown.view.restore_state({});
    CHECK(shown.view.findChild<QComboBox*>("field_speed")->currentData().toDouble() == 1);
}

TEST_CASE("the hint tells a selection without fields from no selection", "[gui]") {
    FieldView view;
    const auto* hint = view.findChild<QLabel*>("field_hint");
    const QString before = hint->text();
    if (!has_opengl()) return;
    CHECK(before.contains("Choose a run"));
    view.keep_frames({"run"});
    CHECK(hint->text() == "The selected run has no field.");
    view.keep_frames({"run", "other"});
    CHECK(hint->text().contains("None of the selected runs"));
    view.keep_frames({});
    CHECK(hint->text() == before);
}

TEST_CASE("the field view says which runs it doesn't look into, and whose artifacts were removed", "[gui]") {
    FieldView view;
    if (!has_opengl()) return;
    const auto* hint = view.findChild<QLabel*>("field_hint");
    const auto* probe = view.findChild<QLabel*>("field_probe");
    view.keep_frames({"run"});
    view.set_looked_into(1, 1, true);
    CHECK(hint->text().startsWith("The artifacts of the selected run were removed."));
    view.keep_frames({"a", "b", "c", "d", "e", "f"});
    view.set_looked_into(4, 6, false);
    CHECK_FALSE(hint->text().contains("removed"));
    CHECK(probe->text() == "Fields of the first 4 of 6 selected runs.");
    view.set_looked_into(4, 4, false);
    CHECK_FALSE(probe->text().contains("of 6"));
}

TEST_CASE("a profile leaves the pictures most of the room and the panel its size", "[gui][gl]") {
    if (!has_opengl()) return;
    const ScratchFolder folder;
    Shown shown({500, 400});
    FieldView& view = shown.view;
    shown.open({{"a", write_file(folder.path() / "a.vtkhdf", 40, 30, 3), ""}});
    const int least = view.minimumSizeHint().height();
    view.findChild<QToolButton*>("field_profile_x")->click();
    auto* profile = view.findChild<PlotCanvas*>("field_profile");
    REQUIRE(QTest::qWaitFor([&] { return profile->isVisible(); }));
    QTest::qWait(50);
    CHECK(view.minimumSizeHint().height() <= least + 4); // no more than the space between two rows
    CHECK(view.canvas()->height() >= 3 * profile->height() / 2);
    CHECK(profile->height() >= 40);
    profile->set_crosshair(1.25);
    CHECK(profile->place_text() == "1.25 along the line"); // no time
}

TEST_CASE("a folded overlay is opened by its title", "[gui][gl]") {
    if (!has_opengl()) return;
    const ScratchFolder folder;
    Shown shown({280, 420}); // so small that it is folded
    shown.open({{"a", write_file(folder.path() / "a.vtkhdf", 20, 20, 1), ""}});
    Field rate;
    rate.name = "rate";
    rate.default_value = 0.5;
    shown.view.set_live_fields({rate}, {{"rate", 0.5}});
    for (int i = 0; i < 3; ++i) (void)shown.picture(); // until it has its size
    const QImage folded = shown.picture();
    auto* canvas = shown.view.canvas();
    const QPoint title = canvas->picture_rect(0).topLeft().toPoint() + QPoint(8 + 50, 8 + 9);
    QMouseEvent hover(QEvent::MouseMove, title, canvas->mapToGlobal(title), Qt::NoButton, Qt::NoButton, Qt::NoModifier);
    QCoreApplication::sendEvent(canvas, &hover);
    QTest::qWait(50);
    const double hovered = distance(shown.picture(), folded);
    QTest::mouseClick(canvas, Qt::LeftButton, {}, title);
    CHECK(QTest::qWaitFor([&] { return distance(shown.picture(), folded) > hovered + 0.2; }));
}

TEST_CASE("a range that is none says so, and stays until it is mended", "[gui]") {
    FieldSettings settings;
    settings.show();
    settings.set_shown_range(0, 1);
    QSignalSpy wanted(&settings, &FieldSettings::style_wanted);
    const auto* problem = settings.findChild<QLabel*>("field_range_problem");
    const auto type = [&](const char* name, const char* text) {
        auto* edit = settings.findChild<QLineEdit*>(name);
        edit->selectAll();
        QTest::keyClicks(edit, text);
        QTest::keyClick(edit, Qt::Key_Return);
        return edit->text();
    };
    CHECK(problem->isHidden());
    type("field_low", "cold");
    CHECK(problem->isVisible());
    CHECK(problem->text().contains("cold"));
    type("field_low", "10");
    CHECK(problem->text().contains("below"));
    settings.set_shown_range(0, 2); // the next picture
    CHECK(settings.findChild<QLineEdit*>("field_low")->text() == "10");
    CHECK(wanted.empty());
    type("field_high", "20");
    CHECK(problem->isHidden());
    REQUIRE(wanted.size() == 1);
    const auto style = wanted[0][0].value<FieldStyle>();
    CHECK(style.low == 10);
    CHECK(style.high == 20);
    type("field_low", "30");
    CHECK(problem->isVisible());
    auto* range = settings.findChild<QComboBox*>("field_range");
    range->setFocus();
    QTest::keyClick(range, Qt::Key_Home); // of all times
    CHECK(problem->isHidden());
}

TEST_CASE("live fields are changed in the settings, and a wrong value isn't sent", "[gui]") {
    FieldSettings settings;
    Field rate;
    rate.name = "rate";
    rate.default_value = 1e-3;
    rate.min = 0;
    rate.max = 1;
    settings.set_live_fields({rate}, {});
    QSignalSpy wanted(&settings, &FieldSettings::live_wanted);
    auto* edit = settings.findChild<QLineEdit*>("live_rate");
    REQUIRE(edit);
    edit->selectAll();
    QTest::keyClicks(edit, "2");
    QTest::keyClick(edit, Qt::Key_Return);
    CHECK(wanted.empty());
    CHECK(edit->toolTip().contains("2"));
    edit->selectAll();
    QTest::keyClicks(edit, "0.5");
    QTest::keyClick(edit, Qt::Key_Return);
    REQUIRE(wanted.size() == 1);
    CHECK(wanted[0][0].toString() == "rate");
    CHECK(wanted[0][1].toDouble() == 0.5);
}
