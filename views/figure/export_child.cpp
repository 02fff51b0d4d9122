// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/figure/export_child.h"

#include "core/error.h"
#include "core/platform/machine.h"
#include "core/platform/piped_child.h"
#include "core/platform/process.h"
#include "views/figure/figure_plot.h"

#include <QApplication>
#include <QFile>

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>

namespace orrery::gui {

namespace {

// Nothing of the user's desktop may change a picture.
void prepare_environment() {
    const auto fonts = platform::installation() / "share/orrery/fonts";
    platform::set_environment("QT_QPA_PLATFORM", "offscreen");
    platform::set_environment("FONTCONFIG_FILE", (fonts / "fonts.conf").string());
    for (const char* name : {"QT_QPA_PLATFORMTHEME", "QT_STYLE_OVERRIDE", "QT_SCALE_FACTOR", "QT_SCREEN_SCALE_FACTORS",
                             "QT_FONT_DPI", "QT_ENABLE_HIGHDPI_SCALING", "QT_AUTO_SCREEN_SCALE_FACTOR"})
        qunsetenv(name);
}

std::string content_of(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    if (!in) throw Error(fmt::format("{} can't be read.", file));
    return std::move(text).str();
}

void write(const std::string& name, const QByteArray& bytes) {
    QFile file(QString::fromStdString(name));
    if (!file.open(QIODevice::WriteOnly | QIODevice::Truncate) || file.write(bytes) != bytes.size() || !file.flush())
        throw Error(fmt::format("The figure could not be written: {}.", file.errorString().toStdString()),
                    "Is the disk full?");
}

nlohmann::json answer_to(const std::string& line) {
    const auto request = nlohmann::json::parse(line);
    const Figure figure = Figure::from_json(request.at("figure"));
    const FigureData data = unpack_figure_data(content_of(request.at("data")));
    load_figure_fonts();
    QApplication::setFont(figure_font(figure));
    FigurePlot plot(figure, data);
    write(request.at("out"), plot.bytes(request.at("format")));
    return {{"drawn", plot.drawn()},
            {"notes", plot.notes()},
            {"width_mm", plot.page().width_mm},
            {"height_mm", plot.page().height_mm}};
}

nlohmann::json failure(const std::string& what, const std::string& hint = {}, ExitCode code = ExitCode::failed) {
    return {{"error", what}, {"hint", hint}, {"code", static_cast<int>(code)}};
}

} // namespace

int export_child(int argc, char** argv) {
    std::FILE* out = platform::take_standard_output();
    prepare_environment();
    const QApplication application(argc, argv);
    nlohmann::json answer;
    std::string line;
    try {
        std::getline(std::cin, line);
        answer = answer_to(line);
    } catch (const Error& error) {
        answer = failure(error.what(), error.hint(), error.code());
    } catch (const std::bad_alloc&) {
        answer = failure("There is not enough memory to draw the figure.", "Choose fewer dots an inch, or fewer runs.");
    } catch (const std::exception& error) {
        answer = failure(fmt::format("The figure could not be drawn: {}", error.what()));
    }
    const std::string text = answer.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
    std::fwrite(text.data(), 1, text.size(), out);
    std::fflush(out);
    return answer.contains("error") ? 1 : 0;
}

} // namespace orrery::gui
