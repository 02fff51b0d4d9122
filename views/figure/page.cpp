// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/figure/page.h"

#include "core/error.h"
#include "core/platform/machine.h"

#include <QBuffer>
#include <QFontDatabase>
#include <QPageSize>
#include <QPdfWriter>
#include <QSvgGenerator>

#include <fmt/format.h>

#include <cmath>
#include <filesystem>

namespace orrery::gui {

QSize Page::units() const {
    return {static_cast<int>(std::ceil(width_mm * units_per_mm - 1e-9)),
            static_cast<int>(std::ceil(height_mm * units_per_mm - 1e-9))};
}

QSize Page::pixels() const {
    return {static_cast<int>(std::lround(width_mm / 25.4 * dpi)),
            static_cast<int>(std::lround(height_mm / 25.4 * dpi))};
}

QRectF axes_of(const QCustomPlot& plot) {
    const QCPAxis &x = *plot.xAxis, &y = *plot.yAxis;
    return {QPointF(x.coordToPixel(x.range().lower), y.coordToPixel(y.range().upper)),
            QPointF(x.coordToPixel(x.range().upper), y.coordToPixel(y.range().lower))};
}

namespace {

void prepare(QCPPainter& painter) {
    painter.setMode(QCPPainter::pmVectorized);
    painter.setMode(QCPPainter::pmNoCaching);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setRenderHint(QPainter::TextAntialiasing);
}

QByteArray painted_png(const Page& page, const std::function<void(QCPPainter&)>& draw) {
    QImage image(page.pixels(), QImage::Format_ARGB32_Premultiplied);
    if (image.isNull())
        throw Error(fmt::format("There is not enough memory for a picture of {} x {} pixels.", page.pixels().width(),
                                page.pixels().height()),
                    "Choose fewer dots an inch or a smaller size.");
    image.fill(page.transparent ? Qt::transparent : Qt::white);
    image.setDotsPerMeterX(units_per_mm * 1000); // fonts are in units
    image.setDotsPerMeterY(units_per_mm * 1000);
    {
        QCPPainter painter(&image);
        prepare(painter);
        painter.scale(page.dpi / 127.0, page.dpi / 127.0);
        draw(painter);
    }
    const int dots = static_cast<int>(std::lround(page.dpi / 0.0254));
    image.setDotsPerMeterX(dots);
    image.setDotsPerMeterY(dots);
    if (!page.transparent) image = image.convertToFormat(QImage::Format_RGB32);
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    image.save(&buffer, "PNG");
    return bytes;
}

// QSvgGenerator rounds the size to whole units; the numbers in its first line are made what was asked for.
void set_exact_size(QByteArray& svg, const Page& page) {
    const auto attribute = [&](const char* name, const QByteArray& value) {
        const QByteArray begin = QByteArray(" ") + name + "=\"";
        const auto from = svg.indexOf(begin);
        const auto to = from < 0 ? -1 : svg.indexOf('"', from + begin.size());
        if (to > 0) svg.replace(from + begin.size(), to - from - begin.size(), value);
    };
    const auto number = [](double value) { return QByteArray::number(value, 'g', 10); };
    attribute("width", number(page.width_mm) + "mm");
    attribute("height", number(page.height_mm) + "mm");
    attribute("viewBox", "0 0 " + number(page.width_mm * units_per_mm) + " " + number(page.height_mm * units_per_mm));
}

QByteArray painted_svg(const Page& page, const std::function<void(QCPPainter&)>& draw) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setResolution(127);
    generator.setSize(page.units());
    generator.setViewBox(QRect(QPoint(0, 0), page.units()));
    generator.setTitle(QStringLiteral("Figure"));
    generator.setDescription(QStringLiteral("Made by Orrery"));
    {
        QCPPainter painter(&generator);
        prepare(painter);
        draw(painter);
    }
    set_exact_size(bytes, page);
    return bytes;
}

QByteArray painted_pdf(const Page& page, const std::function<void(QCPPainter&)>& draw) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QPdfWriter writer(&buffer);
    writer.setResolution(127);
    writer.setPageSize(
        QPageSize(QSizeF(page.width_mm, page.height_mm), QPageSize::Millimeter, QString(), QPageSize::ExactMatch));
    writer.setPageMargins(QMarginsF(0, 0, 0, 0));
    writer.setTitle(QStringLiteral("Figure"));
    writer.setCreator(QStringLiteral("Orrery"));
    QCPPainter painter(&writer);
    prepare(painter);
    draw(painter);
    painter.end();
    return bytes;
}

} // namespace

QByteArray painted(const Page& page, const std::string& format, const std::function<void(QCPPainter&)>& draw) {
    QByteArray bytes = format == "png"   ? painted_png(page, draw)
                       : format == "svg" ? painted_svg(page, draw)
                                         : painted_pdf(page, draw);
    if (bytes.isEmpty()) throw Error(fmt::format("The figure could not be written as {}.", format));
    return bytes;
}

void load_figure_fonts() {
    namespace fs = std::filesystem;
    const fs::path folder = platform::installation() / "share/orrery/fonts";
    std::error_code code;
    int loaded = 0;
    for (const auto& entry : fs::directory_iterator(folder, code))
        if (entry.path().extension() == ".ttf")
            loaded += QFontDatabase::addApplicationFont(QString::fromStdString(entry.path().string())) >= 0;
    if (loaded == 0)
        throw Error(fmt::format("The fonts of figures are not in {}.", folder.string()),
                    "Build or install Orrery again: they lie in share/orrery/fonts.");
}

QFont figure_font(const Figure& figure, double scale) {
    QFont font(QString::fromStdString(figure.font));
    font.setStyleStrategy(QFont::StyleStrategy(QFont::PreferOutline | QFont::NoFontMerging | QFont::PreferAntialias));
    font.setHintingPreference(QFont::PreferNoHinting);
    font.setPixelSize(std::max(1, static_cast<int>(std::lround(figure.font_size * scale * units_per_point))));
    return font;
}

} // namespace orrery::gui
