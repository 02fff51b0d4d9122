// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/console/ansi_text.h"

#include <algorithm>
#include <array>
#include <utility>

namespace orrery::gui {

namespace {

constexpr qsizetype longest_sequence = 256; // what is longer is none

// Colours 16 to 255: a cube of six steps, then grey.
QRgb colour_of_256(int index) {
    if (index >= 232) {
        const int grey = 8 + 10 * (index - 232);
        return qRgb(grey, grey, grey);
    }
    const auto step = [](int n) { return n == 0 ? 0 : 55 + 40 * n; };
    return qRgb(step((index - 16) / 36), step((index - 16) / 6 % 6), step((index - 16) % 6));
}

} // namespace

std::vector<AnsiPiece> AnsiReader::read(const QByteArray& bytes) {
    const QString decoded = decoder_.decode(bytes);
    QString text;
    const auto flush = [&] {
        if (!text.isEmpty()) pieces_.push_back({AnsiPiece::Kind::text, std::exchange(text, {}), style_});
    };
    for (const QChar c : decoded) {
        switch (state_) {
        case State::text:
            if (c == QLatin1Char('\x1b') || c == QLatin1Char('\n') || c == QLatin1Char('\r')) flush();
            if (c == QLatin1Char('\x1b'))
                state_ = State::escape;
            else if (c == QLatin1Char('\n'))
                pieces_.push_back({AnsiPiece::Kind::new_line, {}, {}});
            else if (c == QLatin1Char('\r'))
                pieces_.push_back({AnsiPiece::Kind::carriage_return, {}, {}});
            else if (c == QLatin1Char('\t') || c.unicode() >= 0x20)
                text += c;
            break;
        case State::escape:
            sequence_.clear();
            state_ = c == QLatin1Char('[') ? State::sequence : c == QLatin1Char(']') ? State::command : State::text;
            break;
        case State::sequence:
            if (c.unicode() >= 0x40 && c.unicode() <= 0x7e) {
                finish_sequence(c);
                state_ = State::text;
            } else if ((sequence_ += c).size() > longest_sequence) {
                state_ = State::text;
            }
            break;
        case State::command: // of the operating system: a title, a link; up to BEL or ESC
            if (c == QLatin1Char('\a') || (sequence_ += c).size() > longest_sequence) state_ = State::text;
            if (c == QLatin1Char('\x1b')) state_ = State::escape;
            break;
        }
    }
    flush();
    return std::exchange(pieces_, {});
}

void AnsiReader::finish_sequence(QChar final) {
    if (final == QLatin1Char('K')) pieces_.push_back({AnsiPiece::Kind::erase_line, {}, {}});
    if (final != QLatin1Char('m')) return;
    QList<int> codes;
    for (const auto& part : sequence_.split(QLatin1Char(';'))) codes << part.toInt(); // empty: 0
    set_style(codes);
}

void AnsiReader::set_style(const QList<int>& codes) {
    for (qsizetype i = 0; i < codes.size(); ++i) {
        const int code = codes[i];
        const auto set = [&](int colour) { style_.colour = colour, style_.exact = 0; };
        if (code == 0)
            style_ = {};
        else if (code == 1)
            style_.bold = true;
        else if (code == 3)
            style_.italic = true;
        else if (code == 4)
            style_.underlined = true;
        else if (code == 22)
            style_.bold = false;
        else if (code == 23)
            style_.italic = false;
        else if (code == 24)
            style_.underlined = false;
        else if (code >= 30 && code <= 37)
            set(code - 30);
        else if (code >= 90 && code <= 97)
            set(code - 90 + 8);
        else if (code == 39)
            set(-1);
        else if ((code == 38 || code == 48) && codes.value(i + 1) == 5) {
            const int index = std::clamp(codes.value(i + 2), 0, 255);
            if (code == 38) {
                set(index < 16 ? index : -1);
                if (index >= 16) style_.exact = colour_of_256(index);
            }
            i += 2;
        } else if ((code == 38 || code == 48) && codes.value(i + 1) == 2) {
            if (code == 38) style_.exact = qRgb(codes.value(i + 2), codes.value(i + 3), codes.value(i + 4));
            i += 4;
        }
    }
}

QColor colour_of(const AnsiStyle& style, bool dark) {
    if (style.exact != 0) {
        // Bright ones on white, and dark ones on black, keep their hue and come nearer to the text.
        QColor colour(style.exact);
        const int light = colour.lightness();
        if (dark && light < 110) colour.setHsl(colour.hslHue(), colour.hslSaturation(), 140);
        if (!dark && light > 130) colour.setHsl(colour.hslHue(), colour.hslSaturation(), 95);
        return colour;
    }
    static constexpr std::array<QRgb, 8> on_dark{0xff8a939d, 0xffff9a8f, 0xff86d68f, 0xffe6c46a,
                                                 0xff6cb2f2, 0xffd7a0f0, 0xff6fd3d6, 0xffe4e7eb};
    static constexpr std::array<QRgb, 8> on_light{0xff1b1f24, 0xffb3261e, 0xff1e7a34, 0xff8a5a00,
                                                  0xff1a5fa8, 0xff8a3bb0, 0xff0d7377, 0xff5b6470};
    if (style.colour < 0) return {};
    return QColor((dark ? on_dark : on_light)[static_cast<std::size_t>(style.colour % 8)]);
}

} // namespace orrery::gui
