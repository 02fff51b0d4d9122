// SPDX-License-Identifier: GPL-3.0-or-later
// Text with the escape sequences of a terminal (ECMA-48), as pieces with a colour: what a console can show of it.
#pragma once
#include <QByteArray>
#include <QColor>
#include <QString>
#include <QStringDecoder>

#include <vector>

namespace orrery::gui {

struct AnsiStyle {
    int colour = -1; // 0 to 7, and 8 to 15 bright; -1: that of the text
    QRgb exact = 0;  // one of 256 or 2^24 colours, where it isn't 0
    bool bold = false, italic = false, underlined = false;
    bool operator==(const AnsiStyle&) const = default;
};

struct AnsiPiece {
    enum class Kind { text, new_line, carriage_return, erase_line } kind = Kind::text;
    QString text; // without line breaks and control characters
    AnsiStyle style;
};

// Takes output as it comes: characters and sequences may be cut anywhere. Sequences that move the cursor or mean
// nothing here are left out.
class AnsiReader {
public:
    std::vector<AnsiPiece> read(const QByteArray& bytes);
    void reset() { *this = AnsiReader(); }

private:
    void finish_sequence(QChar final);
    void set_style(const QList<int>& codes);
    QStringDecoder decoder_{QStringDecoder::Utf8};
    AnsiStyle style_;
    enum class State { text, escape, sequence, command } state_ = State::text;
    QString sequence_;
    std::vector<AnsiPiece> pieces_;
};

// Readable on a dark or a light ground.
QColor colour_of(const AnsiStyle& style, bool dark);

} // namespace orrery::gui
