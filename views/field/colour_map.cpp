// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/field/colour_map.h"

#include <algorithm>
#include <initializer_list>
#include <numbers>

namespace orrery::gui {

namespace {

using Colour = std::array<double, 3>;

QRgb rgb(const Colour& colour) {
    const auto byte = [](double value) { return static_cast<int>(std::lround(std::clamp(value, 0.0, 1.0) * 255)); };
    return qRgb(byte(colour[0]), byte(colour[1]), byte(colour[2]));
}

// CIE L*a*b* (D65) -> linear sRGB, which may lie outside 0 .. 1: IEC 61966-2-1 and CIE 15.
Colour linear_from_lab(double lightness, double a, double b) {
    const double fy = (lightness + 16) / 116, fx = fy + a / 500, fz = fy - b / 200;
    const auto inverse = [](double f) {
        return f > 6.0 / 29 ? f * f * f : 3 * (6.0 / 29) * (6.0 / 29) * (f - 4.0 / 29);
    };
    const double x = 0.95047 * inverse(fx), y = inverse(fy), z = 1.08883 * inverse(fz);
    return {3.2404542 * x - 1.5371385 * y - 0.4985314 * z, -0.9692660 * x + 1.8760108 * y + 0.0415560 * z,
            0.0556434 * x - 0.2040259 * y + 1.0572252 * z};
}

// The colour of that lightness and hue that a screen can show, as far from gray as asked or as it can be.
Colour from_lab(double lightness, double a, double b) {
    Colour linear = linear_from_lab(lightness, a, b);
    const auto shown = [](double channel) { return channel >= -1e-4 && channel <= 1 + 1e-4; };
    for (int i = 0; i < 60 && !std::all_of(linear.begin(), linear.end(), shown); ++i) {
        a *= 0.97;
        b *= 0.97;
        linear = linear_from_lab(lightness, a, b);
    }
    for (double& channel : linear) {
        const double c = std::clamp(channel, 0.0, 1.0);
        channel = c <= 0.0031308 ? 12.92 * c : 1.055 * std::pow(c, 1 / 2.4) - 0.055;
    }
    return linear;
}

std::array<QRgb, 256> through(std::initializer_list<QRgb> points) {
    std::array<QRgb, 256> made{};
    const auto* first = points.begin();
    const double last = static_cast<double>(points.size()) - 1;
    for (std::size_t i = 0; i < made.size(); ++i) {
        const double place = static_cast<double>(i) / 255 * last;
        const auto at = std::min(static_cast<std::size_t>(place), points.size() - 2);
        const double share = place - static_cast<double>(at);
        const auto mix = [&](int a, int b) { return static_cast<int>(std::lround(a + share * (b - a))); };
        const QRgb from = first[at], to = first[at + 1];
        made[i] = qRgb(mix(qRed(from), qRed(to)), mix(qGreen(from), qGreen(to)), mix(qBlue(from), qBlue(to)));
    }
    return made;
}

template <class F>
std::array<QRgb, 256> by(F colour) {
    std::array<QRgb, 256> made{};
    for (std::size_t i = 0; i < made.size(); ++i) made[i] = rgb(colour(static_cast<double>(i) / 255));
    return made;
}

// Ours: two arms of equal lightness in L*a*b*, from near white in the middle to dark blue and dark red, as in the
// "balance" of Thyng et al. 2016 (Oceanography 29(3)), whose numbers are not used.
Colour balance(double t) {
    const double s = 2 * t - 1, far = std::abs(s);
    const double lightness = 96 - 74 * std::pow(far, 1.15);
    const double chroma = 50 * std::sin(std::numbers::pi * std::min(0.5 * std::pow(far, 0.75) + 0.22 * far, 0.86));
    const double hue = (s < 0 ? 268 : 28) * std::numbers::pi / 180;
    return from_lab(lightness, chroma * std::cos(hue), chroma * std::sin(hue));
}

// K. Moreland, "Diverging color maps for scientific visualization" (ISVC 2009): Msh interpolation between
// (80, 1.08, -1.1) and (80, 1.08, 0.5) through the unsaturated (88, 0, hue).
Colour moreland(double t) {
    const double magnitude = 80, saturation = 1.08, middle = 88;
    const bool right = t >= 0.5;
    const double far = std::abs(2 * t - 1);
    const double spin =
        saturation * std::sqrt(middle * middle - magnitude * magnitude) / (magnitude * std::sin(saturation));
    const double end_hue = right ? 0.5 : -1.1;
    const double middle_hue = end_hue > -std::numbers::pi / 3 ? end_hue + spin : end_hue - spin;
    const double m = middle + far * (magnitude - middle), s = far * saturation,
                 h = middle_hue + far * (end_hue - middle_hue);
    return from_lab(m * std::cos(s), m * std::sin(s) * std::cos(h), m * std::sin(s) * std::sin(h));
}

// Ours: once around the colour circle at lightness 65, for angles.
Colour phase(double t) {
    const double hue = 2 * std::numbers::pi * t;
    return from_lab(65, 38 * std::cos(hue), 38 * std::sin(hue));
}

std::vector<ColourMap> make_maps() {
    std::vector<ColourMap> maps;
    // Control points, every ninth of the way, of the maps by S. van der Walt and N. Smith (2015; released under CC0).
    maps.push_back({QStringLiteral("viridis"), QStringLiteral("viridis"), false,
                    through({0x440154, 0x482878, 0x3e4989, 0x31688e, 0x26828e, 0x1f9e89, 0x35b779, 0x6ece58, 0xb5de2b,
                             0xfde725})});
    maps.push_back({QStringLiteral("magma"), QStringLiteral("magma"), false,
                    through({0x000004, 0x180f3d, 0x440f76, 0x721f81, 0x9e2f7f, 0xcd4071, 0xf1605d, 0xfd9668, 0xfeca8d,
                             0xfcfdbf})});
    // The same of cividis: Nunez, Anderton, Renslow 2018 (PLOS ONE 13(7): e0199239; released under CC0).
    maps.push_back({QStringLiteral("cividis"), QStringLiteral("cividis"), false,
                    through({0x00224e, 0x123570, 0x3b496c, 0x575d6d, 0x707173, 0x8a8678, 0xa59c74, 0xc3b369, 0xe1cc55,
                             0xfee838})});
    maps.push_back(
        {QStringLiteral("gray"), QStringLiteral("gray"), false, by([](double t) { return from_lab(100 * t, 0, 0); })});
    maps.push_back({QStringLiteral("balance"), QStringLiteral("balance (diverging)"), true, by(balance)});
    maps.push_back({QStringLiteral("coolwarm"), QStringLiteral("cool to warm (diverging)"), true, by(moreland)});
    maps.push_back({QStringLiteral("phase"), QStringLiteral("phase (cyclic)"), false, by(phase)});
    return maps;
}

} // namespace

const std::vector<ColourMap>& colour_maps() {
    static const std::vector<ColourMap> maps = make_maps();
    return maps;
}

const ColourMap& colour_map(const QString& id) {
    const auto& maps = colour_maps();
    const auto found = std::find_if(maps.begin(), maps.end(), [&](const ColourMap& map) { return map.id == id; });
    return found == maps.end() ? maps.front() : *found;
}

std::vector<double> nice_ticks(double low, double high, int count, bool logarithmic) {
    std::vector<double> ticks;
    if (!(low < high) || count < 1 || !std::isfinite(high - low)) return ticks;
    if (logarithmic) {
        const int first = static_cast<int>(std::ceil(std::log10(low) - 1e-9));
        const int last = static_cast<int>(std::floor(std::log10(high) + 1e-9));
        const int every = std::max(1, (last - first) / count + 1);
        for (int power = first; power <= last; power += every) ticks.push_back(std::pow(10, power));
        if (ticks.size() >= 2) return ticks;
        ticks.clear(); // less than two decades: as on a linear axis
    }
    const double rough = (high - low) / count, base = std::pow(10, std::floor(std::log10(rough)));
    double step = 10 * base;
    for (const double nice : {1.0, 2.0, 5.0})
        if (nice * base >= rough * 0.999) {
            step = nice * base;
            break;
        }
    for (double n = std::ceil(low / step - 1e-9); n * step <= high + 1e-9 * step; ++n)
        ticks.push_back(n == 0 ? 0.0 : n * step);
    return ticks;
}

QString tick_label(double value, double step) {
    if (value == 0) return QStringLiteral("0");
    const double size = std::abs(value);
    if (size >= 1e5 || size < 1e-3) {
        const int digits = std::clamp(
            static_cast<int>(std::floor(std::log10(size) + 1e-9) - std::floor(std::log10(step) + 1e-9)), 0, 6);
        QString text = QString::number(value, 'e', digits);
        text.replace(QStringLiteral("e-0"), QStringLiteral("e-")).replace(QStringLiteral("e+0"), QStringLiteral("e"));
        return text.replace(QStringLiteral("e+"), QStringLiteral("e"));
    }
    return QString::number(value, 'f', std::clamp(static_cast<int>(std::ceil(-std::log10(step) - 1e-9)), 0, 8));
}

} // namespace orrery::gui
