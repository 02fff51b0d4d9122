// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/field/field_view.h"

#include "core/error.h"
#include "core/files/field_file.h"
#include "core/files/npy.h"
#include "tests/catch.h"
#include "tests/core/scratch_folder.h"

#include <QImage>
#include <QLineEdit>
#include <QSignalSpy>
#include <QSlider>
#include <QTest>
#include <QToolButton>
#include <QWheelEvent>

#include <cmath>
#include <cstdlib>
#include <fstream>

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

std::filesystem::path write_file(const std::filesystem::path& file, int nx, int ny, int steps, double shift = 0) {
    FieldLayout layout;
    layout.nx = nx;
    layout.ny = ny;
    layout.spacing = {0.1, 0.1};
    layout.names = {"theta"};
    layout.units = {{"theta", "K"}};
    for (int step = 0; step < steps; ++step) layout.times.push_back(0.5 * step);
    FieldWriter writer(file, layout);
    for (int step = 0; step < steps; ++step) writer.write(step, "theta", field(nx, ny, 0.5 * step + shift));
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
    QImage picture() {
        QTest::qWait(100);
        return view.canvas()->grabFramebuffer().convertToFormat(QImage::Format_RGB32);
    }
    FieldView view;
};

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
    QString note;
    CHECK_FALSE(scale_of(style, {-2, -1, std::numeric_limits<double>::infinity()}, &note).logarithmic);
    CHECK_FALSE(note.isEmpty());
}

TEST_CASE("a grid has x along the first index, and finds values at places", "[gui]") {
    const Grid grid = grid_of(field(30, 20, 0), {1, 2}, {0.1, 0.1});
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

TEST_CASE("fields of files are shown side by side with one slider, and their difference", "[gui][gl]") {
    if (!has_opengl()) return;
    const ScratchFolder folder;
    Shown shown;
    FieldView& view = shown.view;
    shown.open({{"first", write_file(folder.path() / "a.vtkhdf", 40, 30, 5), ""},
                {"second", write_file(folder.path() / "b.vtkhdf", 40, 30, 5, 1), ""}});
    FieldStyle style;
    style.difference = true;
    view.set_style_of_fields(style);
    QSignalSpy drawn(&view, &FieldView::shown);
    auto* slider = view.findChild<QSlider*>("field_time");
    CHECK(slider->maximum() == 4);
    slider->setFocus();
    QTest::keyClick(slider, Qt::Key_End);
    REQUIRE(QTest::qWaitFor([&] {
        const auto& panels = view.canvas()->panels();
        return panels.size() == 3 && panels[0].grid->at(3, 4) == Approx(wave(0.3, 0.4, 2));
    }));
    const auto& panels = view.canvas()->panels();
    CHECK(panels[1].grid->at(3, 4) == Approx(wave(0.3, 0.4, 3)));
    CHECK(panels[2].grid->at(3, 4) == Approx(wave(0.3, 0.4, 2) - wave(0.3, 0.4, 3)));
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

TEST_CASE("zoom keeps what is under the cursor, and reset shows everything", "[gui][gl]") {
    if (!has_opengl()) return;
    Shown shown;
    shown.view.show_frame("live", field(64, 64, 0), 0.25);
    QTest::qWait(100);
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
    shown.view.show_frame("live", holes, 1);
    shown.view.show_frame("wrong", Array({2, 2, 2}, DType::float64), 1);
    QTest::qWait(100);
    REQUIRE(shown.view.canvas()->panels().size() == 2);
    CHECK(shown.view.canvas()->panels()[0].message.contains("1 value"));
    CHECK(shown.view.canvas()->panels()[1].message.contains("two dimensions"));
}

TEST_CASE("pictures are as they were, and a flipped field is noticed", "[gui][gl]") {
    if (!has_opengl()) return;
    Shown shown({420, 320});
    shown.view.setPalette(QPalette(QColor(230, 230, 230)));
    shown.view.show_frame("live", field(32, 32, 0), 0);
    QTest::qWait(100);
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
        shown.view.show_frame("live", flipped, 0);
        INFO("wrong " << wrong);
        CHECK(distance(shown.picture(), right) > 4 * tolerance);
    }
    shown.view.show_frame("live", straight, 0);
    FieldStyle style;
    style.surface = true;
    style.map = QStringLiteral("cividis");
    shown.view.set_style_of_fields(style);
    QTest::qWait(400);
    check_baseline(shown, "field_surface");
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
